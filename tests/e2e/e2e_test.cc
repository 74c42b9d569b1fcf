// The main job, end to end, with the real program: over the private Tor network where the test says so,
// directly on loopback otherwise. Findings equal the golden file; a patrol killed in the middle goes on where
// it was.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "model/source.h"
#include "tests/demo/demo_world.h"
#include "tests/support/golden.h"
#include "tests/support/json_schema.h"
#include "tests/support/temporary_folder.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxOutput = size_t{64} << 20;

struct Outcome {
  int status = -1;  // 128 + signal when killed
  std::string out, err;
};

pid_t Spawn(const std::vector<std::string>& arguments, const std::string& out, const std::string& err) {
  const pid_t child = fork();
  if (child != 0) return child;
  dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
  dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
  std::vector<char*> argv = {const_cast<char*>(GASHT_PROGRAM)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(GASHT_PROGRAM, argv.data());
  _exit(127);
}

int Wait(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Outcome Gasht(const TemporaryFolder& folder, const std::vector<std::string>& arguments) {
  const std::string out = folder.path() + "/out", err = folder.path() + "/err";
  Outcome outcome;
  outcome.status = Wait(Spawn(arguments, out, err));
  outcome.out = ReadFile(out, kMaxOutput).value_or("");
  outcome.err = ReadFile(err, kMaxOutput).value_or("");
  return outcome;
}

std::vector<Json> Lines(const std::string& text) {
  std::vector<Json> objects;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const auto parsed = Json::Parse(std::string_view(text).substr(begin, end - begin));
    EXPECT_TRUE(parsed.ok()) << text.substr(begin, end - begin);
    if (parsed.ok()) objects.push_back(*parsed);
    begin = end + 1;
  }
  return objects;
}

class EndToEnd : public testing::Test {
 protected:
  Outcome Run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--config", world_->config_dir()});
    return Gasht(folder_, arguments);
  }

  // Until the patrol, started with its words in core-err, answers.
  void AwaitCore(pid_t core) const {
    while (!fs::exists(world_->store_dir() + "/gasht.sock")) {
      int ended = 0;
      ASSERT_EQ(waitpid(core, &ended, WNOHANG), 0)
          << ReadFile(folder_.path() + "/core-err", kMaxOutput).value_or("");
      std::this_thread::yield();
    }
  }

  void StartWorld(bool through_tor) {
    auto world = DemoWorld::Start(
        {.dir = folder_.path(), .through_tor = through_tor, .delay = delay_, .progress = {}});
    ASSERT_TRUE(world.ok()) << world.status().message();
    world_ = std::move(*world);
  }

  // What the golden file holds: everything of a finding that does not depend on time, ports and addresses.
  std::string Findings() const {
    const Outcome list = Run({"findings", "list", "--json"});
    EXPECT_EQ(list.status, 0) << list.err;
    std::vector<std::string> lines;
    for (const Json& finding : Lines(list.out)) {
      std::string substances;
      for (const Json& substance : finding.Find("substances")->items())
        substances += " " + substance.StringOr("id");
      std::string price;
      if (const Json* money = finding.Find("price"))
        price = money->StringOr("amount") + money->StringOr("currency");
      lines.push_back(fmt::format("{}\t{}\t{}\t{}\t{}\t{}", finding.StringOr("source"),
                                  finding.StringOr("level"), finding.StringOr("title"),
                                  finding.StringOr("vendor"), price, substances));
    }
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
  }

  // The paths with a body, each with how often it was captured.
  std::map<std::string, int> Captured() const {
    const Outcome list = Run({"evidence", "list", "--json", "--limit", "10000"});
    EXPECT_EQ(list.status, 0) << list.err;
    std::map<std::string, int> captured;
    for (const Json& capture : Lines(list.out))
      ++captured[capture.StringOr("source") + " " + capture.StringOr("url")];
    return captured;
  }

  std::set<std::string> FindingIds() const {
    std::set<std::string> ids;
    const std::vector<Json> findings = Lines(Run({"findings", "list", "--json"}).out);
    for (const Json& finding : findings) ids.insert(finding.StringOr("id"));
    EXPECT_EQ(ids.size(), findings.size()) << "a finding is listed twice";
    return ids;
  }

  std::string delay_ = "1ms";
  const TemporaryFolder folder_;
  std::unique_ptr<DemoWorld> world_;
};

constexpr char kGolden[] = "tests/fixtures/golden/demo_findings.tsv";

// What the program prints without a store, against docs/schema.
TEST(Offline, ScanAndExtractPrintWhatTheSchemasSay) {
  const TemporaryFolder folder;
  const auto schemas = JsonSchemas::Load("docs/schema");
  ASSERT_TRUE(schemas.ok()) << schemas.status().message();
  const std::string input = folder.path() + "/in.jsonl", page = folder.path() + "/page.html";
  ASSERT_TRUE(
      WriteFileAtomically(
          input, std::string(
                     R"({"id":"a","text":"Charas 1 tola 2500 PKR home delivery Lahore, WhatsApp 0301-2345678"}
{"id":7,"title":"5g Afghan hash","vendor":"greenhand","price":"USD 45.00"}
{"text":"Ice cream 1 litre 450 PKR home delivery Lahore"}
not json
{"id":true,"html":"<title>x</title><p>nothing</p>","url":"http://a.example/"}
)") +
                     // Former bug: a line with a zero byte swallowed the next one.
                     std::string("{\"a\0b\n", 6) + "{\"id\":\"z\",\"text\":\"tea\"}\n")
          .ok());
  const Outcome scan = Gasht(folder, {"scan", "--format", "jsonl", input});
  ASSERT_EQ(scan.status, 0) << scan.err;
  const std::vector<Json> lines = Lines(scan.out);
  const struct {
    const char* id;
    const char* schema;
    size_t findings;
  } cases[] = {{"\"a\"", "scan", 1}, {"7", "scan", 1},       {"3", "scan", 0},    {"4", "scan-error", 0},
               {"true", "scan", 0},  {"6", "scan-error", 0}, {"\"z\"", "scan", 0}};
  ASSERT_EQ(lines.size(), std::size(cases)) << scan.out;
  for (size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].Find("id")->Dump(), cases[i].id) << lines[i].Dump();
    for (const std::string& error : schemas->Errors(cases[i].schema, lines[i]))
      ADD_FAILURE() << error << " in " << lines[i].Dump();
    if (const Json* findings = lines[i].Find("findings")) {
      EXPECT_EQ(findings->items().size(), cases[i].findings) << lines[i].Dump();
    }
  }

  ASSERT_TRUE(WriteFileAtomically(
                  page, "<title>Shop</title><h1>Charas 1 tola</h1><p>PKR 2,500</p><a href='/x'>more</a>")
                  .ok());
  const Outcome extract = Gasht(folder, {"extract", "--url", "http://shop.example/a/b", page});
  ASSERT_EQ(extract.status, 0) << extract.err;
  const std::vector<Json> extracted = Lines(extract.out);
  ASSERT_EQ(extracted.size(), 1u) << extract.out;
  for (const std::string& error : schemas->Errors("extract", extracted[0]))
    ADD_FAILURE() << error << " in " << extract.out;
  EXPECT_EQ(extracted[0].Find("links")->items().at(0).StringOr("url"), "http://shop.example/x");
}

TEST(Offline, MistakesEndWithTheirExitStatusAndThePlace) {
  const TemporaryFolder folder;
  const std::string config = folder.path() + "/config";
  std::filesystem::create_directories(config + "/sources.d");
  ASSERT_TRUE(WriteFileAtomically(config + "/gasht.yaml", "store: ../store\nstroe: x\n").ok());
  const struct {
    std::vector<std::string> arguments;
    int status;
    std::string message;
  } cases[] = {
      {{"--config", config, "sources", "check"}, 2, "gasht.yaml:2:1: unknown key 'stroe'"},
      {{"--config", config, "patrol", "--once"}, 2, "did you mean 'store'?"},
      {{"scan", "--format", "pdf"}, 2, "pdf"},
      {{"scan", folder.path() + "/none"}, 2, "none"},
      {{"extract", "--url", "ftp://x/", "-"}, 2, "only http and https"},
      {{"scan", folder.path()}, 2, "Is a directory"},
      {{"scan", "--format", "jsonl", folder.path()}, 2, "Is a directory"},
      {{"frobnicate"}, 2, "there is no command 'frobnicate': it is one of patrol, scan"},
      {{"findings", "lst"}, 2, "there is no command 'lst': it is one of list, show, review"},
      {{"findings"}, 2, "findings --help"},
      {{"findings", "list", "--limit", "-1"}, 2, "--limit: '-1' is not a whole number above 0"},
      {{"evidence", "show", "1", "--as-received"}, 2, "--body"},
      {{"--config", config, "retention", "propose"}, 2, "--source ID"},
      {{"--help"}, 0, ""},
  };
  for (const auto& c : cases) {
    const Outcome outcome = Gasht(folder, c.arguments);
    EXPECT_EQ(outcome.status, c.status) << c.arguments.back() << ": " << outcome.err;
    EXPECT_NE(outcome.err.find(c.message), std::string::npos) << c.arguments.back() << ": " << outcome.err;
  }
  // The same for programs.
  const Outcome objects = Gasht(folder, {"--config", config, "sources", "check", "--json"});
  EXPECT_EQ(objects.status, 2) << objects.err;
  const auto schemas = JsonSchemas::Load("docs/schema");
  ASSERT_TRUE(schemas.ok()) << schemas.status().message();
  const std::vector<Json> lines = Lines(objects.out);
  ASSERT_EQ(lines.size(), 1u) << objects.out;
  for (const std::string& error : schemas->Errors("sources-check", lines[0])) ADD_FAILURE() << error;
  EXPECT_NE(lines[0].Find("errors")->Dump().find("gasht.yaml:2:1"), std::string::npos) << objects.out;
}

class ThroughTor : public EndToEnd {};

TEST_F(ThroughTor, FindingsFromRealOnionServicesEqualTheGoldenFile) {
  ASSERT_NO_FATAL_FAILURE(StartWorld(true));
  const Outcome patrol = Run({"patrol", "--once"});
  ASSERT_EQ(patrol.status, 0) << patrol.err;
  ExpectGolden(kGolden, Findings());

  for (const Json& capture : Lines(Run({"evidence", "list", "--json"}).out))
    EXPECT_EQ(capture.StringOr("channel"), "onion") << capture.Dump();
  EXPECT_EQ(Run({"store", "check"}).status, 0);

  // Tor goes away: nothing is fetched, nothing goes direct, and the message says what to do.
  const size_t captures = Captured().size();
  world_->tor()->StopClient();
  std::map<std::string, std::map<std::string, int>> before;
  for (const auto& server : world_->servers()) before[server->site().name] = server->hits();
  const Outcome away = Run({"patrol", "--once"});
  EXPECT_EQ(away.status, 3) << away.err;
  EXPECT_NE(away.err.find("tor"), std::string::npos) << away.err;
  for (const auto& server : world_->servers())
    EXPECT_EQ(server->hits(), before[server->site().name]) << server->site().name;
  EXPECT_EQ(Captured().size(), captures);
}

class Direct : public EndToEnd {};

// GASHT_KILLS=200 makes it the long proof.
int Kills() {
  const char* const asked = std::getenv("GASHT_KILLS");
  return asked == nullptr ? 8 : std::max(1, std::atoi(asked));
}

TEST_F(Direct, KilledInTheMiddleGoesOnWithoutLossOrDuplicate) {
  delay_ = "20ms";
  ASSERT_NO_FATAL_FAILURE(StartWorld(false));
  // Each round kills a little later, so that kills fall into start-up, fetching, analysis and commit.
  int killed = 0;
  const int rounds = Kills();
  // Some kills come so soon that no page was fetched, others in the middle of one, of its analysis, of its commit.
  size_t wanted = 0;
  for (int round = 1; round <= rounds; ++round) {
    wanted += rounds > 20 ? (round % 3 == 1 ? 1 : 0) : 6;
    const pid_t patrol = Spawn({"--config", world_->config_dir(), "patrol", "--once"},
                               folder_.path() + "/out", folder_.path() + "/err");
    const auto enough = [&] {
      size_t hits = 0;
      for (const auto& server : world_->servers()) hits += server->hits().size();
      return hits >= wanted;
    };
    int status = 0;
    while (!enough() && waitpid(patrol, &status, WNOHANG) == 0) std::this_thread::yield();
    // Anywhere within the next hundredth of a second.
    const auto moment = std::chrono::steady_clock::now() + std::chrono::microseconds(round * 7919 % 10'000);
    while (std::chrono::steady_clock::now() < moment) std::this_thread::yield();
    kill(patrol, SIGKILL);
    if (Wait(patrol) == 128 + SIGKILL) ++killed;
    EXPECT_EQ(Run({"store", "check"}).status, 0) << "after kill " << round;
  }
  EXPECT_GE(killed, rounds / 2) << "the patrol ended before it could be killed: the test shows nothing";
  const Outcome last = Run({"patrol", "--once"});
  ASSERT_EQ(last.status, 0) << last.err;
  ExpectGolden(kGolden, Findings());
  FindingIds();

  // No page lost: everything that answers with a page was captured.
  const std::map<std::string, int> captured = Captured();
  for (const auto& server : world_->servers()) {
    for (const std::string& target : server->site().targets) {
      if (!server->site().respond(target).content_type.starts_with("text/html")) continue;
      // Linked from the log-in wall only, and the links of a wall are not followed.
      if (target == "/verify") continue;
      const std::string key = server->site().name + " " + server->base_url() + target;
      const bool seen = std::any_of(captured.begin(), captured.end(),
                                    [&](const auto& entry) { return entry.first == key; });
      EXPECT_TRUE(seen) << key << " was never captured";
    }
  }
  // Nothing fetched twice after its commit.
  for (const auto& [url, times] : captured) EXPECT_EQ(times, 1) << url;
}

TEST_F(Direct, InterruptedPatrolStopsCleanlyAndResumes) {
  delay_ = "50ms";
  ASSERT_NO_FATAL_FAILURE(StartWorld(false));
  const pid_t patrol = Spawn({"--config", world_->config_dir(), "patrol", "--once"}, folder_.path() + "/out",
                             folder_.path() + "/err");
  while (world_->servers().front()->hits().size() < 3) std::this_thread::yield();
  kill(patrol, SIGINT);
  EXPECT_EQ(Wait(patrol), 0) << ReadFile(folder_.path() + "/err", kMaxOutput).value_or("");
  EXPECT_LT(Captured().size(), 25u) << "it was not interrupted";
  EXPECT_EQ(Run({"patrol", "--once"}).status, 0);
  ExpectGolden(kGolden, Findings());
}

TEST_F(Direct, SecondPatrolOfTheSameStoreIsRefusedByName) {
  delay_ = "300ms";
  ASSERT_NO_FATAL_FAILURE(StartWorld(false));
  const pid_t first = Spawn({"--config", world_->config_dir(), "patrol"}, folder_.path() + "/first-out",
                            folder_.path() + "/first-err");
  while (world_->servers().front()->hits().empty()) std::this_thread::yield();
  const Outcome second = Run({"patrol", "--once"});
  EXPECT_EQ(second.status, 3) << second.err;
  EXPECT_NE(second.err.find(std::to_string(first)), std::string::npos) << second.err;

  // While the core runs, commands are its clients.
  const Outcome evidence = Run({"evidence", "list", "--json"});
  EXPECT_EQ(evidence.status, 0) << evidence.err;
  kill(first, SIGTERM);
  EXPECT_EQ(Wait(first), 0);
}

TEST_F(Direct, OperatorsVerbsWithAndWithoutACore) {
  ASSERT_NO_FATAL_FAILURE(StartWorld(false));
  const auto schemas = JsonSchemas::Load("docs/schema");
  ASSERT_TRUE(schemas.ok()) << schemas.status().message();
  const auto obeys = [&](const char* schema, const Outcome& outcome) {
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    const std::vector<Json> objects = Lines(outcome.out);
    EXPECT_FALSE(objects.empty()) << schema;
    for (const Json& object : objects) {
      for (const std::string& error : schemas->Errors(schema, object))
        ADD_FAILURE() << error << " in " << object.Dump();
    }
    return objects;
  };
  const std::string source = world_->servers().front()->site().name;
  const std::string base = world_->base_url(source);
  // A person's page, by itself, before anything was patrolled.
  const std::vector<Json> tip =
      obeys("frontier-entry", Run({"capture", base + "/", "--authority", "FIR 9/2026", "--json"}));
  ASSERT_EQ(tip.size(), 1u);
  EXPECT_EQ(tip[0].StringOr("last_outcome"), "ok") << tip[0].Dump();
  const std::vector<Json> evidence = Lines(Run({"evidence", "list", "--json"}).out);
  ASSERT_EQ(evidence.size(), 1u) << "one page, and no other";
  EXPECT_EQ(evidence[0].StringOr("authority"), "FIR 9/2026");
  EXPECT_FALSE(evidence[0].StringOr("asked_by").empty());

  ASSERT_EQ(Run({"patrol", "--once"}).status, 0);
  const std::vector<Json> status = obeys("source-status", Run({"sources", "status", "--json"}));
  EXPECT_EQ(status.size(), world_->servers().size());
  for (const Json& one : status) {
    EXPECT_EQ(one.StringOr("state"), "active");
    ASSERT_EQ(one.Find("robots")->items().size(), 1u) << one.Dump();
    EXPECT_EQ(one.Find("robots")->items()[0].StringOr("verdict"), "none") << one.Dump();
    EXPECT_GT(one.Find("classes")->IntOr("content", 0), 0);
  }
  EXPECT_EQ(Run({"sources", "status"}).status, 0);
  EXPECT_EQ(Run({"sources", "candidates"}).status, 0);
  EXPECT_EQ(obeys("source", Run({"sources", "list", "--json"})).size(), status.size());
  obeys("sources-check", Run({"sources", "check", "--json"}));
  for (const std::vector<std::string>& list : std::vector<std::vector<std::string>>{
           {"findings", "list"}, {"evidence", "list"}, {"sources", "alerts"}, {"sources", "candidates"}}) {
    const auto of = [&list](const char* named) {
      std::vector<std::string> arguments = list;
      arguments.insert(arguments.end(), {"--source", named});
      return arguments;
    };
    EXPECT_EQ(Run(of(source.c_str())).status, 0) << list[1];
    const Outcome nobody = Run(of("nobody"));
    EXPECT_EQ(nobody.status, 2) << list[1];
    EXPECT_NE(nobody.err.find("no source is called 'nobody'"), std::string::npos) << nobody.err;
  }
  EXPECT_EQ(Run({"retention", "hold", "--source", "nobody", "--reason", "x"}).status, 2);
  for (const Json& candidate : Lines(Run({"sources", "candidates", "--json"}).out)) {
    for (const std::string& error : schemas->Errors("candidate", candidate)) ADD_FAILURE() << error;
  }

  const std::vector<Json> rows = obeys("frontier-entry", Run({"frontier", "list", source, "--json"}));
  const std::vector<Json> cancelled = obeys(
      "frontier-change", Run({"frontier", "cancel", source, "--path", "/", "--reason", "test", "--json"}));
  EXPECT_EQ(cancelled[0].IntOr("changed", 0), static_cast<int64_t>(rows.size()));
  EXPECT_EQ(Lines(Run({"frontier", "list", source, "--state", "cancelled", "--json"}).out).size(),
            rows.size());
  obeys("frontier-change", Run({"frontier", "requeue", source, "--state", "cancelled", "--json"}));
  obeys("frontier-change", Run({"frontier", "block", source, "--for", "2h", "--reason", "test", "--json"}));
  const size_t before = Captured().size();
  ASSERT_EQ(Run({"patrol", "--once"}).status, 0);
  EXPECT_EQ(Captured().size(), before) << "a blocked queue rests";
  EXPECT_NE(Run({"sources", "status"}).out.find("BLOCKED"), std::string::npos);
  EXPECT_EQ(Run({"capture", base + "/", "--authority", "FIR 9/2026"}).status, 3) << "nobody passes a block";
  obeys("frontier-change", Run({"frontier", "block", source, "--off", "--json"}));
  EXPECT_EQ(Run({"frontier", "list", "nobody"}).status, 2);
  EXPECT_EQ(Run({"frontier", "list", source, "--state", "lost"}).status, 2);
  EXPECT_EQ(Run({"reload"}).status, 3) << "there is no core";

  // The same through a running core, which fetches at once.
  const pid_t core = Spawn({"--config", world_->config_dir(), "patrol"}, folder_.path() + "/core-out",
                           folder_.path() + "/core-err");
  ASSERT_NO_FATAL_FAILURE(AwaitCore(core));
  const std::vector<Json> now =
      obeys("frontier-entry", Run({"capture", base + "/", "--authority", "FIR 10/2026", "--json"}));
  EXPECT_GT(now[0].IntOr("last_capture", 0), tip[0].IntOr("last_capture", 0));
  obeys("reload", Run({"reload", "--json"}));
  const std::string config = world_->config_dir() + "/gasht.yaml";
  const std::string good = ReadFile(config, kMaxOutput).value_or("");
  ASSERT_TRUE(WriteFileAtomically(config, good + "\nstroe: x\n").ok());
  const Outcome refused = Run({"reload"});
  EXPECT_EQ(refused.status, 2) << refused.err;
  EXPECT_NE(refused.err.find("stroe"), std::string::npos) << refused.err;
  // The core itself, told by a signal, refuses it too.
  const auto alerts_of_the_patrol = [&] {
    return obeys("alert", Run({"sources", "alerts", "--source", "patrol", "--json"}));
  };
  kill(core, SIGHUP);
  const auto log_has = [&](std::string_view words) {
    return ReadFile(folder_.path() + "/core-err", kMaxOutput).value_or("").find(words) != std::string::npos;
  };
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!log_has("reload_refused") && std::chrono::steady_clock::now() < patience) std::this_thread::yield();
  ASSERT_TRUE(WriteFileAtomically(config, good).ok());
  std::vector<Json> alerts = alerts_of_the_patrol();
  while (alerts.size() < 2 && std::chrono::steady_clock::now() < patience) alerts = alerts_of_the_patrol();
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(alerts[0].StringOr("kind"), "config_refused");
  EXPECT_EQ(alerts[1].StringOr("kind"), "config");
  EXPECT_NE(Run({"sources", "status"}).out.find("config_refused"), std::string::npos);
  EXPECT_EQ(Run({"sources", "gaps"}).status, 0);
  kill(core, SIGHUP);
  EXPECT_EQ(Run({"sources", "status"}).status, 0) << "it lives on";
  kill(core, SIGTERM);
  EXPECT_EQ(Wait(core), 0) << ReadFile(folder_.path() + "/core-err", kMaxOutput).value_or("");
  EXPECT_EQ(Run({"store", "check"}).status, 0);
}

TEST_F(Direct, AReloadUnderLoadChangesTheLimitsOfTheRunningPatrol) {
  delay_ = "20ms";
  ASSERT_NO_FATAL_FAILURE(StartWorld(false));
  const std::string file = world_->config_dir() + "/gasht.yaml";
  const std::string good = ReadFile(file, kMaxOutput).value_or("");
  const auto hits = [this] {
    size_t sum = 0;
    for (const auto& server : world_->servers()) {
      for (const auto& [target, count] : server->hits()) sum += static_cast<size_t>(count);
    }
    return sum;
  };
  // True when `condition` came true within `patience`.
  const auto within = [](std::chrono::milliseconds patience, const auto& condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  };
  const auto clock_in = [](std::chrono::hours from_now) {
    return FormatRfc3339(SystemClock().Utc() + from_now + kPakistanOffset).substr(11, 5);
  };
  const pid_t core = Spawn({"--config", world_->config_dir(), "patrol"}, folder_.path() + "/core-out",
                           folder_.path() + "/core-err");
  ASSERT_TRUE(within(std::chrono::seconds(60), [&] { return hits() >= 10; }));

  // From now on the line belongs to others for six hours.
  ASSERT_TRUE(
      WriteFileAtomically(file, fmt::format("{}  hours: \"{}-{}\"\n", good, clock_in(std::chrono::hours(6)),
                                            clock_in(std::chrono::hours(7))))
          .ok());
  const Outcome closed = Run({"reload"});
  ASSERT_EQ(closed.status, 0) << closed.err;
  // What was being fetched ends, and then nothing is asked for.
  size_t seen = hits();
  while (within(std::chrono::milliseconds(700), [&] { return hits() != seen; })) seen = hits();
  size_t targets = 0;
  for (const auto& server : world_->servers()) targets += server->site().targets.size();
  EXPECT_LT(seen, targets) << "it was through before it was told";
  EXPECT_FALSE(Lines(Run({"frontier", "list", world_->servers().front()->site().name, "--state", "scheduled",
                          "--json"})
                         .out)
                   .empty());

  ASSERT_TRUE(WriteFileAtomically(file, good).ok());
  ASSERT_EQ(Run({"reload"}).status, 0);
  EXPECT_TRUE(within(std::chrono::seconds(60), [&] { return hits() > seen; })) << "it goes on where it was";
  const std::vector<Json> alerts = Lines(Run({"sources", "alerts", "--source", "patrol", "--json"}).out);
  ASSERT_EQ(alerts.size(), 2u);
  for (const Json& alert : alerts) EXPECT_EQ(alert.StringOr("kind"), "config") << alert.Dump();
  kill(core, SIGTERM);
  EXPECT_EQ(Wait(core), 0) << ReadFile(folder_.path() + "/core-err", kMaxOutput).value_or("");
  EXPECT_EQ(Run({"store", "check"}).status, 0);
}

// The fixtures of tests/fixtures/pgp, served and patrolled.
TEST_F(Direct, ASignedListOfMirrorsIsProposedAndABadOneIsSaid) {
  ASSERT_NO_FATAL_FAILURE(StartWorld(false));
  const auto fixture = [](const std::string& name) {
    return ReadFile("tests/fixtures/pgp/" + name, kMaxOutput).value_or("");
  };
  std::mutex mu;
  std::string list = fixture("outside.txt");
  Site site;
  site.name = "listed";
  site.respond = [&](std::string_view target) -> Response {
    const std::lock_guard lock(mu);
    if (target == "/mirrors.txt") return {200, "text/plain", list};
    return {target == "/" ? 200 : 404, "text/html",
            "<p>Welcome to a shop that lists its mirrors elsewhere.</p>"};
  };
  auto server = MarketServer::Start(std::move(site));
  ASSERT_TRUE(server.ok()) << server.status().message();
  const std::string config = world_->config_dir();
  const auto configure = [&](const std::string& fingerprint) {
    ASSERT_TRUE(WriteFileAtomically(config + "/market.key", fixture("market.key")).ok());
    ASSERT_TRUE(
        WriteFileAtomically(
            config + "/sources.d/listed.yaml",
            fmt::format("id: listed\nkind: market\nroute: direct\nallow_private: true\nseeds: [\"{0}/\"]\n"
                        "authority: {{reference: T/1, purpose: test, valid_from: 2026-01-01, valid_until: "
                        "2036-12-31}}\npoliteness: {{delay: 1ms}}\n"
                        "mirror_list: {{url: \"{0}/mirrors.txt\", fingerprint: \"{1}\", key: market.key}}\n",
                        (*server)->base_url(), fingerprint))
            .ok());
  };
  // The key file and the fingerprint must be each other's.
  ASSERT_NO_FATAL_FAILURE(configure("39045346AEB04A01FD7B4F47A6D8C1665523BDBB"));
  const Outcome wrong = Run({"sources", "check"});
  EXPECT_EQ(wrong.status, 2) << wrong.err;
  EXPECT_NE(wrong.err.find("sources.d/listed.yaml:8:14: "), std::string::npos) << wrong.err;
  EXPECT_EQ(Run({"patrol", "--once", "--source", "listed"}).status, 2);
  ASSERT_NO_FATAL_FAILURE(configure("A6A296CDBD31A671EC5D7D02BA3C67557523E23F"));
  EXPECT_EQ(Run({"sources", "check"}).status, 0);

  const auto schemas = JsonSchemas::Load("docs/schema");
  ASSERT_TRUE(schemas.ok()) << schemas.status().message();
  const auto look = [&](const char* schema, const std::vector<std::string>& arguments) {
    std::vector<Json> objects = Lines(Run(arguments).out);
    for (const Json& object : objects) {
      for (const std::string& error : schemas->Errors(schema, object))
        ADD_FAILURE() << error << object.Dump();
    }
    return objects;
  };
  const std::vector<std::string> candidates = {"sources", "candidates", "--source", "listed", "--json"};
  const std::vector<std::string> alerts = {"sources", "alerts", "--source", "listed", "--json"};
  const std::vector<std::string> status = {"sources", "status", "--source", "listed", "--json"};

  ASSERT_EQ(Run({"patrol", "--once", "--source", world_->servers().front()->site().name}).status, 0);
  ASSERT_EQ(look("source-status", status).size(), 1u);
  EXPECT_EQ(look("source-status", status)[0].Find("mirror_list")->StringOr("signature"), "never_read");

  // Good: what is signed is proposed, and nothing else of the page.
  ASSERT_EQ(Run({"patrol", "--once", "--source", "listed"}).status, 0);
  const std::vector<Json> proposed = look("candidate", candidates);
  ASSERT_EQ(proposed.size(), 2u);
  for (const Json& candidate : proposed) {
    EXPECT_EQ(candidate.StringOr("basis"), "signed_list");
    EXPECT_EQ(candidate.StringOr("state"), "open");
    EXPECT_EQ(candidate.StringOr("signer"), "A6A296CDBD31A671EC5D7D02BA3C67557523E23F");
  }
  EXPECT_TRUE(look("alert", alerts).empty());
  ASSERT_EQ(look("source-status", status).size(), 1u);
  const Json good = *look("source-status", status)[0].Find("mirror_list");
  EXPECT_EQ(good.StringOr("signature"), "good") << good.Dump();
  EXPECT_EQ(good.IntOr("unsigned_addresses", 0), 1) << good.Dump();
  EXPECT_NE(Run({"sources", "candidates"}).out.find("signed list"), std::string::npos);

  // Altered: an alert, once, and no new candidate.
  for (int round = 0; round < 2; ++round) {
    {
      const std::lock_guard lock(mu);
      list = fixture("altered.txt");
    }
    ASSERT_EQ(Run({"frontier", "requeue", "listed", "--path", "/mirrors.txt"}).status, 0);
    ASSERT_EQ(Run({"patrol", "--once", "--source", "listed"}).status, 0);
    EXPECT_EQ(look("candidate", candidates).size(), 2u);
    const std::vector<Json> raised = look("alert", alerts);
    ASSERT_EQ(raised.size(), 1u) << "round " << round;
    EXPECT_EQ(raised[0].StringOr("kind"), "mirror_list_bad");
    EXPECT_GT(raised[0].IntOr("capture", 0), 0) << "with its evidence";
    EXPECT_NE(Run({"sources", "status"}).out.find("NOT to be believed: signature bad"), std::string::npos);
  }
}

// The list of a watched vendor, changed under a running patrol: it counts, a broken one changes nothing and says where it
// is broken, an entry past its day no longer counts.
TEST_F(Direct, WatchlistsAreReadAgainWhileAPatrolRuns) {
  ASSERT_NO_FATAL_FAILURE(StartWorld(false));
  const std::string lists = world_->config_dir() + "/watchlists";
  ASSERT_TRUE(fs::create_directory(lists));
  const std::string config = world_->config_dir() + "/gasht.yaml";
  ASSERT_TRUE(
      WriteFileAtomically(config, ReadFile(config, kMaxOutput).value_or("") + "\nwatchlists: watchlists\n")
          .ok());
  ASSERT_EQ(Run({"patrol", "--once"}).status, 0) << "an empty folder is fine";
  std::string id, vendor, page;
  for (const Json& finding : Lines(Run({"findings", "list", "--min-level", "high", "--json"}).out)) {
    if (finding.StringOr("vendor").empty()) continue;
    id = finding.StringOr("id");
    vendor = finding.StringOr("vendor");
    page = finding.StringOr("page_url");
    break;
  }
  ASSERT_FALSE(id.empty());

  const pid_t core = Spawn({"--config", world_->config_dir(), "patrol"}, folder_.path() + "/core-out",
                           folder_.path() + "/core-err");
  ASSERT_NO_FATAL_FAILURE(AwaitCore(core));
  const auto write = [&](const std::string& text) {
    ASSERT_TRUE(WriteFileAtomically(lists + "/known.yaml", text).ok());
  };
  const auto entry = [&](const std::string& expires) {
    return "watchlist:\n  - {list: known-vendors, kind: vendor, value: \"" + vendor +
           "\", reason: sold before, authority: FIR 3/2026, expires: " + expires + "}\n";
  };
  // Looked at again; has it the watchlist's points?
  const auto is_watched = [&] {
    EXPECT_EQ(Run({"capture", page, "--authority", "FIR 9/2026"}).status, 0);
    const std::vector<Json> shown = Lines(Run({"findings", "show", id, "--json"}).out);
    if (shown.size() != 1) return false;
    const Json::Array& parts = shown[0].Find("parts")->items();
    return std::any_of(parts.begin(), parts.end(),
                       [](const Json& part) { return part.StringOr("name") == "watchlist"; });
  };
  EXPECT_FALSE(is_watched());

  write(entry("2099-12-31"));
  EXPECT_EQ(Run({"reload"}).status, 0);
  EXPECT_TRUE(is_watched());

  write(entry("2099-12-31") + "  - {list: known-vendors, kind: vendorr, value: x}\n");
  const Outcome broken = Run({"reload"});
  EXPECT_EQ(broken.status, 2) << broken.err;
  EXPECT_NE(broken.err.find("known.yaml:3:"), std::string::npos) << broken.err;
  EXPECT_TRUE(is_watched()) << "the last valid list stays in force";

  write("rules: []\nsubstances: [{id: x, class: other, name: {en: x, ur: x}, strong: [xyz]}]\n");
  EXPECT_EQ(Run({"reload"}).status, 2) << "a watchlist brings no rules of its own";

  write(entry("2020-01-01"));
  EXPECT_EQ(Run({"reload"}).status, 0);
  EXPECT_FALSE(is_watched()) << "its day is past";
  kill(core, SIGTERM);
  EXPECT_EQ(Wait(core), 0) << ReadFile(folder_.path() + "/core-err", kMaxOutput).value_or("");
}

TEST_F(Direct, AnalystReadsWhyAndWhat) {
  ASSERT_NO_FATAL_FAILURE(StartWorld(false));
  ASSERT_EQ(Run({"patrol", "--once"}).status, 0);
  const std::set<std::string> ids = FindingIds();
  ASSERT_FALSE(ids.empty());
  const Outcome shown = Run({"findings", "show", *ids.begin()});
  EXPECT_EQ(shown.status, 0) << shown.err;
  for (const char* word : {"Why", "Score", "evidence", "substances"})
    EXPECT_NE(shown.out.find(word), std::string::npos) << shown.out;

  const std::vector<Json> captures = Lines(Run({"evidence", "list", "--json"}).out);
  const auto page = std::find_if(captures.begin(), captures.end(),
                                 [](const Json& c) { return c.StringOr("outcome") == "ok"; });
  ASSERT_NE(page, captures.end());
  const std::string id = std::to_string(page->IntOr("id", 0));
  const std::string body = folder_.path() + "/body";
  EXPECT_EQ(Run({"evidence", "show", id, "--body", body}).status, 0);
  const std::string bytes = ReadFile(body, kMaxOutput).value_or("");
  EXPECT_EQ(Sha256(bytes).hex(), page->StringOr("body_sha256"));

  EXPECT_EQ(Run({"findings", "show", "f-0000000000000000"}).status, 2);
  EXPECT_EQ(Run({"evidence", "show", "none"}).status, 2);
}

TEST_F(Direct, ImportsWithAndWithoutACore) {
  delay_ = "300ms";
  ASSERT_NO_FATAL_FAILURE(StartWorld(false));
  const auto schemas = JsonSchemas::Load("docs/schema");
  ASSERT_TRUE(schemas.ok()) << schemas.status().message();
  const auto import = [&](const char* kind, const std::string& file) {
    const Outcome outcome = Run({"import", kind, file, "--authority", "NCCIA/2026/17", "--json"});
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    const std::vector<Json> objects = Lines(outcome.out);
    EXPECT_EQ(objects.size(), 1u) << outcome.out;
    for (const Json& object : objects) {
      for (const std::string& error : schemas->Errors("import", object)) ADD_FAILURE() << error;
    }
    return objects.empty() ? Json::MakeObject() : objects[0];
  };
  const std::string chat = "tests/fixtures/imports/whatsapp_android.zip";
  // No core: the command opens the store, which is made when it is not there.
  const Json alone = import("whatsapp", chat);
  EXPECT_EQ(alone.IntOr("new_findings", 0), 1);
  EXPECT_EQ(alone.StringOr("file"), chat);
  EXPECT_EQ(Run({"sources", "alerts", "--source", alone.StringOr("source")}).status, 0)
      << "known by its captures, not by the configuration";

  const pid_t core = Spawn({"--config", world_->config_dir(), "patrol"}, folder_.path() + "/core-out",
                           folder_.path() + "/core-err");
  while (world_->servers().front()->hits().empty()) {
    int ended = 0;
    ASSERT_EQ(waitpid(core, &ended, WNOHANG), 0)
        << ReadFile(folder_.path() + "/core-err", kMaxOutput).value_or("");
    std::this_thread::yield();
  }
  const Json again = import("whatsapp", chat);
  EXPECT_EQ(again.IntOr("new_findings", -1), 0) << again.Dump();
  EXPECT_EQ(again.IntOr("seen_findings", -1), 1) << again.Dump();
  const Json page = import("page", "tests/fixtures/imports/page_chromium.pdf");
  EXPECT_EQ(import("warc", "tests/fixtures/imports/pages.wacz").Find("captures")->items().size(), 3u);
  // Larger than one call takes.
  const std::string large = folder_.path() + "/large.html";
  ASSERT_TRUE(WriteFileAtomically(
                  large, "<p>Charas 1 tola Rs 2500, home delivery</p>" + std::string(size_t{9} << 20, ' '))
                  .ok());
  EXPECT_EQ(import("page", large).IntOr("original_bytes", 0), (9 << 20) + 43);
  const std::string broken = folder_.path() + "/broken.zip";
  ASSERT_TRUE(WriteFileAtomically(broken, "PK\x03\x04 broken").ok());
  EXPECT_EQ(Run({"import", "whatsapp", broken, "--authority", "X/1"}).status, 2);
  EXPECT_EQ(Run({"import", "whatsapp", "/nowhere", "--authority", "X/1"}).status, 2);
  const Outcome shown =
      Run({"evidence", "show", std::to_string(page.Find("captures")->items()[0].as_int()), "--json"});
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_NE(shown.out.find("\"imported_by\""), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("page_chromium.pdf"), std::string::npos) << shown.out;
  kill(core, SIGTERM);
  EXPECT_EQ(Wait(core), 0) << ReadFile(folder_.path() + "/core-err", kMaxOutput).value_or("");
  EXPECT_EQ(Run({"store", "check"}).status, 0);
  EXPECT_TRUE(fs::is_empty(world_->store_dir() + "/imports")) << "a file stays where it was handed over";
}

}  // namespace
}  // namespace gasht
