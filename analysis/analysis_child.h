#pragma once

// What runs on the other side of SandboxedAnalyzer: the zygote, which compiles the rules once and forks workers,
// and the workers, which read the world's bytes and can do nothing else.
//
// The zygote never reads a page. It gets AnalysisSetup, answers ChildReady, and then forks a worker for every
// descriptor it is sent: the worker's channel. It ends when its own channel closes, and its workers with it.
//
// A worker sends a pidfd of itself over its channel, then answers AnalysisRequest frames one at a time. It has one
// thread, no files, no network, the system calls of `EnterAnalysisSandbox`, and so much private memory. A page
// that needs more of anything ends it.

#include <cstdint>
#include <string_view>

#include "base/status.h"

namespace gasht {

inline constexpr std::string_view kAnalysisRole = "analysis";

// The main function of the role (base/child.h).
int RunAnalysisZygote(int channel);

// For the calling process, for good.
Status EnterAnalysisSandbox(uint64_t max_private_bytes);

}  // namespace gasht
