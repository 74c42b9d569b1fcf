#include "base/owned_fd.h"

#include <unistd.h>

namespace gasht {

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

OwnedFd::~OwnedFd() {
  Close();
}

void OwnedFd::Close() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

}  // namespace gasht
