#include "crawler/tor_control.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"

namespace gasht {
namespace {

constexpr size_t kCookieBytes = 32;  // control-spec 3.24
constexpr size_t kNonceBytes = 32;
// 0.4.9 has seven built circuits when idle; a patrol one or two a source.
constexpr size_t kMaxCircuits = 10'000;
constexpr std::string_view kServerKey = "Tor safe cookie authentication server-to-controller hash";
constexpr std::string_view kClientKey = "Tor safe cookie authentication controller-to-server hash";

std::string_view FirstWord(std::string_view text) {
  return text.substr(0, text.find(' '));
}

bool HasMethod(std::string_view methods, std::string_view method) {
  return fmt::format(",{},", methods).find(fmt::format(",{},", method)) != std::string::npos;
}

// "17 BUILT $FP~name,$FP~name PURPOSE=...": the words in front.
std::string_view TakeWord(std::string_view& text) {
  const std::string_view word = FirstWord(text);
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

bool IsToken(std::string_view text, size_t most) {
  return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

// "$" 40 hexadecimal digits, then perhaps "~name" or "=name".
bool IsRelay(std::string_view text) {
  if (text.size() < 41 || text[0] != '$' || !HexDecode(text.substr(1, 40)).ok()) return false;
  return text.size() == 41 || ((text[41] == '~' || text[41] == '=') && IsToken(text.substr(42), 19));
}

}  // namespace

Status TorNotListening(const Endpoint& endpoint, int error) {
  if (error == EACCES || error == EPERM)
    return Status::Unavailable(
        fmt::format("Tor at {} lets us not in: {}. Add this user to Tor's group (usermod -aG debian-tor "
                    "USER), then run again",
                    endpoint.text, std::strerror(error)));
  return Status::Unavailable(fmt::format(
      "no Tor at {}: {}. Install tor (apt install tor), start it (systemctl start tor) and see that its "
      "SocksPort is this one, then run again",
      endpoint.text, std::strerror(error)));
}

Result<std::unique_ptr<TorControl>> TorControl::Open(const Endpoint& endpoint,
                                                     const TorControlOptions& options) {
  std::unique_ptr<TorControl> control(new TorControl(endpoint, options));
  if (const int error = control->socket_.Connect(endpoint, options.timeout); error != 0)
    return TorNotListening(endpoint, error);
  GASHT_RETURN_IF_ERROR(control->Authenticate(options.cookie));
  return control;
}

Status TorControl::Authenticate(std::string cookie_path) {
  GASHT_ASSIGN_OR_RETURN(const ControlReply info, Ask("PROTOCOLINFO 1"));
  std::string methods, offered;
  for (const ControlReply::Line& line : info.lines) {
    if (!line.text.starts_with("AUTH ")) continue;
    auto words = ControlWords(line.text);
    methods = words["METHODS"];
    offered = words["COOKIEFILE"];
  }
  if (HasMethod(methods, "NULL")) return Ask("AUTHENTICATE").status();
  if (cookie_path.empty()) cookie_path = offered;
  if (cookie_path.empty())
    return Status::Unavailable(fmt::format(
        "the Tor control port at {} offers no cookie. Set CookieAuthentication 1 in torrc", endpoint_.text));
  const Result<std::string> cookie = ReadFile(cookie_path, kCookieBytes);
  if (!cookie.ok())
    return Status::Unavailable(fmt::format(
        "Tor's control cookie cannot be read ({}). Add this user to Tor's group (usermod -aG debian-tor "
        "USER), then run again",
        cookie.status().message()));
  // Whoever listens there may have named any file of ours: only 32 bytes are a cookie (control-spec 3.24).
  if (cookie->size() != kCookieBytes)
    return Status::Unavailable(fmt::format(
        "{} is no Tor control cookie: it has {} bytes, not {}. See that tor.cookie in gasht.yaml names Tor's",
        cookie_path, cookie->size(), kCookieBytes));
  return AuthenticateWith(*cookie, HasMethod(methods, "SAFECOOKIE"));
}

Status TorControl::AuthenticateWith(std::string_view cookie, bool safely) {
  if (!safely) return Ask("AUTHENTICATE " + HexEncode(cookie)).status();
  const std::string nonce = RandomBytes(kNonceBytes);
  GASHT_ASSIGN_OR_RETURN(const ControlReply challenge, Ask("AUTHCHALLENGE SAFECOOKIE " + HexEncode(nonce)));
  auto words = ControlWords(challenge.lines.front().text);
  const Result<std::string> server_nonce = HexDecode(words["SERVERNONCE"]);
  const Result<std::string> server_hash = HexDecode(words["SERVERHASH"]);
  const std::string said = fmt::format("{}{}{}", cookie, nonce, server_nonce.value_or(""));
  if (!server_nonce.ok() || server_nonce->size() != kNonceBytes || !server_hash.ok() ||
      *server_hash != HmacSha256(kServerKey, said).view())
    return Status::Unavailable(
        fmt::format("what listens at {} does not know Tor's control cookie: it is not the Tor whose cookie "
                    "gasht.yaml names (tor.cookie)",
                    endpoint_.text));
  return Ask("AUTHENTICATE " + HexEncode(HmacSha256(kClientKey, said).view())).status();
}

Result<ControlReply> TorControl::Ask(std::string_view command) {
  const MonotonicTime deadline = clock_.Monotonic() + timeout_;
  const auto left = [&] {
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::ceil<std::chrono::milliseconds>(deadline - clock_.Monotonic()));
  };
  socket_.Write(fmt::format("{}\r\n", command), timeout_);
  std::optional<ControlReply> reply;
  while (!(reply = reader_.Take())) {
    const std::string bytes = socket_.Read(left());
    if (bytes.empty())
      return Status::Unavailable(fmt::format("the Tor control port at {} does not answer {}: is it one?",
                                             endpoint_.text, FirstWord(command)));
    if (const Status read = reader_.Feed(bytes); !read.ok())
      return Status::Unavailable(
          fmt::format("what listens at {} is no Tor control port: {}. See that "
                      "tor.control in gasht.yaml names Tor's ControlPort",
                      endpoint_.text, read.message()));
  }
  if (reply->ok()) return std::move(*reply);
  return Status::Unavailable(
      fmt::format("the Tor control port at {} refuses {} ({}). See that CookieAuthentication is 1 in torrc "
                  "and that this user may read the cookie",
                  endpoint_.text, FirstWord(command), reply->code));
}

Result<std::string> TorControl::GetInfo(std::string_view key) {
  GASHT_ASSIGN_OR_RETURN(const ControlReply reply, Ask(fmt::format("GETINFO {}", key)));
  return reply.Value(key).value_or("");
}

Result<TorState> TorControl::State() {
  TorState state;
  GASHT_ASSIGN_OR_RETURN(const std::string version, GetInfo("version"));
  state.version = FirstWord(version);
  GASHT_ASSIGN_OR_RETURN(const std::string phase, GetInfo("status/bootstrap-phase"));
  auto words = ControlWords(phase);
  const std::string& progress = words["PROGRESS"];
  int per_cent = -1;
  std::from_chars(progress.data(), progress.data() + progress.size(), per_cent);
  if (per_cent >= 0 && per_cent <= 100) state.progress = per_cent;
  state.summary = words["SUMMARY"];
  state.warning = words["WARNING"];
  const Result<std::string> circuit = GetInfo("status/circuit-established"),
                            live = GetInfo("network-liveness");
  if (!circuit.ok()) return circuit.status();
  if (!live.ok()) return live.status();
  state.circuit_established = *circuit == "1";
  state.network_live = *live == "up";
  return state;
}

Result<std::vector<TorCircuit>> TorControl::Circuits() {
  GASHT_ASSIGN_OR_RETURN(const std::string lines, GetInfo("circuit-status"));
  std::vector<TorCircuit> circuits;
  for (std::string_view rest = lines; !rest.empty() && circuits.size() < kMaxCircuits;) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (auto circuit = ParseTorCircuit(line)) circuits.push_back(std::move(*circuit));
  }
  return circuits;
}

Result<std::vector<std::string>> TorControl::Configured(std::string_view key) {
  GASHT_ASSIGN_OR_RETURN(const ControlReply reply, Ask(fmt::format("GETCONF {}", key)));
  return reply.Values(key);
}

Status TorFitness(const TorState& state) {
  if (state.progress != 100)
    return Status::Unavailable(fmt::format(
        "Tor is still starting: {} % ({}{}{}). Wait, then run again. If it stays there, "
        "see whether this machine reaches the network and whether Tor is blocked",
        state.progress < 0 ? "?" : std::to_string(state.progress),
        state.summary.empty() ? "unknown" : state.summary, state.warning.empty() ? "" : "; ", state.warning));
  if (!state.circuit_established)
    return Status::Unavailable("Tor has started but has no circuit yet. Wait, then run again");
  if (!state.network_live)
    return Status::Unavailable(
        "Tor hears nothing from its network. See whether this machine reaches the network, then run again");
  return Status::Ok();
}

std::optional<TorCircuit> ParseTorCircuit(std::string_view line) {
  std::string_view rest = line;
  const std::string_view id = TakeWord(rest), status = TakeWord(rest);
  if (status != "BUILT" || !IsToken(id, 16)) return std::nullopt;
  TorCircuit circuit;
  circuit.id = id;
  // A path may be missing; names of relays have no "=" (long names are "$FP=name").
  if (rest.starts_with('$')) {
    const std::string_view path = TakeWord(rest);
    const std::string_view last = path.substr(path.rfind(',') + 1);
    if (IsRelay(last)) circuit.exit = last;
  }
  auto words = ControlWords(rest);
  circuit.socks_user = words["SOCKS_USERNAME"];
  const std::string& purpose = words["PURPOSE"];
  circuit.serves = purpose == "GENERAL" || purpose == "HS_CLIENT_REND" || purpose == "CONFLUX_LINKED";
  circuit.to_onion = words.contains("REND_QUERY") || purpose.starts_with("HS_");
  return circuit;
}

}  // namespace gasht
