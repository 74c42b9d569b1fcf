#include "tests/support/json_schema.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/file.h"
#include "base/utf8.h"

namespace gasht {
namespace {

constexpr std::string_view kSuffix = ".schema.json";
constexpr size_t kMaxSchemaBytes = 1 << 20;

bool IsAnnotation(std::string_view keyword) {
  return keyword == "$schema" || keyword == "$id" || keyword == "title" || keyword == "description";
}

bool HasType(const Json& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_int();
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_bool();
  if (type == "null") return value.is_null();
  return false;
}

std::vector<std::string> Words(const Json& one_or_many) {
  if (one_or_many.is_string()) return {one_or_many.as_string()};
  std::vector<std::string> words;
  for (const Json& word : one_or_many.items()) words.push_back(word.as_string());
  return words;
}

bool IsListOfStrings(const Json& value) {
  return value.is_array() && std::all_of(value.items().begin(), value.items().end(),
                                         [](const Json& item) { return item.is_string(); });
}

}  // namespace

Result<JsonSchemas> JsonSchemas::Load(const std::string& dir) {
  JsonSchemas schemas;
  GASHT_ASSIGN_OR_RETURN(const auto names, ListFiles(dir, kSuffix));
  for (const std::string& name : names) {
    GASHT_ASSIGN_OR_RETURN(const std::string text, ReadFile(dir + "/" + name, kMaxSchemaBytes));
    Result<Json> schema = Json::Parse(text);
    if (!schema.ok()) return schema.status().WithContext(name);
    schemas.files_.emplace(name, std::move(schema).value());
  }
  for (const auto& [name, schema] : schemas.files_)
    GASHT_RETURN_IF_ERROR(schemas.CheckSchema(name, schema, name + "#"));
  return schemas;
}

// The depth of a schema is that of a file of ours, so recursion is safe here.
Status JsonSchemas::CheckSchema(const std::string& file, const Json& schema, const std::string& path) const {
  if (!schema.is_object()) return Status::InvalidArgument(path + ": a schema must be an object");
  for (const auto& [keyword, argument] : schema.entries()) {
    if (IsAnnotation(keyword)) continue;
    GASHT_RETURN_IF_ERROR(CheckKeyword(file, keyword, argument, path + "/" + keyword));
  }
  return Status::Ok();
}

Status JsonSchemas::CheckKeyword(const std::string& file, const std::string& keyword, const Json& argument,
                                 const std::string& path) const {
  const auto want = [&](bool ok) {
    return ok ? Status::Ok() : Status::InvalidArgument(path + ": not what this keyword takes");
  };
  if (keyword == "properties" || keyword == "$defs") {
    GASHT_RETURN_IF_ERROR(want(argument.is_object()));
    for (const auto& [name, schema] : argument.entries())
      GASHT_RETURN_IF_ERROR(CheckSchema(file, schema, path + "/" + name));
    return Status::Ok();
  }
  if (keyword == "oneOf") {
    GASHT_RETURN_IF_ERROR(want(argument.is_array()));
    for (const Json& schema : argument.items()) GASHT_RETURN_IF_ERROR(CheckSchema(file, schema, path));
    return Status::Ok();
  }
  if (keyword == "items") return CheckSchema(file, argument, path);
  if (keyword == "$ref") {
    GASHT_RETURN_IF_ERROR(want(argument.is_string()));
    return Find(file, argument.as_string()).status();
  }
  if (keyword == "pattern") {
    GASHT_RETURN_IF_ERROR(want(argument.is_string()));
    return want(re2::RE2(argument.as_string(), re2::RE2::Quiet).ok());
  }
  if (keyword == "type") return want(argument.is_string() || IsListOfStrings(argument));
  if (keyword == "required") return want(IsListOfStrings(argument));
  if (keyword == "enum") return want(argument.is_array());
  if (keyword == "additionalProperties") return want(argument.is_bool());
  if (keyword == "minimum" || keyword == "maximum") return want(argument.is_number());
  if (keyword == "minLength" || keyword == "minItems") return want(argument.is_int());
  return Status::InvalidArgument(path + ": this checker does not know the keyword '" + keyword + "'");
}

Result<JsonSchemas::Place> JsonSchemas::Find(const std::string& file, std::string_view reference) const {
  const auto missing = [&] {
    return Status::NotFound(fmt::format("{}: '{}' refers to nothing", file, reference));
  };
  const size_t hash = reference.find('#');
  const std::string_view name = hash == 0 ? std::string_view(file) : reference.substr(0, hash);
  const auto found = files_.find(name);
  if (found == files_.end()) return missing();
  Place place{&found->first, &found->second};
  if (hash == std::string_view::npos) return place;
  std::string_view pointer = reference.substr(hash + 1);
  while (place.schema != nullptr && pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::string_view key = pointer.substr(0, pointer.find('/'));
    place.schema = place.schema->Find(key);
    pointer.remove_prefix(key.size());
  }
  if (place.schema == nullptr || !pointer.empty()) return missing();
  return place;
}

std::vector<std::string> JsonSchemas::Errors(std::string_view name, const Json& value) const {
  const auto found = files_.find(std::string(name) + std::string(kSuffix));
  if (found == files_.end()) return {fmt::format("no schema '{}'", name)};
  std::vector<std::string> errors;
  Check({&found->first, &found->second}, value, "", errors);
  return errors;
}

void JsonSchemas::Check(Place place, const Json& value, const std::string& path,
                        std::vector<std::string>& errors) const {
  const auto fail = [&](std::string_view what) { errors.push_back(fmt::format("{}: {}", path, what)); };
  const Json& schema = *place.schema;
  // Load has checked that every reference leads somewhere and every argument has its type.
  if (const Json* ref = schema.Find("$ref")) Check(*Find(*place.file, ref->as_string()), value, path, errors);
  if (const Json* type = schema.Find("type")) {
    const auto words = Words(*type);
    if (std::none_of(words.begin(), words.end(),
                     [&](const std::string& word) { return HasType(value, word); }))
      fail(fmt::format("is not of type {}", type->Dump()));
  }
  if (const Json* words = schema.Find("enum")) {
    if (std::find(words->items().begin(), words->items().end(), value) == words->items().end())
      fail(fmt::format("{} is not one of {}", value.Dump(), words->Dump()));
  }
  if (const Json* pattern = schema.Find("pattern"); pattern != nullptr && value.is_string()) {
    if (!re2::RE2::PartialMatch(value.as_string(), re2::RE2(pattern->as_string())))
      fail(fmt::format("{} does not match {}", value.Dump(), pattern->as_string()));
  }
  if (const Json* least = schema.Find("minLength"); least != nullptr && value.is_string()) {
    if (static_cast<int64_t>(CountCodePoints(value.as_string())) < least->as_int()) fail("is too short");
  }
  if (const Json* least = schema.Find("minimum"); least != nullptr && value.is_number()) {
    if (value.as_number() < least->as_number()) fail(fmt::format("{} is too small", value.Dump()));
  }
  if (const Json* most = schema.Find("maximum"); most != nullptr && value.is_number()) {
    if (value.as_number() > most->as_number()) fail(fmt::format("{} is too large", value.Dump()));
  }
  if (const Json* branches = schema.Find("oneOf")) {
    int64_t fits = 0;
    for (const Json& branch : branches->items()) {
      std::vector<std::string> why;
      Check({place.file, &branch}, value, path, why);
      if (why.empty()) ++fits;
    }
    if (fits != 1) fail(fmt::format("fits {} of the oneOf schemas", fits));
  }
  if (value.is_object()) CheckObject(place, value, path, errors);
  if (value.is_array()) CheckArray(place, value, path, errors);
}

void JsonSchemas::CheckObject(Place place, const Json& value, const std::string& path,
                              std::vector<std::string>& errors) const {
  if (const Json* required = place.schema->Find("required")) {
    for (const std::string& key : Words(*required)) {
      if (value.Find(key) == nullptr) errors.push_back(fmt::format("{}: has no '{}'", path, key));
    }
  }
  const Json* properties = place.schema->Find("properties");
  const Json* additional = place.schema->Find("additionalProperties");
  const bool closed = additional != nullptr && !additional->as_bool();
  for (const auto& [key, member] : value.entries()) {
    const Json* schema = properties == nullptr ? nullptr : properties->Find(key);
    if (schema != nullptr) {
      Check({place.file, schema}, member, path + "/" + key, errors);
    } else if (closed) {
      errors.push_back(fmt::format("{}: '{}' is not allowed", path, key));
    }
  }
}

void JsonSchemas::CheckArray(Place place, const Json& value, const std::string& path,
                             std::vector<std::string>& errors) const {
  if (const Json* least = place.schema->Find("minItems")) {
    if (static_cast<int64_t>(value.items().size()) < least->as_int())
      errors.push_back(fmt::format("{}: has too few items", path));
  }
  const Json* items = place.schema->Find("items");
  if (items == nullptr) return;
  for (size_t i = 0; i < value.items().size(); ++i)
    Check({place.file, items}, value.items()[i], fmt::format("{}/{}", path, i), errors);
}

}  // namespace gasht
