#include "base/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gasht {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = YamlNode::Kind;

TEST(YamlTest, ScalarsStayTextAndKnowTheirPlace) {
  const auto root =
      ParseYaml("a: no\nb: 010\nc: 12:30\nlist:\n  - x\n  - \"~\"\nnothing: ~\nempty:\nlate: null\n", "f");
  ASSERT_TRUE(root.ok()) << root.status().message();
  EXPECT_EQ(root->Find("a")->scalar, "no");
  EXPECT_EQ(root->Find("b")->scalar, "010");
  EXPECT_EQ(root->Find("c")->scalar, "12:30");
  EXPECT_EQ(root->Find("c")->line, 3);
  EXPECT_EQ(root->Find("c")->column, 4);
  const YamlNode& list = *root->Find("list");
  EXPECT_EQ(list.kind, Kind::kSequence);
  EXPECT_EQ(list.items[0].line, 5);
  EXPECT_EQ(list.items[0].column, 5);
  EXPECT_EQ(list.items[1].kind, Kind::kScalar) << "a quoted tilde is text";
  for (const char* key : {"nothing", "empty", "late"}) EXPECT_EQ(root->Find(key)->kind, Kind::kNull) << key;
  EXPECT_EQ(root->entries[3].key.scalar, "list");
  EXPECT_EQ(root->entries[3].key.line, 4);
}

TEST(YamlTest, Refused) {
  const std::string deep = std::string(65, '[') + std::string(65, ']');
  struct Case {
    std::string text;
    const char* error;
  };
  for (const Case& c : {
           Case{"a: 1\na: 2\n", "f:2:1: duplicate key 'a'"},
           Case{"x:\n  a: 1\n  b: 2\n  a: 3\n", "f:4:3: duplicate key 'a'"},
           Case{"a: {b: 1, b: 2}\n", "f:1:11: duplicate key 'b'"},
           Case{"a: &x 1\nb: *x\n", "f:1:4: anchors"},
           Case{"a: *x\n", "f:1:"},
           Case{"a: !!int 1\n", "f:1:4: tags"},
           Case{"a: !secret x\n", "f:1:4: tags"},
           Case{"a: 1\n---\nb: 2\n", "a second document"},
           Case{"[a]: 1\n", "f:1:1: a key must be a plain word"},
           Case{"? {a: 1}\n: 2\n", "a key must be a plain word"},
           Case{"a: [1\n", "f:2:1: not valid YAML"},
           Case{"a: \"x\n", "not valid YAML"},
           Case{"a: b: c\n", "f:1:5: not valid YAML"},
           Case{"\tb: 1\n", "not valid YAML"},
           Case{"a: \"\\x\"\n", "not valid YAML"},
           Case{deep, "nested deeper than 64 levels"},
           Case{std::string((4 << 20) + 1, '#'), "larger than 4 MiB"},
           Case{"a: \xff\n", "not UTF-8"},
           Case{std::string("a: x\0y\n", 7), "control character"},
       }) {
    const auto root = ParseYaml(c.text, "f");
    ASSERT_FALSE(root.ok()) << c.text.substr(0, 100);
    EXPECT_THAT(root.status().message(), HasSubstr(c.error)) << c.text.substr(0, 100);
    EXPECT_EQ(root.status().code(), StatusCode::kInvalidArgument);
  }
}

TEST(YamlTest, EmptyIsNothing) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "~"}) {
    const auto root = ParseYaml(text, "f");
    ASSERT_TRUE(root.ok()) << text << root.status().message();
    EXPECT_EQ(root->kind, Kind::kNull) << text;
  }
}

// Reads `text` with all of YamlMap's readers and gives back the errors.
std::vector<std::string> ErrorsOf(const char* text) {
  const auto root = ParseYaml(text, "f.yaml");
  EXPECT_TRUE(root.ok()) << text;
  YamlErrors errors("f.yaml");
  YamlMap map(*root, "thing", errors);
  map.RequireString("name");
  map.Bool("flag");
  map.Int("count", 1, 9);
  map.Number("ratio", 0, 1);
  map.StringList("list");
  map.OneOf("kind", {"market", "forum"});
  map.Finish();
  return errors.messages();
}

TEST(YamlMapTest, ReportsEverythingWithItsPlace) {
  EXPECT_THAT(ErrorsOf("name: x\nflag: true\ncount: 9\nratio: 0.5\nlist: [a, b]\nkind: forum\n"), IsEmpty());
  EXPECT_THAT(ErrorsOf("name: x\nlist: a\n"), IsEmpty());
  struct Case {
    const char* text;
    const char* error;
  };
  for (const Case& c : {
           Case{"flag: true\n", "f.yaml:1:1: thing has no 'name': add it"},
           Case{"name: [x]\n", "f.yaml:1:7: 'name' must be a single value, found a list"},
           Case{"name: {a: b}\n", "f.yaml:1:7: 'name' must be a single value, found a mapping"},
           Case{"name:\n", "f.yaml:1:1: 'name' must be a single value, found nothing"},
           Case{"name: x\nflag: yes\n", "f.yaml:2:7: 'flag' must be true or false, found 'yes'"},
           Case{"name: x\ncount: 10\n", "f.yaml:2:8: 'count' must be a whole number from 1 to 9, found '10'"},
           Case{"name: x\ncount: 1.0\n", "found '1.0'"},
           Case{"name: x\ncount: 0x5\n", "found '0x5'"},
           Case{"name: x\nratio: nan\n", "'ratio' must be a number from 0 to 1, found 'nan'"},
           Case{"name: x\nratio: 2\n", "f.yaml:2:8: 'ratio' must be a number"},
           Case{"name: x\nlist: {a: b}\n", "f.yaml:2:7: 'list' must be a list, found a mapping"},
           Case{"name: x\nlist: [a, [b]]\n", "f.yaml:2:11: 'list' must hold single values, found a list"},
           Case{"name: x\nlist: [a, ~]\n", "'list' must hold single values, found nothing"},
           Case{"name: x\nkind: shop\n", "f.yaml:2:7: 'kind' is 'shop'; it must be one of: market, forum"},
           Case{"name: x\ncuont: 1\n", "f.yaml:2:1: unknown key 'cuont' in thing: did you mean 'count'?"},
           Case{"name: x\nzzzzzzz: 1\n",
                "f.yaml:2:1: unknown key 'zzzzzzz' in thing: known keys are name, flag"},
       }) {
    EXPECT_THAT(ErrorsOf(c.text), ElementsAre(HasSubstr(c.error))) << c.text;
  }
  EXPECT_THAT(ErrorsOf("flag: 1\ncount: x\nzap: 1\n"), testing::SizeIs(4)) << "all errors at once";
  EXPECT_THAT(ErrorsOf("[a]"), ElementsAre("f.yaml:1:1: thing must be a mapping (key: value), found a list"));
}

TEST(YamlMapTest, NearestWord) {
  EXPECT_EQ(NearestWord("schedul", {"schedule", "scope"}), "schedule");
  EXPECT_EQ(NearestWord("sope", {"schedule", "scope"}), "scope");
  EXPECT_EQ(NearestWord("x", {"schedule", "scope"}), std::nullopt);
  EXPECT_EQ(NearestWord("robot", {"robots", "route"}), "robots");
  EXPECT_EQ(NearestWord("", {"a"}), "a");
}

}  // namespace
}  // namespace gasht
