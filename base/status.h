#pragma once

// Status and Result<T>: how a function says that something outside it went wrong.
//
// Expected outcomes of the world (an HTTP 404, a refused content type) are data and never a Status.
// Both types are plain values: copyable, confined to whoever holds them. We do not throw; a library
// that throws is caught in the adapter that called it.

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gasht {

// What kind of failure it is; each kind maps to one exit status (see ExitStatusFor).
enum class StatusCode {
  kOk,
  kInvalidArgument,     // usage, configuration, a malformed value: the caller must change the input
  kNotFound,            // a named thing does not exist
  kAlreadyExists,       // a thing that must be new is there
  kFailedPrecondition,  // right request, wrong state: a schema that is too new, a dormant source
  kUnavailable,         // the environment: Tor away, store locked, no core on the socket
  kResourceExhausted,   // a budget, the disk, memory
  kDataLoss,            // stored bytes are not what was written
  kCancelled,           // stopped on request
  kInternal,            // a library failed in a way we do not know
};

// "invalid argument", "not found", ...
std::string_view StatusCodeName(StatusCode code);

// The process exit status of the contract: 0 ok, 1 something is wrong with the data, 2 usage or
// configuration, 3 the environment.
int ExitStatusFor(StatusCode code);

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {
    assert(code != StatusCode::kOk);
  }

  static Status Ok() { return {}; }
  static Status InvalidArgument(std::string m) { return {StatusCode::kInvalidArgument, std::move(m)}; }
  static Status NotFound(std::string m) { return {StatusCode::kNotFound, std::move(m)}; }
  static Status AlreadyExists(std::string m) { return {StatusCode::kAlreadyExists, std::move(m)}; }
  static Status FailedPrecondition(std::string m) { return {StatusCode::kFailedPrecondition, std::move(m)}; }
  static Status Unavailable(std::string m) { return {StatusCode::kUnavailable, std::move(m)}; }
  static Status ResourceExhausted(std::string m) { return {StatusCode::kResourceExhausted, std::move(m)}; }
  static Status DataLoss(std::string m) { return {StatusCode::kDataLoss, std::move(m)}; }
  static Status Cancelled(std::string m) { return {StatusCode::kCancelled, std::move(m)}; }
  static Status Internal(std::string m) { return {StatusCode::kInternal, std::move(m)}; }

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }

  // The same failure with "context: " in front of its message. REQUIRES: !ok().
  Status WithContext(std::string_view context) const;

  // Says in the code that a failure is ignored; the reason stands beside the call.
  void IgnoreError() const {}

  friend bool operator==(const Status&, const Status&) = default;

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

// A T, or why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::move(value)) {}  // NOLINT(google-explicit-constructor): reads as a return value
  Result(Status status) : state_(std::move(status)) { assert(!std::get<Status>(state_).ok()); }  // NOLINT

  bool ok() const { return std::holds_alternative<T>(state_); }
  // The failure, or Ok.
  Status status() const { return ok() ? Status::Ok() : std::get<Status>(state_); }

  // REQUIRES: ok().
  const T& value() const& { return std::get<T>(state_); }
  T& value() & { return std::get<T>(state_); }
  T&& value() && { return std::get<T>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  T value_or(T fallback) const& { return ok() ? value() : std::move(fallback); }

 private:
  std::variant<T, Status> state_;
};

#define GASHT_RETURN_IF_ERROR(expr)                                                     \
  do {                                                                                  \
    if (::gasht::Status gasht_status = (expr); !gasht_status.ok()) return gasht_status; \
  } while (false)

#define GASHT_CONCAT_INNER(a, b) a##b
#define GASHT_CONCAT(a, b) GASHT_CONCAT_INNER(a, b)
#define GASHT_ASSIGN_OR_RETURN(decl, expr) \
  GASHT_ASSIGN_OR_RETURN_IMPL(GASHT_CONCAT(gasht_result_, __LINE__), decl, expr)
#define GASHT_ASSIGN_OR_RETURN_IMPL(result, decl, expr) \
  auto result = (expr);                                 \
  if (!result.ok()) return result.status();             \
  decl = std::move(result).value()

}  // namespace gasht
