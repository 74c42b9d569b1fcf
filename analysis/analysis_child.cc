#include "analysis/analysis_child.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

// glibc 2.36 leaves this out.
extern "C" {
#include <sys/pidfd.h>
}

#include <memory>
#include <utility>
#include <vector>

#include "analysis/analyze_page.h"
#include "base/child.h"
#include "base/frame.h"
#include "base/sandbox.h"
#include "model/codec.h"
#include "rules/rule_set.h"

namespace gasht {
namespace {

using std::chrono::milliseconds;

constexpr FrameLimits kSetupLimits{1 << 20, 64 << 20};
constexpr FrameLimits kPageLimits{1 << 20, 64 << 20};
// How long the core may take to read an answer.
constexpr milliseconds kReplyTime{60'000};
constexpr uint64_t kMaxOpenFiles = 8;

// What libraries load when they are first used (phone metadata, converters, tables) is loaded before the fork: it
// is shared, and a worker could not open it.
constexpr std::string_view kWarmUpPage =
    "<html><head><title>Warm up</title></head><body><div class=item><h2><a href='/1'>Tea 1 kg</a></h2>"
    "<p>PKR 2,500, WhatsApp 0301-2345678, lahore@shop.example</p></div>"
    "<div class=item><h2><a href='/2'>\xda\x86\xd8\xa7\xd8\xa6\xdb\x92</a></h2><p>Rs 5k, 1 week ago</p></div>"
    "<div class=item><h2><a href='/3'>Green tea</a></h2><p>USD 12.50 BTC</p></div></body></html>";

void WarmUp(const std::shared_ptr<const RuleSet>& rules) {
  AnalysisContext context;
  context.rules = rules;
  for (const std::string_view type :
       {"text/html; charset=utf-8", "text/html; charset=windows-1256", "text/html"}) {
    AnalyzePage({.url = "http://warm-up.example/",
                 .content_type = std::string(type),
                 .status = 200,
                 .body = std::string(kWarmUpPage)},
                context);
  }
  Analyze(AnalysisKind::kMirrorList,
          {.url = "http://warm-up.example/", .content_type = "text/plain", .body = ""}, context);
}

// Ends this process when the core does not: it may have died in the middle of a page.
void SetTimer(milliseconds time) {
  itimerval timer{};
  timer.it_value.tv_sec = time.count() / 1000;
  timer.it_value.tv_usec = time.count() % 1000 * 1000;
  setitimer(ITIMER_REAL, &timer, nullptr);
}

PageAnalysis Answer(const AnalysisRequest& request, std::string body,
                    const std::shared_ptr<const RuleSet>& rules) {
  const CapturedPage page{request.url, request.content_type, request.status, std::move(body)};
  AnalysisContext context;
  context.fetched_at = request.fetched_at;
  context.source_kind = request.source_kind;
  context.profile = request.profile;
  context.text_only = request.text_only;
  context.pinned = request.pinned;
  if (!request.rules_digest.empty()) context.rules = rules;
  PageAnalysis analysis = Analyze(request.kind, page, context);
  if (!request.rules_digest.empty() && request.rules_digest != rules->digest())
    analysis.document.weirds.push_back(
        {"rules_reloaded", "judged by the rules that came into force meanwhile"});
  return analysis;
}

int RunWorker(const OwnedFd& channel, const AnalysisSetup& setup,
              const std::shared_ptr<const RuleSet>& rules) {
  OwnedFd self(pidfd_open(getpid(), 0));
  if (!self.is_open() || !EnterAnalysisSandbox(setup.max_private_bytes).ok()) return 1;
  // Only who is inside its sandbox says who it is, and only who has said so gets pages.
  if (!SendFd(channel.get(), 'p', self.get()).ok()) return 1;
  self.Close();
  FrameReader reader(kPageLimits);
  for (;;) {
    Result<Frame> frame = ReceiveFrame(channel.get(), reader, milliseconds(-1));
    if (!frame.ok()) return 0;
    const Result<AnalysisRequest> request = DecodeAnalysisRequest(frame->header);
    if (!request.ok()) return 1;
    SetTimer(setup.max_page_time);
    const PageAnalysis analysis = Answer(*request, std::move(frame->body), rules);
    const std::string header = Encode(AnalysisReply{request->id});
    const std::string body = Encode(analysis);
    SetTimer(milliseconds(0));
    if (!SendFrame(channel.get(), header, body, kReplyTime).ok()) return 0;
  }
}

Result<AnalysisSetup> ReceiveSetup(int channel) {
  FrameReader reader(kSetupLimits);
  GASHT_ASSIGN_OR_RETURN(const Frame frame, ReceiveFrame(channel, reader, milliseconds(-1)));
  return DecodeAnalysisSetup(frame.body);
}

}  // namespace

Status EnterAnalysisSandbox(uint64_t max_private_bytes) {
  // mmap and mprotect never make code.
  static const std::vector<AllowedCall> kAllowed = {
      {"recvfrom"},
      {"close"},
      {"sendmsg"},
      {"poll"},
      {"ppoll"},
      {"restart_syscall"},
      {"brk"},
      {"mmap", {{.index = 2, .mask = PROT_EXEC, .value = 0}}},
      {"mprotect", {{.index = 2, .mask = PROT_EXEC, .value = 0}}},
      {"munmap"},
      {"mremap"},
      {"madvise"},
      {"futex"},
      {"clock_gettime"},
      // librnp's random numbers ask whether they were forked, and then read what was opened before.
      {"getpid"},
      {"read"},
      {"gettimeofday"},
      {"getrandom"},
      {"setitimer"},
      {"rt_sigreturn"},
      {"exit"},
      {"exit_group"},
  };
  // What libraries ask of their own accord and can do without.
  static constexpr const char* kDenied[] = {"open", "openat", "stat", "newfstatat", "statx", "access",
                                            "readlink", "uname", "sysinfo", "ioctl", "fstat", "lseek",
                                            // librnp's messages, and its memory that is not to be swapped.
                                            "write", "writev", "mlock", "munlock"};
  GASHT_RETURN_IF_ERROR(
      LimitResources({.more_private_bytes = max_private_bytes, .max_open_files = kMaxOpenFiles}));
  return EnterSandbox({kAllowed, kDenied});
}

int RunAnalysisZygote(int channel) {
  if (!LimitResources({.more_private_bytes = std::nullopt, .max_open_files = kMaxOpenFiles}).ok()) return 1;
  const auto say = [channel](const ChildReady& ready) {
    return SendFrame(channel, Encode(ready), "", kReplyTime).ok();
  };
  const Result<AnalysisSetup> setup = ReceiveSetup(channel);
  if (!setup.ok()) return 1;
  std::vector<RulePackFile> packs;
  for (const AnalysisSetup::Pack& pack : setup->packs) packs.push_back({pack.name, pack.text});
  const Result<std::shared_ptr<const RuleSet>> rules = RuleSet::Compile(packs);
  if (!rules.ok()) {
    say({rules.status().message(), ""});
    return 1;
  }
  WarmUp(*rules);
  // Workers that end are forgotten at once; the core holds their pidfd.
  signal(SIGCHLD, SIG_IGN);
  if (!say({"", (*rules)->digest()})) return 0;
  for (;;) {
    Result<ReceivedFd> order = ReceiveFd(channel);
    if (!order.ok()) return 0;
    if (!order->fd.is_open()) continue;
    if (fork() == 0) {
      close(channel);
      // Nothing of what the zygote registered runs in a worker.
      _exit(RunWorker(order->fd, *setup, *rules));
    }
  }
}

}  // namespace gasht
