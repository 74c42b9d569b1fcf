#pragma once

// The operators' log: one JSON object a line on standard error (or where `app` points it), through spdlog.
//
// It never carries captured text, credentials or full URLs. The types see to that: a field's value is a
// number, a word written in our source, or something wrapped in Safe() by the caller who answers for it (a
// source id, a configured path, an error of the system). It is not the audit trail; that is the custody log.
// Thread-safe.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace gasht {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Text from us or from the operator, never from the world.
struct Safe {
  explicit Safe(std::string_view t) : text(t) {}
  std::string text;
};

class LogValue {
 public:
  template <size_t N>
  LogValue(const char (&literal)[N]) : value_(std::string(literal)) {}
  LogValue(Safe safe) : value_(std::move(safe.text)) {}
  // A bool and nothing else: a pointer must not turn into one.
  template <std::same_as<bool> Bool>
  LogValue(Bool b) : value_(b) {}
  LogValue(int i) : value_(int64_t{i}) {}
  LogValue(int64_t i) : value_(i) {}
  LogValue(uint64_t i) : value_(static_cast<int64_t>(i)) {}
  LogValue(double d) : value_(d) {}
  const std::variant<std::string, bool, int64_t, double>& value() const { return value_; }

 private:
  std::variant<std::string, bool, int64_t, double> value_;
};

struct LogField {
  const char* name;
  LogValue value;
};

// `event` is a fixed word such as "fetch_failed".
void Log(LogLevel level, const char* event, std::initializer_list<LogField> fields = {});

// Below this nothing is written. Default kInfo.
void SetLogLevel(LogLevel level);

}  // namespace gasht
