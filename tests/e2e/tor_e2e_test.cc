// The crawl over a real Tor, one private network for all of it: an onion goes away, comes back and changes its address, Tor
// itself is stopped and started in the middle, and what is recorded of each. Nothing ever goes around Tor.
//
// The patrol runs in this process, on a clock that the test moves forward by days; everything else is real.

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "analysis/analysis_child.h"
#include "app/commands.h"
#include "app/patrol.h"
#include "app/tor_command.h"
#include "base/child.h"
#include "base/mutex.h"
#include "crawler/fetch_child.h"
#include "crawler/outcome.h"
#include "store/store.h"
#include "tests/demo/demo_world.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// The real clocks, set forward.
class ForwardClock final : public Clock {
 public:
  UtcTime Utc() const override { return system_.Utc() + std::chrono::microseconds(ahead_.load()); }
  MonotonicTime Monotonic() const override {
    return system_.Monotonic() + std::chrono::microseconds(ahead_.load());
  }
  std::string_view boot_id() const override { return system_.boot_id(); }
  ClockState State() const override { return system_.State(); }
  void SetForward(std::chrono::microseconds by) { ahead_ += by.count(); }

 private:
  const SystemClock system_;
  std::atomic<int64_t> ahead_ = 0;
};

// False when it did not come true in that time.
template <typename Condition>
bool WaitUntil(Condition condition, std::chrono::microseconds patience = seconds(90)) {
  const SystemClock clock;
  const MonotonicTime end = clock.Monotonic() + patience;
  while (!condition()) {
    if (clock.Monotonic() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

std::string Words(const Status& status) {
  return status.ok() ? "ok" : status.message();
}

class TorGolden : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = fs::temp_directory_path() / "gasht-tor-e2e-XXXXXX";
    dir_ = mkdtemp(pattern.data());
    Site bazaar = BazaarSite();
    // The site's own page, which says where it moves once it knows.
    bazaar.respond = [this, page = bazaar.respond, start = bazaar.start](std::string_view target) {
      Response response = page(target);
      MutexLock lock(mu_);
      if (target == start && !announced_.empty())
        response.body.insert(
            response.body.rfind("</body>"),
            "<p>Our new mirror: <a href=\"http://" + announced_ + "/\">" + announced_ + "</a></p>");
      return response;
    };
    for (Site site : {std::move(bazaar), BaithakSite()}) {
      auto server = MarketServer::Start(std::move(site));
      ASSERT_TRUE(server.ok()) << server.status().message();
      servers_.push_back(std::move(*server));
    }
    auto canary = MarketServer::Start(MandiSite());
    ASSERT_TRUE(canary.ok()) << canary.status().message();
    canary_ = std::move(*canary);
    TorNetworkOptions options;
    options.onions = {{"bazaar", servers_[0]->port()}, {"baithak", servers_[1]->port()}};
    options.socks_timeout = seconds(12);
    options.progress = [](const std::string& line) { fmt::print("{}\n", line); };
    auto network = TorNetwork::Start(std::move(options));
    ASSERT_TRUE(network.ok()) << network.status().message();
    network_ = std::move(*network);
    // On another tor than the sites: it stays when they go.
    const auto address = network_->AddOnion(canary_->port());
    ASSERT_TRUE(address.ok()) << address.status().message();
    canary_address_ = *address;
  }
  void TearDown() override {
    network_.reset();
    fs::remove_all(dir_);
  }

  // One page of the bazaar, and all of the baithak.
  void Configure() {
    std::string yaml = SourceYaml(servers_[0]->site(), "http://" + network_->onion_address("bazaar"), "1ms");
    yaml.insert(yaml.find("politeness:\n") + 12, "  max_depth: 0\n");
    // Due again every day, changed or not.
    yaml += "discovery: {sitemap: false}\nschedule: {interval: 24h, max_interval: 24h}\n";
    DemoConfig config;
    config.dir = dir_ + "/config";
    config.socks = fmt::format("127.0.0.1:{}", network_->socks_port());
    config.control = "unix:" + network_->control_path();
    config.cookie = network_->cookie_path();
    config.canaries = {"http://" + canary_address_ + "/"};
    config.sources["bazaar"] = yaml;
    config.sources["baithak"] =
        SourceYaml(servers_[1]->site(), "http://" + network_->onion_address("baithak"), "100ms");
    const Status written = WriteDemoConfig(config);
    ASSERT_TRUE(written.ok()) << written.message();
  }
  Config Load() const {
    Result<Config> config = LoadConfig(dir_ + "/config", clock_.Utc());
    EXPECT_TRUE(config.ok()) << config.status().message();
    return config.ok() ? *config : Config();
  }

  PatrolOptions Options(const std::vector<std::string>& sources) const {
    PatrolOptions options;
    options.sources = sources;
    options.clock = &clock_;
    return options;
  }
  Result<PatrolSummary> Once(const std::string& source) const {
    PatrolOptions options = Options({source});
    options.once = true;
    return Patrol(Load(), options, {});
  }

  struct Seen {
    std::vector<Capture> captures;  // of its page
    size_t attempts = 0;            // its robots.txt included
    std::set<std::string> findings;
    std::vector<CrawlGap> gaps;  // of our line
    FrontierEntry seed;          // of the bazaar
    std::vector<Candidate> mirrors;

    const Capture& last() const { return captures.back(); }
    // The site's pages name others too.
    const Candidate* MirrorAt(const std::string& host) const {
      const auto found = std::find_if(mirrors.begin(), mirrors.end(), [&](const Candidate& mirror) {
        return mirror.value == "http://" + host;
      });
      return found == mirrors.end() ? nullptr : &*found;
    }
  };
  // A run a day, until the page is there: a busy machine may miss the time limit of a circuit.
  Seen RunUntilThere(size_t captures_before) {
    Seen seen;
    for (int run = 0; run < 3; ++run) {
      clock_.SetForward(hours(26));
      EXPECT_EQ(Words(Once("bazaar").status()), "ok");
      seen = Look();
      if (seen.captures.size() > captures_before && seen.last().outcome == FetchOutcome::kOk) break;
    }
    return seen;
  }
  Seen Look() const {
    Seen seen;
    StoreOptions options;
    options.path = dir_ + "/store";
    const auto store = Store::Open(options);
    EXPECT_TRUE(store.ok()) << store.status().message();
    if (!store.ok()) return seen;
    CaptureFilter filter;
    filter.source = SourceId{"bazaar"};
    seen.captures = (*store)->ListCaptures(filter).value_or({});
    seen.attempts = seen.captures.size();
    std::erase_if(seen.captures, [](const Capture& c) { return c.url.ends_with("/robots.txt"); });
    FindingFilter findings;
    findings.source = SourceId{"bazaar"};
    for (const Finding& finding : (*store)->ListFindings(findings).value_or({}))
      seen.findings.insert(finding.id.value);
    seen.gaps = (*store)->ListGaps(100).value_or({});
    std::erase_if(seen.gaps, [](const CrawlGap& gap) { return gap.way == kPatrolWay; });
    CandidateFilter mirrors;
    mirrors.kind = CandidateKind::kMirror;
    seen.mirrors = (*store)->ListCandidates(mirrors).value_or({});
    for (FrontierEntry& entry : (*store)->ListFrontier({"bazaar"}, 100).value_or({})) {
      if (entry.kind == TargetKind::kPage && entry.depth == 0) seen.seed = std::move(entry);
    }
    EXPECT_EQ(Words((*store)->CheckCustody()), "ok");
    return seen;
  }
  size_t Hits() const {
    size_t hits = 0;
    for (const auto& server : servers_) {
      for (const auto& [target, count] : server->hits()) hits += static_cast<size_t>(count);
    }
    return hits;
  }

  std::string dir_;
  ForwardClock clock_;
  std::vector<std::unique_ptr<MarketServer>> servers_;
  std::unique_ptr<MarketServer> canary_;
  std::unique_ptr<TorNetwork> network_;
  std::string canary_address_;
  Mutex mu_;
  std::string announced_ GUARDED_BY(mu_);
};

TEST_F(TorGolden, AnOnionGoesComesBackAndMovesAndTorIsStoppedInTheMiddle) {
  ASSERT_NO_FATAL_FAILURE(Configure());

  // Tor is fit, and two credentials get two circuits.
  TorInspection inspection;
  inspection.prove_isolation = true;
  TorReport report = InspectTor(Load().tor, inspection);
  // On a busy machine Tor may give an onion up before it has built the way to it.
  for (int again = 0; again < 3 && report.isolation == TorReport::Isolation::kUnproven; ++again)
    report = InspectTor(Load().tor, inspection);
  EXPECT_TRUE(report.fit()) << TorReportText(Load().tor, report);
  EXPECT_EQ(report.isolation, TorReport::Isolation::kProven) << report.isolation_how;

  // There.
  Seen seen = RunUntilThere(0);
  ASSERT_FALSE(seen.captures.empty());
  const Capture there = seen.last();
  EXPECT_EQ(FetchOutcomeName(there.outcome), "ok") << there.detail;
  EXPECT_EQ(ChannelName(there.channel), "onion");
  EXPECT_EQ(there.vantage.route, "tor");
  EXPECT_TRUE(there.vantage.tor_version.starts_with("0.4.")) << there.vantage.tor_version;
  EXPECT_EQ(there.vantage.exit, "") << "an onion has no exit";
  const std::set<std::string> findings = seen.findings;
  EXPECT_FALSE(findings.empty());

  // Gone: the site's own failure, because the canary answers.
  network_->StopOnions();
  clock_.SetForward(hours(26));
  const size_t hits = Hits();
  ASSERT_EQ(Words(Once("bazaar").status()), "ok");
  seen = Look();
  EXPECT_TRUE(MayBeOwnOutage(seen.last().outcome)) << FetchOutcomeName(seen.last().outcome);
  EXPECT_EQ(seen.seed.failures, 1u);
  EXPECT_TRUE(seen.gaps.empty());
  EXPECT_EQ(Hits(), hits);
  EXPECT_EQ(seen.findings, findings) << "a site that is away takes nothing with it";

  // Back, and it says where it will move: the address is proposed, and not used.
  ASSERT_EQ(Words(network_->StartOnions()), "ok");
  const Result<std::string> moved = network_->AddOnion(servers_[0]->port());
  ASSERT_TRUE(moved.ok()) << moved.status().message();
  {
    MutexLock lock(mu_);
    announced_ = *moved;
  }
  seen = RunUntilThere(seen.captures.size());
  EXPECT_EQ(FetchOutcomeName(seen.last().outcome), "ok") << seen.last().detail;
  EXPECT_EQ(seen.seed.failures, 0u);
  EXPECT_EQ(seen.findings, findings);
  ASSERT_NE(seen.MirrorAt(*moved), nullptr);
  EXPECT_EQ(CandidateBasisName(seen.MirrorAt(*moved)->basis), "page");
  EXPECT_EQ(CandidateStateName(seen.MirrorAt(*moved)->state), "open");
  EXPECT_EQ(seen.MirrorAt(*moved)->first_capture, seen.last().id);

  // Tor stops in the middle of a patrol and comes back: a gap, no failure, and nothing around it.
  std::atomic<uint64_t> pages = 0;
  std::atomic<bool> away = false;
  std::stop_source stop;
  PatrolOptions options = Options({"baithak"});
  options.on_progress = [&](const CrawlProgress& progress, uint64_t) {
    pages = progress.pages;
    away = progress.away;
  };
  Result<PatrolSummary> summary = Status::Internal("never ran");
  std::thread patrol([&] { summary = Patrol(Load(), options, stop.get_token()); });
  EXPECT_TRUE(WaitUntil([&] { return pages >= 3; }));
  // While it runs, a person adopts the address that the bazaar named.
  GlobalOptions global;
  global.config_dir = dir_ + "/config";
  CandidateArguments adopt;
  adopt.id = seen.MirrorAt(*moved)->id;
  adopt.mirror_of = "bazaar";
  adopt.reason = "the site's own page said so";
  EXPECT_EQ(RunSourcesDecide(global, adopt), 0);
  network_->StopClient();
  EXPECT_TRUE(WaitUntil([&] { return away.load(); }));
  const size_t hits_when_away = Hits();
  const uint64_t pages_when_away = pages;
  // A page is due every tenth of a second; the ways around Tor would be tried now.
  EXPECT_FALSE(WaitUntil([&] { return !away.load() || Hits() != hits_when_away; }, seconds(2)));
  ASSERT_EQ(Words(network_->StartClient()), "ok");
  EXPECT_TRUE(WaitUntil([&] { return pages >= pages_when_away + 3; }));
  stop.request_stop();
  patrol.join();
  ASSERT_EQ(Words(summary.status()), "ok");
  for (const auto& [outcome, count] : summary->crawl.outcomes)
    EXPECT_TRUE(outcome == FetchOutcome::kOk || outcome == FetchOutcome::kHttpError ||
                outcome == FetchOutcome::kContentTypeRefused || outcome == FetchOutcome::kBlockedByScope)
        << FetchOutcomeName(outcome) << " " << count;
  seen = Look();
  // On a busy machine Tor's control port may be silent for a while too, which is a gap of its own.
  ASSERT_GE(seen.gaps.size(), 1u);
  // Whichever of its two ends is missed first.
  const std::string& why = seen.gaps.back().why;
  EXPECT_TRUE(why == "nothing listens at the SOCKS endpoint" || why.find("control port") != std::string::npos)
      << why;
  for (const CrawlGap& gap : seen.gaps) {
    EXPECT_EQ(gap.way, "tor");
    ASSERT_TRUE(gap.until.has_value()) << gap.why;
    EXPECT_GT(*gap.until, gap.from) << gap.why;
  }
  ASSERT_NE(seen.MirrorAt(*moved), nullptr);
  EXPECT_EQ(CandidateStateName(seen.MirrorAt(*moved)->state), "adopted");
  EXPECT_FALSE(seen.MirrorAt(*moved)->actor.empty());

  // Moved: the old address is dead for good, the adopted one is the same site: one page, the same findings, no outage of ours.
  network_->StopOnions();
  const size_t before_the_move = seen.captures.size(), attempts_before = seen.attempts;
  seen = RunUntilThere(before_the_move);
  EXPECT_EQ(FetchOutcomeName(seen.last().outcome), "ok") << seen.last().detail;
  EXPECT_TRUE(seen.last().final_url.starts_with("http://" + *moved + "/")) << seen.last().final_url;
  EXPECT_GE(seen.attempts, attempts_before + 4)
      << "the old one was tried twice; robots.txt and page of the new one";
  EXPECT_EQ(seen.last().url_key, there.url_key) << "one page, wherever it is";
  EXPECT_EQ(seen.findings, findings) << "the same adverts, and no other";
  for (const CrawlGap& gap : seen.gaps)
    EXPECT_NE(gap.why, "no canary answers") << "a dead address is no outage of ours";
}

}  // namespace
}  // namespace gasht

// The patrol starts this program again for its children, as the real one does.
int main(int argc, char** argv) {
  static constexpr gasht::ChildRole kRoles[] = {{gasht::kAnalysisRole, gasht::RunAnalysisZygote},
                                                {gasht::kFetchRole, gasht::RunFetchChild}};
  if (const std::optional<int> status = gasht::RunAsChild(argc, argv, kRoles)) return *status;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
