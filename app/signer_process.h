#pragma once

// The signer as a process of its own: this program again, as `gasht custody signer`, at the other end of a
// socketpair; or one that systemd starts under another user's name, at the other end of a Unix socket
// (deploy/gasht-signer.socket). It holds the key and its memory; the core never does. Thread-safe free functions.

#include <memory>

#include "base/status.h"
#include "store/checkpoint_file.h"
#include "store/signer.h"

namespace gasht {

// Unavailable when it cannot be started, or reached.
Result<std::unique_ptr<SignerClient>> ConnectSigner(const CustodySetup& setup);

// The descriptor on which the signer finds its socket.
inline constexpr int kSignerFd = 3;

// The store's setup, made with a key in STORE/signer when there is none: evidence that nobody asked to seal is sealed
// all the same.
Result<CustodySetup> EnsureCustodySetup(const std::string& store_path);

}  // namespace gasht
