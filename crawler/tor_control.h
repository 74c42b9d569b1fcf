#pragma once

// TorControl: a client of Tor's control port, for asking only. It opens with the cookie (SAFECOOKIE where Tor offers it: the
// cookie itself is then never sent), and what comes back is read within bounds (control_reply.h).
//
// Protocol: https://spec.torproject.org/control-spec. Blocking, each question at most `timeout`; confined to one thread. Errors
// are Unavailable with words for an operator: what is wrong and what to do. After an error the connection is of no use.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "crawler/blocking_socket.h"
#include "crawler/control_reply.h"
#include "crawler/endpoint.h"

namespace gasht {

// How far Tor is.
struct TorState {
  std::string version;  // "0.4.9.3"
  int progress = -1;    // per cent of the bootstrap; -1 unknown
  std::string summary, warning;
  bool circuit_established = false;
  bool network_live = false;  // Tor has heard from the network lately
  bool fit() const { return progress == 100 && circuit_established && network_live; }
  friend bool operator==(const TorState&, const TorState&) = default;
};

// One circuit that is built.
struct TorCircuit {
  std::string id;
  std::string socks_user;  // the credential it is kept for; empty for none
  std::string exit;        // "$FINGERPRINT~name" of its last relay
  bool to_onion = false;   // then the last relay is the rendezvous point, no exit
  bool serves = false;     // carries streams, or may; others are set-up and padding
};

// Where tor.cookie is empty, the cookie is where Tor says it is.
struct TorControlOptions {
  std::string cookie;
  std::chrono::milliseconds timeout = std::chrono::seconds(5);
};

class TorControl {
 public:
  // Connects and authenticates.
  static Result<std::unique_ptr<TorControl>> Open(const Endpoint& endpoint, const TorControlOptions& options);

  Result<TorState> State();
  Result<std::vector<TorCircuit>> Circuits();
  // The values of a line of torrc, in effect now; empty when it is not set.
  Result<std::vector<std::string>> Configured(std::string_view key);

 private:
  TorControl(Endpoint endpoint, const TorControlOptions& options)
      : endpoint_(std::move(endpoint)), timeout_(options.timeout) {}
  Status Authenticate(std::string cookie_path);
  Status AuthenticateWith(std::string_view cookie, bool safely);
  Result<ControlReply> Ask(std::string_view command);
  Result<std::string> GetInfo(std::string_view key);

  const Endpoint endpoint_;
  const std::chrono::milliseconds timeout_;
  const SystemClock clock_;
  BlockingSocket socket_;
  ControlReplyReader reader_;
};

// Ok when pages may be fetched through it; otherwise what it still lacks.
Status TorFitness(const TorState& state);

// The words for "nothing there" and "may not": Tor's SOCKS and control ports share them.
Status TorNotListening(const Endpoint& endpoint, int error);

// A line of GETINFO circuit-status; nothing when it is none or not built.
std::optional<TorCircuit> ParseTorCircuit(std::string_view line);

}  // namespace gasht
