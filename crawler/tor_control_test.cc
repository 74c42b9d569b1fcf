#include "crawler/tor_control.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

constexpr char kExit[] = "$0123456789ABCDEF0123456789ABCDEF01234567~relay1";

TEST(TorControl, CircuitLines) {
  const std::string path = std::string("$AAAABBBBCCCCDDDDEEEEFFFF0000111122223333~guard,") + kExit;
  const struct {
    std::string line;
    bool is_circuit;
    std::string id, user, exit;
    bool to_onion;
  } rows[] = {
      {"17 BUILT " + path +
           " BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL SOCKS_USERNAME=\"abc\" SOCKS_PASSWORD=\"d\"",
       true, "17", "abc", kExit, false},
      {"9 BUILT " + path +
           " PURPOSE=HS_CLIENT_REND HS_STATE=HSCR_JOINED REND_QUERY=abcd SOCKS_USERNAME=\"u v\"",
       true, "9", "u v", kExit, true},
      {"9 BUILT " + path, true, "9", "", kExit, false},
      {"9 BUILT", true, "9", "", "", false},
      {"9 BUILT $short PURPOSE=GENERAL", true, "9", "", "", false},
      {"9 EXTENDED " + path, false, "", "", "", false},
      {"9 LAUNCHED", false, "", "", "", false},
      {"../9 BUILT " + path, false, "", "", "", false},
      {"12345678901234567 BUILT", false, "", "", "", false},
      {"BUILT", false, "", "", "", false},
      {"", false, "", "", "", false},
  };
  for (const auto& row : rows) {
    const auto circuit = ParseTorCircuit(row.line);
    ASSERT_EQ(circuit.has_value(), row.is_circuit) << row.line;
    if (!circuit) continue;
    EXPECT_EQ(circuit->id, row.id) << row.line;
    EXPECT_EQ(circuit->socks_user, row.user) << row.line;
    EXPECT_EQ(circuit->exit, row.exit) << row.line;
    EXPECT_EQ(circuit->to_onion, row.to_onion) << row.line;
  }
}

TEST(TorControl, FitOnlyWhenAllHolds) {
  TorState fit;
  fit.progress = 100;
  fit.circuit_established = fit.network_live = true;
  EXPECT_TRUE(fit.fit());
  EXPECT_TRUE(TorFitness(fit).ok());
  const struct {
    void (*change)(TorState&);
    std::string words;
  } rows[] = {
      {[](TorState& s) { s.progress = 99; }, "still starting: 99 %"},
      {[](TorState& s) { s.progress = -1; }, "still starting: ? %"},
      {[](TorState& s) { s.circuit_established = false; }, "no circuit yet"},
      {[](TorState& s) { s.network_live = false; }, "hears nothing from its network"},
  };
  for (const auto& row : rows) {
    TorState state = fit;
    row.change(state);
    EXPECT_FALSE(state.fit()) << row.words;
    const Status status = TorFitness(state);
    EXPECT_EQ(status.code(), StatusCode::kUnavailable) << row.words;
    EXPECT_NE(status.message().find(row.words), std::string::npos) << status.message();
  }
}

}  // namespace
}  // namespace gasht
