// AnalyzePage and AnalyzeItem over the built-in rules, the contract of every Analyzer, and what the sandbox adds
// to it. This program is its own analysis child.

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <future>
#include <set>

#include <gtest/gtest.h>

#include "analysis/analysis_child.h"
#include "analysis/analyzer.h"
#include "analysis/sandboxed_analyzer.h"
#include "base/child.h"
#include "base/file.h"
#include "base/sandbox.h"
#include "rules/packs.h"

namespace gasht {
namespace {

std::shared_ptr<const RuleSet> BuiltInRules() {
  static const std::shared_ptr<const RuleSet> rules = [] {
    auto compiled = RuleSet::Compile(EmbeddedRulePacks());
    EXPECT_TRUE(compiled.ok()) << compiled.status().message();
    return compiled.ok() ? *compiled : nullptr;
  }();
  return rules;
}

AnalysisContext Context() {
  AnalysisContext context;
  context.rules = BuiltInRules();
  return context;
}

Level HighestLevel(const PageAnalysis& analysis) {
  Level highest = Level::kInformational;
  for (const MatchCandidate& candidate : analysis.candidates) highest = std::max(highest, candidate.level);
  return highest;
}

TEST(AnalyzeItem, AsksAPersonAboutOffersOnly) {
  const struct {
    const char* text;
    bool asks;
  } cases[] = {
      {"Charas 1 tola 2500 PKR home delivery Lahore, WhatsApp 0301-2345678", true},
      {"آئس دستیاب ہے، ایک گرام 3000 روپے، ہوم ڈیلیوری، رابطہ واٹس ایپ 0301-2345678", true},
      {"Ice cream 1 litre 450 PKR home delivery Lahore, WhatsApp 0301-2345678", false},
      {"Nasha kaise chhorein? Mera bhai charas peeta hai, koi rehab batayein", false},
      {"Police ne Peshawar mein 12 kg charas pakri, do mulzim giraftar", false},
      {"", false},
  };
  for (const auto& c : cases) {
    const PageAnalysis analysis = AnalyzeItem(
        {.url = {}, .html = {}, .text = c.text, .title = {}, .vendor = {}, .price = {}}, Context());
    EXPECT_EQ(HighestLevel(analysis) >= Level::kMedium, c.asks) << c.text;
    for (const MatchCandidate& candidate : analysis.candidates) {
      ASSERT_LT(candidate.listing, analysis.listings.size()) << c.text;
      EXPECT_FALSE(candidate.reasons.en.empty()) << c.text;
      EXPECT_FALSE(candidate.reasons.ur.empty()) << c.text;
      EXPECT_FALSE(candidate.matches.empty()) << c.text;
    }
  }
}

TEST(AnalyzeItem, GivenFieldsMakeExactlyOneListingTheFirst) {
  const PageAnalysis analysis = AnalyzeItem({.url = {},
                                             .html = {},
                                             .text = {},
                                             .title = "5g Afghan hash",
                                             .vendor = "greenhand",
                                             .price = "USD 45.00"},
                                            Context());
  ASSERT_EQ(analysis.listings.size(), 1u);
  EXPECT_EQ(analysis.listings[0].title, "5g Afghan hash");
  EXPECT_EQ(analysis.listings[0].vendor, "greenhand");
  ASSERT_FALSE(analysis.listings[0].prices.empty());
  EXPECT_EQ(analysis.listings[0].prices[0].amount.amount(), "45.00");
  EXPECT_EQ(analysis.listings[0].prices[0].amount.currency, "USD");
  ASSERT_EQ(analysis.candidates.size(), 1u);
  EXPECT_GE(analysis.candidates[0].level, Level::kMedium);
  EXPECT_EQ(analysis.candidates[0].listing, 0u);
}

constexpr char kPage[] = R"(<html><head><title>Shop</title></head><body>
<nav><a href="/">Home</a> <a href="/about">About</a></nav>
<div class="item"><h2><a href="/l/1">Charas Chitrali 1 tola</a></h2><p class="price">PKR 2,500</p><p>by malik</p></div>
<div class="item"><h2><a href="/l/2">Wool blanket</a></h2><p class="price">PKR 4,500</p><p>by razia</p></div>
<div class="item"><h2><a href="/l/3">Chess set</a></h2><p class="price">PKR 900</p><p>by razia</p></div>
</body></html>)";

AnalysisContext ProfileContext() {
  AnalysisContext context = Context();
  context.profile.item = "div.item";
  context.profile.title = "h2";
  context.profile.price = ".price";
  context.profile.url = "h2 a@href";
  return context;
}

CapturedPage Page() {
  return {.url = "http://shop.example/", .content_type = "text/html", .status = 200, .body = kPage};
}

TEST(AnalyzePage, FindsTheOneDrugOfferAmongListings) {
  const PageAnalysis analysis = AnalyzePage(Page(), ProfileContext());
  ASSERT_EQ(analysis.listings.size(), 3u);
  ASSERT_EQ(analysis.candidates.size(), 1u);
  EXPECT_EQ(analysis.listings[analysis.candidates[0].listing].title, "Charas Chitrali 1 tola");
  EXPECT_GE(analysis.candidates[0].level, Level::kMedium);
}

TEST(AnalyzePage, AMenuOfCategoriesIsNoOfferOfThePageItStandsOn) {
  CapturedPage page = Page();
  page.body =
      "<html><title>Coffee beans 1kg</title><body><ul><li><a href='/c1'>cannabis</a><li><a "
      "href='/c2'>cocaine</a>"
      "<li><a href='/c3'>heroin</a></ul><h1>Coffee beans 1kg</h1><p>Price $21.00, ships from Italy, pay with "
      "BTC</p></body></html>";
  EXPECT_LT(HighestLevel(AnalyzePage(page, Context())), Level::kMedium);
  page.body =
      "<html><title>Flowers</title><body><h1>Heroin 1g</h1><p>Price $21.00, ships from Italy, pay with "
      "BTC</p></body></html>";
  EXPECT_GE(HighestLevel(AnalyzePage(page, Context())), Level::kMedium);
}

TEST(AnalyzePage, AMessageIsOneListing) {
  const struct {
    const char* html;
    const char* what;
  } cases[] = {
      {R"(<html><body><div class="tgme_widget_message" data-post="kush_lhr/7"><div class="tgme_widget_message_text">
Charas 1 tola 2500 PKR home delivery Lahore, WhatsApp 0301-2345678</div></div></body></html>)",
       "a message with an id"},
      {R"(<html><head><meta name="generator" content="phpbb"></head><body><div class="post"><p class="author">
<a class="username" href="/u">malik</a></p><div class="content">Charas 1 tola 2500 PKR home delivery Lahore, WhatsApp
0301-2345678</div></div></body></html>)",
       "a post without one"},
  };
  for (const auto& c : cases) {
    const PageAnalysis analysis = AnalyzePage(
        {.url = "http://market.onion/t", .content_type = "text/html", .status = 200, .body = c.html},
        Context());
    ASSERT_EQ(analysis.messages.size(), 1u) << c.what;
    size_t saying_it = 0;
    for (const Listing& listing : analysis.listings)
      saying_it += listing.kind == ListingKind::kMessage || listing.kind == ListingKind::kPost;
    EXPECT_EQ(saying_it, 1u) << c.what;
    ASSERT_EQ(analysis.candidates.size(), 1u) << c.what;
    EXPECT_GE(analysis.candidates[0].level, Level::kMedium) << c.what;
  }
}

TEST(AnalyzePage, WithoutATreeTheTextIsStillMatched) {
  AnalysisContext context = Context();
  context.text_only = true;
  const PageAnalysis analysis = AnalyzePage(Page(), context);
  EXPECT_TRUE(analysis.document.degraded);
  EXPECT_NE(analysis.document.text.find("Charas Chitrali"), std::string::npos) << analysis.document.text;
  EXPECT_GE(HighestLevel(analysis), Level::kMedium);
}

TEST(AnalyzePage, IsPure) {
  const PageAnalysis a = AnalyzePage(Page(), ProfileContext()), b = AnalyzePage(Page(), ProfileContext());
  EXPECT_EQ(a.document.text, b.document.text);
  ASSERT_EQ(a.candidates.size(), b.candidates.size());
  EXPECT_EQ(a.candidates[0].matches, b.candidates[0].matches);
  EXPECT_EQ(a.candidates[0].score, b.candidates[0].score);
}

// The contract of Analyzer, for each implementation.
using MakeAnalyzer = std::unique_ptr<Analyzer> (*)();
class AnalyzerContract : public testing::TestWithParam<MakeAnalyzer> {};

TEST_P(AnalyzerContract, EveryJobComesBackOnceWithItsPage) {
  constexpr int kJobs = 200;
  std::vector<std::atomic<int>> calls(kJobs);
  std::atomic<int> wrong = 0;
  {
    const std::unique_ptr<Analyzer> analyzer = GetParam()();
    for (int i = 0; i < kJobs; ++i) {
      AnalysisJob job{Page(), ProfileContext()};
      job.page.url = "http://shop.example/" + std::to_string(i);
      analyzer->Submit(std::move(job), [&calls, &wrong, i](CapturedPage page, PageAnalysis analysis) {
        ++calls[static_cast<size_t>(i)];
        if (page.url != "http://shop.example/" + std::to_string(i) || page.body != kPage ||
            analysis.candidates.size() != 1)
          ++wrong;
      });
    }
  }  // the destructor finishes what was submitted
  for (int i = 0; i < kJobs; ++i) EXPECT_EQ(calls[static_cast<size_t>(i)], 1) << "job " << i;
  EXPECT_EQ(wrong, 0);
}

TEST_P(AnalyzerContract, SaysWhatAnalyzePageSays) {
  const struct {
    const char* what;
    AnalysisJob job;
  } cases[] = {
      {"a profile", {Page(), ProfileContext()}},
      {"no profile", {Page(), Context()}},
      {"no rules", {Page(), AnalysisContext()}},
      {"text only",
       {Page(),
        [] {
          AnalysisContext context = ProfileContext();
          context.text_only = true;
          return context;
        }()}},
      {"a kind and a time",
       {Page(),
        [] {
          AnalysisContext context = Context();
          context.source_kind = SourceKind::kForum;
          context.fetched_at = {1'700'000'000'000'000};
          return context;
        }()}},
      {"another kind of file",
       {{.url = "http://shop.example/robots.txt",
         .content_type = "text/plain",
         .status = 200,
         .body = "User-agent: *\nDisallow: /cart\n"},
        Context(),
        AnalysisKind::kRobots}},
      {"a signed list",
       {{.url = "http://shop.example/mirrors.txt",
         .content_type = "text/plain",
         .status = 200,
         .body = ReadFile("tests/fixtures/pgp/outside.txt", 1 << 20).value_or("")},
        [] {
          AnalysisContext context = Context();
          context.fetched_at = {1'772'500'000'000'000};
          context.pinned = {"A6A296CDBD31A671EC5D7D02BA3C67557523E23F",
                            ReadFile("tests/fixtures/pgp/market.key", 1 << 20).value_or("")};
          return context;
        }(),
        AnalysisKind::kMirrorList}},
      {"nothing",
       {{.url = "http://shop.example/", .content_type = "", .status = 200, .body = ""}, Context()}},
      {"bytes that are no text",
       {{.url = "", .content_type = "text/html", .status = 404, .body = std::string("\xff\0<p\xfe>", 7)},
        Context()}},
  };
  for (const auto& c : cases) {
    const PageAnalysis expected = Analyze(c.job.kind, c.job.page, c.job.context);
    const bool is_list = c.job.kind == AnalysisKind::kMirrorList;
    EXPECT_EQ(expected.signed_list.value_or(SignedList()).verdict == SignatureVerdict::kGood, is_list)
        << c.what;
    std::promise<PageAnalysis> got;
    {
      const std::unique_ptr<Analyzer> analyzer = GetParam()();
      analyzer->Submit(c.job,
                       [&got](CapturedPage, PageAnalysis analysis) { got.set_value(std::move(analysis)); });
    }
    EXPECT_EQ(got.get_future().get(), expected) << c.what;
  }
}

std::unique_ptr<SandboxedAnalyzer> MakeSandboxed(SandboxedAnalyzerOptions options) {
  options.packs = EmbeddedRulePacks();
  // Under load of other tests, a slow page is not a bomb.
  if (options.page_time == SandboxedAnalyzerOptions().page_time) options.page_time = std::chrono::seconds(30);
  auto started = SandboxedAnalyzer::Start(std::move(options));
  EXPECT_TRUE(started.ok()) << started.status().message();
  return started.ok() ? std::move(*started) : nullptr;
}

INSTANTIATE_TEST_SUITE_P(InProcess, AnalyzerContract, testing::Values(+[]() -> std::unique_ptr<Analyzer> {
                           return std::make_unique<InProcessAnalyzer>(4);
                         }));
INSTANTIATE_TEST_SUITE_P(Sandboxed, AnalyzerContract, testing::Values(+[]() -> std::unique_ptr<Analyzer> {
                           return MakeSandboxed({.workers = 3, .packs = {}});
                         }));

// ---- What only the sandbox promises ----

PageAnalysis Read(SandboxedAnalyzer& analyzer, CapturedPage page,
                  const AnalysisContext& context = Context()) {
  std::promise<PageAnalysis> got;
  analyzer.Submit({std::move(page), context},
                  [&got](CapturedPage, PageAnalysis analysis) { got.set_value(std::move(analysis)); });
  return got.get_future().get();
}

bool Has(const PageAnalysis& analysis, std::string_view weird) {
  return std::any_of(analysis.document.weirds.begin(), analysis.document.weirds.end(),
                     [weird](const Weird& w) { return w.name == weird; });
}

TEST(SandboxedAnalyzer, AWorkerIsRefusedFilesNetworkAndPrograms) {
  const struct {
    const char* what;
    bool (*act)();  // true: it was refused and the process lives
    std::string ends;
  } cases[] = {
      {"compute", [] { return std::string(1 << 20, 'x').size() == 1 << 20; }, "ended with status 0"},
      {"a file", [] { return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES; }, "ended with status 0"},
      {"a file to write", [] { return open("/tmp/x", O_WRONLY | O_CREAT, 0600) < 0; }, "ended with status 0"},
      {"Internet", [] { return socket(AF_INET, SOCK_STREAM, 0) < 0; },
       "was killed by signal 31 (Bad system call)"},
      {"IPv6", [] { return socket(AF_INET6, SOCK_DGRAM, 0) < 0; },
       "was killed by signal 31 (Bad system call)"},
      {"a Unix socket", [] { return socket(AF_UNIX, SOCK_STREAM, 0) < 0; },
       "was killed by signal 31 (Bad system call)"},
      {"a program", [] { return execl("/bin/true", "true", nullptr) < 0; },
       "was killed by signal 31 (Bad system call)"},
      {"a process", [] { return fork() < 0; }, "was killed by signal 31 (Bad system call)"},
      {"another's memory", [] { return ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr) < 0; },
       "was killed by signal 31 (Bad system call)"},
      {"a signal to another", [] { return kill(getppid(), 0) < 0; },
       "was killed by signal 31 (Bad system call)"},
      {"code of its own",
       [] {
         return mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                MAP_FAILED;
       },
       "was killed by signal 31 (Bad system call)"},
      {"memory without end",
       [] { return mmap(nullptr, 200 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED; },
       kUnderSanitizer ? "ended with status 1" : "ended with status 0"},
  };
  for (const auto& c : cases) {
    const pid_t pid = fork();
    if (pid == 0) _exit(!EnterAnalysisSandbox(96u << 20).ok() ? 3 : c.act() ? 0 : 1);
    int status = 0;
    waitpid(pid, &status, 0);
    EXPECT_EQ(DescribeWaitStatus(status), c.ends) << c.what;
  }
}

TEST(SandboxedAnalyzer, ItsWorkersAreInThatSandbox) {
  const auto analyzer = MakeSandboxed({.workers = 2, .packs = {}});
  ASSERT_NE(analyzer, nullptr);
  EXPECT_FALSE(Has(Read(*analyzer, Page()), kAnalysisFailedWeird));
  const std::vector<pid_t> pids = analyzer->worker_pids();
  ASSERT_FALSE(pids.empty());
  for (const pid_t pid : pids) {
    const auto status = ReadFile("/proc/" + std::to_string(pid) + "/status", 1 << 16);
    ASSERT_TRUE(status.ok()) << status.status().message();
    EXPECT_NE(status->find("NoNewPrivs:\t1"), std::string::npos) << *status;
    EXPECT_NE(status->find("Seccomp:\t2"), std::string::npos) << *status;
    // ThreadSanitizer keeps a thread of its own in every process.
#if defined(__SANITIZE_THREAD__)
    constexpr const char* kThreads = "Threads:\t2\n";
#else
    constexpr const char* kThreads = "Threads:\t1\n";
#endif
    EXPECT_NE(status->find(kThreads), std::string::npos) << *status;
  }
}

// Bombs that end a worker: a page whose parse is cut off by the clock, and one that a tiny worker has no memory for.
TEST(SandboxedAnalyzer, APageThatKillsItsWorkerIsReadAsText) {
  const std::string offer =
      "<p>Charas Chitrali 1 tola 2500 PKR home delivery Lahore, WhatsApp 0301-2345678</p>";
  std::string large = "<html><body>" + offer;
  while (large.size() < 1u << 20) large += "<div class=a><b>some words of text</b><i>and more</i></div>";
  // No page is read in no time.
  const auto hurried = MakeSandboxed({.workers = 1, .packs = {}, .page_time = std::chrono::milliseconds(1)});
  ASSERT_NE(hurried, nullptr);
  CapturedPage page{.url = "http://a.example/", .content_type = "text/html", .status = 200, .body = large};
  const PageAnalysis lost = Read(*hurried, page);
  EXPECT_TRUE(Has(lost, kAnalysisFailedWeird));
  EXPECT_TRUE(lost.document.degraded);
  EXPECT_NE(lost.document.page_class, PageClass::kContent);
  EXPECT_EQ(hurried->counts().killed, 2u);
  EXPECT_EQ(hurried->counts().lost, 1u);

  if (kUnderSanitizer) GTEST_SKIP() << "memory cannot be limited under a sanitizer";
  // Enough for the text, not for the tree.
  const auto poor = MakeSandboxed({.workers = 1, .packs = {}, .max_private_bytes = 36u << 20});
  ASSERT_NE(poor, nullptr);
  const PageAnalysis as_text = Read(*poor, page);
  EXPECT_TRUE(Has(as_text, kWorkerKilledWeird)) << poor->counts().killed << " " << poor->counts().lost;
  EXPECT_TRUE(as_text.document.degraded);
  EXPECT_GE(HighestLevel(as_text), Level::kMedium);
  EXPECT_EQ(poor->counts().killed, 1u);
  // The next page has a worker again.
  EXPECT_FALSE(Has(Read(*poor, Page()), kWorkerKilledWeird));
}

// The pages that are known to take a parser down (quadratic nesting, formatting that multiplies, attributes without
// end): whatever becomes of the worker, the offer on them is still found.
TEST(SandboxedAnalyzer, ABombHidesNoOffer) {
  const std::string offer =
      "<p>Charas Chitrali 1 tola 2500 PKR home delivery Lahore, WhatsApp 0301-2345678</p>";
  const auto times = [](size_t count, std::string_view piece) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text += piece;
    return text;
  };
  const struct {
    const char* what;
    std::string bomb;
  } cases[] = {
      {"100,000 open <div>", times(100'000, "<div>")},
      {"<div> and </foo>", times(16'000, "<div>") + times(16'000, "</foo>")},
      {"<font><p>", times(20'000, "<font><p>")},
      {"<b id> and <p>", times(16'000, "<b id=x>") + times(16'000, "<p>x")},
      {"attributes", "<p " + times(64'000, "a=1 ") + ">"},
      {"<a><b>", times(16'000, "<a><b>")},
      {"tables in tables", times(20'000, "<table><tr><td>")},
      {"templates", times(50'000, "<template>")},
      {"svg", times(50'000, "<svg><g>")},
      {"select", times(50'000, "<select><option>")},
      {"an open comment", "<!--" + times(100'000, "-!")},
      {"an entity at the end", times(10, "<a href='&amp")},
  };
  const auto analyzer = MakeSandboxed({.workers = 2, .packs = {}});
  ASSERT_NE(analyzer, nullptr);
  for (const auto& c : cases) {
    const PageAnalysis analysis = Read(*analyzer, {.url = "http://a.example/",
                                                   .content_type = "text/html; charset=utf-8",
                                                   .status = 200,
                                                   .body = "<html><body>" + offer + c.bomb});
    EXPECT_FALSE(Has(analysis, kAnalysisFailedWeird)) << c.what;
    EXPECT_GE(HighestLevel(analysis), Level::kMedium) << c.what;
  }
}

TEST(SandboxedAnalyzer, WorkersAreReplacedAfterSoManyPages) {
  const auto analyzer = MakeSandboxed({.workers = 1, .packs = {}, .pages_per_worker = 3});
  ASSERT_NE(analyzer, nullptr);
  for (int i = 0; i < 7; ++i) Read(*analyzer, Page());
  EXPECT_EQ(analyzer->counts().workers, 3u);
  EXPECT_EQ(analyzer->counts().pages, 7u);
  EXPECT_EQ(analyzer->counts().killed, 0u);
}

TEST(SandboxedAnalyzer, AWorkerThatDiesBetweenPagesCostsNone) {
  const auto analyzer = MakeSandboxed({.workers = 1, .packs = {}});
  ASSERT_NE(analyzer, nullptr);
  const PageAnalysis before = Read(*analyzer, Page());
  for (const pid_t pid : analyzer->worker_pids()) {
    ASSERT_GT(pid, 1);
    kill(pid, SIGKILL);
    // Gone when its channel is: the next page finds that out by itself, whenever it is.
    while (kill(pid, 0) == 0) sched_yield();
  }
  EXPECT_EQ(Read(*analyzer, Page()), before);
  EXPECT_EQ(analyzer->counts().killed, 0u);
  EXPECT_EQ(analyzer->counts().workers, 2u);
}

TEST(SandboxedAnalyzer, ReloadBringsOtherRulesAndBrokenOnesChangeNothing) {
  const auto analyzer = MakeSandboxed({.workers = 2, .packs = {}});
  ASSERT_NE(analyzer, nullptr);
  ASSERT_FALSE(Read(*analyzer, Page()).candidates.empty());
  const Status broken = analyzer->Reload({{"broken.yaml", "substances: [: nonsense"}});
  EXPECT_EQ(broken.code(), StatusCode::kInvalidArgument);
  EXPECT_NE(broken.message().find("broken.yaml"), std::string::npos) << broken.message();
  ASSERT_FALSE(Read(*analyzer, Page()).candidates.empty());
  std::vector<RulePackFile> packs = EmbeddedRulePacks();
  packs[0].text += "\n# other rules\n";
  ASSERT_TRUE(analyzer->Reload(packs).ok());
  const PageAnalysis after = Read(*analyzer, Page());
  EXPECT_FALSE(after.candidates.empty());
  EXPECT_TRUE(Has(after, "rules_reloaded"));
  AnalysisContext context;
  auto compiled = RuleSet::Compile(packs);
  ASSERT_TRUE(compiled.ok());
  context.rules = *compiled;
  EXPECT_FALSE(Has(Read(*analyzer, Page(), context), "rules_reloaded"));
  EXPECT_EQ(analyzer->counts().zygotes, 2u);
}

TEST(SandboxedAnalyzer, BrokenRulesKeepItFromStarting) {
  SandboxedAnalyzerOptions options;
  options.packs = {{"broken.yaml", "substances: [: nonsense"}};
  const auto started = SandboxedAnalyzer::Start(std::move(options));
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace gasht

int main(int argc, char** argv) {
  const gasht::ChildRole roles[] = {{gasht::kAnalysisRole, gasht::RunAnalysisZygote}};
  if (const std::optional<int> status = gasht::RunAsChild(argc, argv, roles)) return *status;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
