#pragma once

// Json: a value tree for what gasht prints and reads. Objects keep the order in which keys were set, so
// printed objects read the way their schema does. Plain value; confined to whoever holds it.

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/status.h"

namespace gasht {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;

  Json() = default;  // null
  Json(bool b) : value_(b) {}
  Json(double d) : value_(d) {}
  template <typename Int, typename = std::enable_if_t<std::is_integral_v<Int> && !std::is_same_v<Int, bool>>>
  Json(Int i) : value_(static_cast<int64_t>(i)) {}
  Json(std::string s) : value_(std::move(s)) {}
  Json(std::string_view s) : value_(std::string(s)) {}
  Json(const char* s) : value_(std::string(s)) {}
  Json(Array a) : value_(std::move(a)) {}

  static Json MakeObject() {
    Json j;
    j.value_ = Object();
    return j;
  }
  static Json MakeArray() { return Json(Array()); }

  // RFC 8259, depth at most 64, UTF-8 checked, duplicate keys refused. The error names the byte.
  static Result<Json> Parse(std::string_view text);

  // One line, no spaces; characters outside ASCII as they are, invalid UTF-8 as U+FFFD.
  std::string Dump() const;

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_int() const { return std::holds_alternative<int64_t>(value_); }
  bool is_number() const { return is_int() || std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  // REQUIRES: the value has that type.
  bool as_bool() const { return std::get<bool>(value_); }
  int64_t as_int() const { return std::get<int64_t>(value_); }
  double as_number() const { return is_int() ? static_cast<double>(as_int()) : std::get<double>(value_); }
  const std::string& as_string() const { return std::get<std::string>(value_); }
  const Array& items() const { return std::get<Array>(value_); }
  const Object& entries() const { return std::get<Object>(value_); }

  // Object: the value under `key`, or null pointer. Any other type: null pointer.
  const Json* Find(std::string_view key) const;
  // Object: the string under `key`, or `fallback`.
  std::string StringOr(std::string_view key, std::string_view fallback = "") const;
  int64_t IntOr(std::string_view key, int64_t fallback) const;

  // Object: sets `key`, replacing an earlier value. REQUIRES: is_object().
  Json& Set(std::string_view key, Json value);
  // Object: adds `key` without looking for an earlier one. REQUIRES: is_object(), and the key is new.
  Json& Append(std::string key, Json value);
  // Array: appends. REQUIRES: is_array().
  Json& Push(Json value);

  friend bool operator==(const Json&, const Json&) = default;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> value_;
};

}  // namespace gasht
