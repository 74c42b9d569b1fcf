// The program as an officer types it, over the demo's sites on loopback: what the end-to-end tests of custody and of
// bundles share.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/json.h"
#include "tests/demo/demo_world.h"
#include "tests/support/json_schema.h"

namespace gasht {

struct ShellOutcome {
  int status = -1;  // 128 where a signal ended it
  std::string out;  // and what it said to standard error, in the order written
};

ShellOutcome Shell(const std::string& command);

// A world in a folder of its own, removed at the end.
class DemoOnLoopback : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // `gasht --config WORLD ARGUMENTS`, as a shell reads it.
  ShellOutcome Gasht(const std::string& arguments) const;
  void Patrol() const;
  // The last line of what a command printed, as an object of that schema.
  Json Object(const ShellOutcome& outcome, const std::string& schema) const;

  std::string dir_;
  std::unique_ptr<DemoWorld> world_;
  const JsonSchemas schemas_ = JsonSchemas::Load("docs/schema").value();
};

}  // namespace gasht
