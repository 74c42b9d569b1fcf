#include "tests/e2e/demo_on_loopback.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

namespace gasht {

void DemoOnLoopback::SetUp() {
  auto world = DemoWorld::Start({.dir = dir_, .through_tor = false, .delay = "1ms", .progress = {}});
  ASSERT_TRUE(world.ok()) << world.status().message();
  world_ = std::move(*world);
}

ShellOutcome DemoOnLoopback::Gasht(const std::string& arguments) const {
  return Shell(fmt::format("'{}' --config '{}' {}", GASHT_PROGRAM, world_->config_dir(), arguments));
}

void DemoOnLoopback::Patrol() const {
  const ShellOutcome patrol = Gasht("patrol --once");
  ASSERT_EQ(patrol.status, 0) << patrol.out;
}

Json DemoOnLoopback::Object(const ShellOutcome& outcome, const std::string& schema) const {
  std::string text = outcome.out.substr(0, outcome.out.find_last_not_of('\n') + 1);
  text = text.substr(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
  const auto json = Json::Parse(text);
  EXPECT_TRUE(json.ok()) << outcome.out;
  if (!json.ok()) return Json::MakeObject();
  EXPECT_EQ(schemas_.Errors(schema, *json), std::vector<std::string>()) << json->Dump();
  return *json;
}

}  // namespace gasht
