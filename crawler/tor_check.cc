#include "crawler/tor_check.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/digest.h"
#include "crawler/blocking_socket.h"
#include "crawler/endpoint.h"

namespace gasht {
namespace {

using std::chrono::milliseconds;

// Our own errors read "what is wrong. What to do".
TorReport::Note NoteOf(const Status& status) {
  const std::string& message = status.message();
  const size_t end = message.find(". ");
  if (end == std::string::npos) return {message, ""};
  return {message.substr(0, end), message.substr(end + 2)};
}

Status CheckSocks(const Endpoint& endpoint, milliseconds timeout) {
  BlockingSocket socket;
  if (const int error = socket.Connect(endpoint, timeout); error != 0)
    return TorNotListening(endpoint, error);
  // Version 5, two methods: none, and user with password (the one that gives each source its circuit).
  socket.Write(std::string_view("\x05\x02\x00\x02", 4), timeout);
  const std::string reply = socket.ReadExactly(2, timeout);
  if (reply.size() == 2 && reply[0] == 5 && (reply[1] == 0 || reply[1] == 2)) return Status::Ok();
  return Status::Unavailable(fmt::format(
      "what listens at {} does not speak SOCKS5. See that tor.socks in gasht.yaml names Tor's SocksPort",
      endpoint.text));
}

std::string Counted(std::string_view text) {
  return std::string(1, static_cast<char>(text.size())) + std::string(text);
}

// Opens a connection to `url`'s host through Tor, kept for `user`; "" or why not. REQUIRES: user and host fit in 255 bytes.
std::string ConnectThrough(BlockingSocket& socket, const Endpoint& endpoint, const std::string& user,
                           const Url& url, const TorInspection& inspection) {
  if (socket.Connect(endpoint, inspection.timeout) != 0) return "the SOCKS port does not answer";
  socket.Write(std::string_view("\x05\x01\x02", 3), inspection.timeout);
  if (socket.ReadExactly(2, inspection.timeout) != "\x05\x02") return "the SOCKS port takes no credentials";
  socket.Write("\x01" + Counted(user) + Counted(user), inspection.timeout);
  if (socket.ReadExactly(2, inspection.timeout) != std::string_view("\x01\x00", 2))
    return "the SOCKS port refuses our credentials";
  const std::string port = {static_cast<char>(url.port() >> 8), static_cast<char>(url.port() & 0xff)};
  socket.Write(std::string("\x05\x01\x00\x03", 4) + Counted(url.host()) + port, inspection.timeout);
  const std::string reply = socket.ReadExactly(4, inspection.circuit_timeout);
  if (reply.size() < 4) return "no answer in time";
  if (reply[1] != 0) return fmt::format("Tor says {}", static_cast<unsigned char>(reply[1]));
  return "";
}

std::set<std::string> CircuitsOf(const std::vector<TorCircuit>& circuits, std::string_view user) {
  std::set<std::string> ids;
  for (const TorCircuit& circuit : circuits) {
    if (circuit.socks_user == user) ids.insert(circuit.id);
  }
  return ids;
}

class Inspector {
 public:
  Inspector(const TorConfig& tor, const TorInspection& inspection) : tor_(tor), inspection_(inspection) {}

  TorReport Inspect() {
    std::vector<Endpoint> pool;
    std::vector<TorReport::Note> away;
    for (const std::string& text : tor_.socks) {
      // First: the commonest trouble by far is that nothing is there.
      const Result<Endpoint> endpoint = Endpoint::Parse(text);
      if (!Take(endpoint.status())) continue;
      if (const Status answers = CheckSocks(*endpoint, inspection_.timeout); !answers.ok()) {
        away.push_back(NoteOf(answers));
      } else {
        pool.push_back(*endpoint);
      }
    }
    // One of a pool that is away keeps only its own sources waiting.
    std::vector<TorReport::Note>& notes = pool.empty() ? report_.problems : report_.warnings;
    notes.insert(notes.end(), away.begin(), away.end());
    // The control port is the first one's.
    const bool first_answers = !pool.empty() && pool.front().text == tor_.socks.front();
    if (first_answers) AskControl();
    if (inspection_.prove_isolation && report_.fit()) ProveIsolation(pool.front());
    return std::move(report_);
  }

 private:
  bool Take(const Status& status) {
    if (!status.ok()) report_.problems.push_back(NoteOf(status));
    return status.ok();
  }

  void AskControl() {
    if (tor_.control.empty()) {
      report_.warnings.push_back({"without a control port gasht cannot know whether Tor has bootstrapped",
                                  "Name it with tor.control in gasht.yaml"});
      return;
    }
    const Result<Endpoint> endpoint = Endpoint::Parse(tor_.control);
    if (!Take(endpoint.status())) return;
    auto control = TorControl::Open(*endpoint, {.cookie = tor_.cookie, .timeout = inspection_.timeout});
    if (!Take(control.status())) return;
    control_ = std::move(*control);
    const Result<TorState> state = control_->State();
    if (!Take(state.status())) return;
    report_.state = *state;
    if (const Status fit = TorFitness(*state); !Take(fit)) return;
    if (const auto circuits = control_->Circuits(); Take(circuits.status()))
      report_.circuits = circuits->size();
    CheckSocksFlags();
    CheckTransports();
  }

  void CheckSocksFlags() {
    const auto ports = control_->Configured("SocksPort");
    if (!Take(ports.status())) return;
    for (const std::string& port : *ports) {
      if (port.find("NoIsolateSOCKSAuth") != std::string::npos) {
        report_.isolation = TorReport::Isolation::kBroken;
        report_.isolation_how = "torrc says NoIsolateSOCKSAuth";
        report_.problems.push_back({"torrc lets sources share circuits (SocksPort with NoIsolateSOCKSAuth)",
                                    "Remove NoIsolateSOCKSAuth from torrc and restart tor"});
      }
    }
    const bool extended = std::any_of(ports->begin(), ports->end(), [](const std::string& port) {
      return port.find("ExtendedErrors") != std::string::npos;
    });
    if (!extended)
      report_.warnings.push_back({"Tor does not say why an onion cannot be reached",
                                  "Add ExtendedErrors to the SocksPort line of torrc"});
  }

  void CheckTransports() {
    if (tor_.transports.empty()) return;
    const auto use = control_->Configured("UseBridges");
    const auto bridges = control_->Configured("Bridge");
    if (!Take(use.status()) || !Take(bridges.status())) return;
    if (use->empty() || use->front() != "1" || bridges->empty()) {
      report_.problems.push_back(
          {fmt::format("gasht.yaml says that Tor is reached through {}, and torrc uses no bridge",
                       fmt::join(tor_.transports, ", ")),
           "Set UseBridges 1 and add Bridge lines to torrc (deploy/torrc shows how), then restart tor"});
      return;
    }
    for (const std::string& bridge : *bridges) {
      const std::string first = bridge.substr(0, bridge.find(' '));
      const std::string transport = Endpoint::Parse(first).ok() ? "bridge" : first;
      if (std::find(tor_.transports.begin(), tor_.transports.end(), transport) != tor_.transports.end())
        continue;
      // Never the line itself: a bridge's address is a secret.
      report_.problems.push_back(
          {fmt::format("torrc has a bridge of another kind ({}) than gasht.yaml allows ({})", transport,
                       fmt::join(tor_.transports, ", ")),
           "Remove it from torrc, or add its kind to tor.transports"});
    }
  }

  void ProveIsolation(const Endpoint& socks) {
    if (!control_ || tor_.canaries.empty()) {
      const bool has_control = control_ != nullptr;
      report_.isolation_how = has_control ? "no canary to connect to" : "no control port to ask";
      report_.warnings.push_back(
          {"nothing proves that two sources do not share a circuit: " + report_.isolation_how,
           has_control ? "Add tor.canaries to gasht.yaml, then run gasht tor check again"
                       : "Add ControlPort and CookieAuthentication 1 to torrc (deploy/torrc shows how) and "
                         "tor.control to gasht.yaml, then run gasht tor check again"});
      return;
    }
    const Url& canary = tor_.canaries.front();
    // Both stay open until the circuits are read.
    BlockingSocket sockets[2];
    std::string users[2];
    for (int i = 0; i < 2; ++i) {
      users[i] = HexEncode(RandomBytes(16));
      const std::string why = ConnectThrough(sockets[i], socks, users[i], canary, inspection_);
      if (why.empty()) continue;
      report_.isolation_how = fmt::format("the canary {} was not reached: {}", canary.host(), why);
      return;
    }
    const auto circuits = control_->Circuits();
    if (!Take(circuits.status())) return;
    const std::set<std::string> first = CircuitsOf(*circuits, users[0]),
                                second = CircuitsOf(*circuits, users[1]);
    if (first.empty() || second.empty()) {
      report_.isolation_how = "the control port does not say which circuit belongs to which credential";
      return;
    }
    const bool shared =
        std::any_of(first.begin(), first.end(), [&](const std::string& id) { return second.contains(id); });
    report_.isolation = shared ? TorReport::Isolation::kBroken : TorReport::Isolation::kProven;
    report_.isolation_how = fmt::format("two credentials to {} used circuits {} and {}", canary.host(),
                                        fmt::join(first, "+"), fmt::join(second, "+"));
    if (shared)
      report_.problems.push_back({"two credentials shared a circuit: " + report_.isolation_how,
                                  "See that no SocksPort of torrc has NoIsolateSOCKSAuth, then restart tor"});
  }

  const TorConfig& tor_;
  const TorInspection& inspection_;
  TorReport report_;
  std::unique_ptr<TorControl> control_;
};

}  // namespace

std::string_view IsolationName(TorReport::Isolation isolation) {
  switch (isolation) {
    case TorReport::Isolation::kUnproven:
      return "unproven";
    case TorReport::Isolation::kProven:
      return "proven";
    case TorReport::Isolation::kBroken:
      return "broken";
  }
  return "unproven";
}

TorReport InspectTor(const TorConfig& tor, const TorInspection& inspection) {
  return Inspector(tor, inspection).Inspect();
}

Status CheckTorReady(const TorConfig& tor, milliseconds timeout) {
  if (tor.socks.empty())
    return Status::InvalidArgument(
        "sources say route: tor, but gasht.yaml has no tor.socks. Write where Tor's SocksPort is "
        "(127.0.0.1:9050)");
  const TorReport report = InspectTor(tor, {.timeout = timeout});
  if (report.fit()) return Status::Ok();
  const TorReport::Note& first = report.problems.front();
  return Status::Unavailable(first.remedy.empty() ? first.what
                                                  : fmt::format("{}. {}", first.what, first.remedy));
}

}  // namespace gasht
