#pragma once

// Config: what an operator decided, from a folder of YAML files:
//
//   gasht.yaml          the store, Tor, limits, whose patrol it is, the console
//   agencies.yaml       what agencies are called, from when to when
//   sources.d/*.yaml    one source a file
//
// Reading is strict: unknown and duplicate keys, wrong types and everything that could send the patrol where
// nobody meant it to go are errors. All errors of all files come together, each as "file:line:column: what:
// remedy". What is lawful but idle (a source whose authority has expired or not begun) is a warning, and the
// source is kept. Plain values, immutable once loaded; a reload makes another Config.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/status.h"
#include "base/url.h"
#include "model/source.h"

namespace gasht {

// Where the Tor client listens, "127.0.0.1:9050" or "unix:/run/tor/socks", and what is expected of it.
struct TorConfig {
  // Sources are spread over them, each always to the same one. Empty: no source goes through Tor.
  std::vector<std::string> socks;
  std::string control;  // of the first; empty: Tor cannot be asked whether it is ready
  std::string cookie;   // the file that opens `control`
  // The kinds of bridges through which Tor itself must reach its network ("obfs4", "bridge" for plain ones); empty: as
  // torrc says. What torrc does is checked against it, not made by it.
  std::vector<std::string> transports;
  // Pages that are nearly always there; asked for only when pages fail, to tell our own outage from dead sites.
  std::vector<Url> canaries;
};

struct LimitsConfig {
  size_t connections_per_source = 1;
  // Fetched and not yet durable.
  size_t unfinished_pages = 64;
  // Of one body, as received and decoded; of all bodies held.
  size_t wire_bytes = 4u << 20;
  size_t body_bytes = 8u << 20;
  size_t body_bytes_held = 512u << 20;
  std::chrono::microseconds connect_timeout = std::chrono::seconds(90);
  std::chrono::microseconds total_timeout = std::chrono::seconds(180);
  size_t analysis_threads = 0;  // 0: one a core
  // Of the whole patrol: received a day (0: no limit), and when it may fetch at all. What a person asks for now is fetched
  // at any hour.
  uint64_t bytes_per_day = 0;
  // No page is begun while the disk under the store has less left; 0: 10 % of it or 2 GiB, whichever is more.
  uint64_t disk_free = 0;
  DayWindow hours{};
};

// What an agency is called during some time. Agencies are renamed; what was written then keeps the name of
// then.
struct Agency {
  std::string id;
  std::string name, name_ur;
  UtcTime valid_from;
  std::optional<UtcTime> valid_until;  // exclusive; absent while the name is in use
  std::string source;                  // where this was read
};

struct ConsoleConfig {
  std::string listen;  // "127.0.0.1:8080"
};

struct Config {
  std::string dir;
  std::string store_path;
  std::string rules_dir;       // empty: the built-in packs
  std::string watchlists_dir;  // empty: none besides those of the packs
  TorConfig tor;
  std::vector<Url> direct_canaries;  // as tor.canaries, for sources with route: direct
  // What this line is called, recorded with every capture ("isb-ptcl"); empty when not said.
  std::string vantage;
  LimitsConfig limits;
  std::string agency;  // an Agency's id; empty when not said
  std::optional<ConsoleConfig> console;
  // Loopback and private addresses may be sources. Never on a monitoring host.
  bool test_mode = false;
  std::vector<Agency> agencies;  // as listed
  std::vector<Source> sources;   // by file name
  std::vector<std::string> warnings;
  // Over the names and bytes of all files that were read: which configuration a capture was made under.
  Digest digest;
};

// InvalidArgument with every error, one a line; Unavailable when the folder cannot be read.
Result<Config> LoadConfig(const std::string& dir, UtcTime now);

}  // namespace gasht
