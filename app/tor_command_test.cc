// What `gasht tor check` prints, against its schema.

#include "app/tor_command.h"

#include <gtest/gtest.h>

#include "tests/support/json_schema.h"

namespace gasht {
namespace {

TorReport FitReport() {
  TorReport report;
  report.state = TorState{.version = "0.4.9.3",
                          .progress = 100,
                          .summary = "Done",
                          .warning = "",
                          .circuit_established = true,
                          .network_live = true};
  report.circuits = 7;
  report.isolation = TorReport::Isolation::kProven;
  report.isolation_how = "two credentials to c.example used circuits 5 and 6";
  return report;
}

TEST(TorCommandTest, ObeysTheSchemaAndSaysWhatToDo) {
  const auto schemas = JsonSchemas::Load("docs/schema");
  ASSERT_TRUE(schemas.ok()) << schemas.status().message();
  TorConfig tor;
  tor.socks = {"127.0.0.1:9050"};
  TorReport away;
  away.problems = {{"no Tor at 127.0.0.1:9050: Connection refused", "Start it"}, {"and more", ""}};
  TorReport starting = FitReport();
  starting.state->progress = -1;
  starting.circuits.reset();
  starting.problems = {{"Tor is still starting", "Wait"}};
  starting.warnings = {{"no reasons", "Add ExtendedErrors"}};
  const struct {
    TorReport report;
    std::vector<std::string> words;
  } rows[] = {
      {FitReport(), {"Tor is fit", "0.4.9.3", "100 % Done", "7 built", "proven: two credentials"}},
      {away, {"NOT fit", "Connection refused", "do this", "Start it", "and more", "unproven"}},
      {starting, {"NOT fit", "unknown", "Wait", "Add ExtendedErrors"}},
  };
  for (const auto& row : rows) {
    const Json json = TorReportJson(tor, row.report);
    for (const std::string& error : schemas->Errors("tor-check", json))
      ADD_FAILURE() << error << " in " << json.Dump();
    EXPECT_EQ(json.Find("problems")->items().empty(), row.report.fit());
    const std::string text = TorReportText(tor, row.report);
    for (const std::string& word : row.words)
      EXPECT_NE(text.find(word), std::string::npos) << word << " not in " << text;
  }
}

}  // namespace
}  // namespace gasht
