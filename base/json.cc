#include "base/json.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/utf8.h"

namespace gasht {
namespace {

constexpr size_t kMaxDepth = 64;

// nlohmann's parser feeds our tree, iteratively and with a depth limit of our own.
class Reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Add(Json()); }
  bool boolean(bool b) override { return Add(Json(b)); }
  bool number_integer(number_integer_t i) override { return Add(Json(int64_t{i})); }
  bool number_unsigned(number_unsigned_t u) override {
    return u <= uint64_t{INT64_MAX} ? Add(Json(static_cast<int64_t>(u))) : Add(Json(static_cast<double>(u)));
  }
  bool number_float(number_float_t d, const string_t& /*text*/) override { return Add(Json(d)); }
  bool string(string_t& s) override { return Add(Json(std::move(s))); }
  bool binary(binary_t& /*b*/) override { return false; }
  bool start_object(size_t /*count*/) override { return Open(Json::MakeObject()); }
  bool key(string_t& name) override {
    if (!stack_.back().keys.insert(name).second) {
      error = fmt::format("duplicate key '{}'", name);
      return false;
    }
    stack_.back().key = std::move(name);
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(size_t /*count*/) override { return Open(Json::MakeArray()); }
  bool end_array() override { return Close(); }
  bool parse_error(size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& e) override {
    // The library's message repeats the input after its second colon; the place is enough.
    error = fmt::format("not valid JSON at byte {}", position);
    if (std::string_view(e.what()).find("UTF-8") != std::string_view::npos) error += ": not UTF-8";
    return false;
  }

  Json root;
  std::string error;

 private:
  struct Level {
    Json node;
    std::string key;
    std::set<std::string> keys;
  };

  bool Open(Json node) {
    if (stack_.size() >= kMaxDepth) {
      error = "nested deeper than 64 levels";
      return false;
    }
    stack_.push_back({std::move(node), {}, {}});
    return true;
  }
  bool Close() {
    Json node = std::move(stack_.back().node);
    stack_.pop_back();
    return Add(std::move(node));
  }
  bool Add(Json value) {
    if (stack_.empty()) {
      root = std::move(value);
    } else if (stack_.back().node.is_array()) {
      stack_.back().node.Push(std::move(value));
    } else {
      stack_.back().node.Append(std::move(stack_.back().key), std::move(value));
    }
    return true;
  }

  std::vector<Level> stack_;
};

void DumpString(std::string_view text, std::string& out) {
  out += '"';
  const std::string fixed = IsValidUtf8(text) ? std::string() : ReplaceInvalidUtf8(text);
  if (!fixed.empty()) text = fixed;
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

// Reads back as a double; JSON has no word for infinity and "not a number".
void DumpDouble(double number, std::string& out) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  const std::string digits = fmt::format("{}", number);
  out += digits;
  if (digits.find_first_of(".e") == std::string::npos) out += ".0";
}

void DumpTo(const Json& j, std::string& out) {
  if (j.is_null()) {
    out += "null";
  } else if (j.is_bool()) {
    out += j.as_bool() ? "true" : "false";
  } else if (j.is_int()) {
    out += fmt::format("{}", j.as_int());
  } else if (j.is_number()) {
    DumpDouble(j.as_number(), out);
  } else if (j.is_string()) {
    DumpString(j.as_string(), out);
  } else if (j.is_array()) {
    out += '[';
    bool first = true;
    for (const Json& item : j.items()) {
      if (!first) out += ',';
      first = false;
      DumpTo(item, out);  // depth bounded: trees come from Parse (64) or from our own shallow builders
    }
    out += ']';
  } else {
    out += '{';
    bool first = true;
    for (const auto& [key, value] : j.entries()) {
      if (!first) out += ',';
      first = false;
      DumpString(key, out);
      out += ':';
      DumpTo(value, out);
    }
    out += '}';
  }
}

}  // namespace

Result<Json> Json::Parse(std::string_view text) {
  Reader reader;
  try {
    if (nlohmann::json::sax_parse(text.begin(), text.end(), &reader)) return std::move(reader.root);
  } catch (const std::exception& e) {
    return Status::InvalidArgument(fmt::format("not valid JSON: {}", e.what()));
  }
  return Status::InvalidArgument(reader.error.empty() ? "not valid JSON" : reader.error);
}

std::string Json::Dump() const {
  std::string out;
  DumpTo(*this, out);
  return out;
}

const Json* Json::Find(std::string_view key) const {
  if (!is_object()) return nullptr;
  for (const auto& [name, value] : entries()) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::string Json::StringOr(std::string_view key, std::string_view fallback) const {
  const Json* value = Find(key);
  return value != nullptr && value->is_string() ? value->as_string() : std::string(fallback);
}

int64_t Json::IntOr(std::string_view key, int64_t fallback) const {
  const Json* value = Find(key);
  return value != nullptr && value->is_int() ? value->as_int() : fallback;
}

Json& Json::Set(std::string_view key, Json value) {
  auto& object = std::get<Object>(value_);
  for (auto& [name, old] : object) {
    if (name == key) {
      old = std::move(value);
      return *this;
    }
  }
  object.emplace_back(std::string(key), std::move(value));
  return *this;
}

Json& Json::Append(std::string key, Json value) {
  std::get<Object>(value_).emplace_back(std::move(key), std::move(value));
  return *this;
}

Json& Json::Push(Json value) {
  std::get<Array>(value_).push_back(std::move(value));
  return *this;
}

}  // namespace gasht
