#include "tests/support/json_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"

namespace gasht {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json Parse(std::string_view text) {
  auto parsed = Json::Parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  return parsed.ok() ? std::move(parsed).value() : Json();
}

// A folder with the given schemas, removed at the end of the test.
class SchemaFolder {
 public:
  SchemaFolder() {
    std::string path = testing::TempDir() + "gasht-schema-XXXXXX";
    dir_ = mkdtemp(path.data());
  }
  ~SchemaFolder() { std::filesystem::remove_all(dir_); }
  void Add(const std::string& name, std::string_view text) {
    ASSERT_TRUE(WriteFileAtomically(dir_ + "/" + name + ".schema.json", text).ok());
  }
  const std::string& dir() const { return dir_; }

 private:
  std::string dir_;
};

TEST(JsonSchemasTest, ChecksEveryKeywordItKnows) {
  SchemaFolder folder;
  folder.Add("word", R"({"type":"string","minLength":2,"pattern":"^[a-z]+$"})");
  folder.Add("thing", R"({
    "$schema": "x", "title": "t", "description": "d",
    "type": "object", "required": ["name"], "additionalProperties": false,
    "properties": {
      "name": {"$ref": "word.schema.json"},
      "count": {"type": "integer", "minimum": 1, "maximum": 9},
      "kind": {"enum": ["a", 2]},
      "list": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/flag"}},
      "either": {"oneOf": [{"type": "string"}, {"type": "integer", "minimum": 5}, {"type": "number"}]},
      "open": {"type": ["object", "boolean"]}
    },
    "$defs": {"flag": {"type": "boolean"}}
  })");
  const auto schemas = JsonSchemas::Load(folder.dir());
  ASSERT_TRUE(schemas.ok()) << schemas.status().message();

  struct Case {
    const char* value;
    const char* error;  // a part of the only error; empty when the value obeys
  };
  for (const Case& c : {
           Case{R"({"name":"ab"})", ""},
           Case{R"({"name":"ab","count":9,"kind":2,"list":[true],"either":"x","open":{"any":[]}})", ""},
           Case{R"([])", ": is not of type \"object\""},
           Case{R"({})", ": has no 'name'"},
           Case{R"({"name":"ab","extra":1})", ": 'extra' is not allowed"},
           Case{R"({"name":"a"})", "/name: is too short"},
           Case{R"({"name":"aB"})", "/name: \"aB\" does not match"},
           Case{R"({"name":null})", "/name: is not of type"},
           Case{R"({"name":"ab","count":0})", "/count: 0 is too small"},
           Case{R"({"name":"ab","count":10})", "/count: 10 is too large"},
           Case{R"({"name":"ab","count":1.5})", "/count: is not of type"},
           Case{R"({"name":"ab","kind":"b"})", "/kind: \"b\" is not one of"},
           Case{R"({"name":"ab","list":[]})", "/list: has too few items"},
           Case{R"({"name":"ab","list":[true,1]})", "/list/1: is not of type"},
           Case{R"({"name":"ab","either":true})", "/either: fits 0 of"},
           Case{R"({"name":"ab","either":7})", "/either: fits 2 of"},
           Case{R"({"name":"ab","either":3})", ""},
           Case{R"({"name":"ab","open":[]})", "/open: is not of type"},
       }) {
    const auto errors = schemas->Errors("thing", Parse(c.value));
    if (*c.error == '\0') {
      EXPECT_THAT(errors, IsEmpty()) << c.value;
    } else {
      EXPECT_THAT(errors, ElementsAre(HasSubstr(c.error))) << c.value;
    }
  }
  EXPECT_THAT(schemas->Errors("nothing", Json()), ElementsAre("no schema 'nothing'"));
}

TEST(JsonSchemasTest, RefusesSchemasItCannotCheck) {
  struct Case {
    const char* schema;
    const char* error;
  };
  for (const Case& c : {
           Case{R"({"properties":{"a":{"maxLength":3}}})", "does not know the keyword 'maxLength'"},
           Case{R"({"items":{"oneOf":[{"not":{}}]}})", "does not know the keyword 'not'"},
           Case{R"({"$ref":"other.schema.json"})", "refers to nothing"},
           Case{R"({"$ref":"#/$defs/x"})", "refers to nothing"},
           Case{R"({"pattern":"("})", "not what this keyword takes"},
           Case{R"({"required":"a"})", "not what this keyword takes"},
           Case{R"({"additionalProperties":{}})", "not what this keyword takes"},
           Case{R"([])", "a schema must be an object"},
           Case{R"({"type":)", "not valid JSON"},
       }) {
    SchemaFolder folder;
    folder.Add("bad", c.schema);
    const auto schemas = JsonSchemas::Load(folder.dir());
    ASSERT_FALSE(schemas.ok()) << c.schema;
    EXPECT_THAT(schemas.status().message(), HasSubstr(c.error)) << c.schema;
  }
}

TEST(JsonSchemasTest, OurOwnSchemasLoad) {
  const auto schemas = JsonSchemas::Load("docs/schema");
  EXPECT_TRUE(schemas.ok()) << schemas.status().message();
}

}  // namespace
}  // namespace gasht
