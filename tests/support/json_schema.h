#pragma once

// JsonSchemas: checks printed objects against docs/schema in tests.
//
// Knows the part of JSON Schema 2020-12 that those files use; a schema with any other keyword does not load,
// so that no rule is silently ignored. `pattern` is RE2's syntax. Immutable after Load; thread-safe to read.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/status.h"

namespace gasht {

class JsonSchemas {
 public:
  // All *.schema.json of `dir`. Fails on unknown keywords, references to nothing and patterns that do not
  // compile.
  static Result<JsonSchemas> Load(const std::string& dir);

  // What is wrong with `value` by `name`.schema.json, each as "/path/into/value: what"; empty when it obeys.
  std::vector<std::string> Errors(std::string_view name, const Json& value) const;

 private:
  struct Place {
    const std::string* file;
    const Json* schema;
  };

  Status CheckSchema(const std::string& file, const Json& schema, const std::string& path) const;
  Status CheckKeyword(const std::string& file, const std::string& keyword, const Json& argument,
                      const std::string& path) const;
  Result<Place> Find(const std::string& file, std::string_view reference) const;
  void Check(Place place, const Json& value, const std::string& path, std::vector<std::string>& errors) const;
  void CheckObject(Place place, const Json& value, const std::string& path,
                   std::vector<std::string>& errors) const;
  void CheckArray(Place place, const Json& value, const std::string& path,
                  std::vector<std::string>& errors) const;

  // By file name.
  std::map<std::string, Json, std::less<>> files_;
};

}  // namespace gasht
