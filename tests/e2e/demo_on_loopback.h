// The program as an officer types it, over the demo's sites on loopback: what the end-to-end tests of custody and of
// bundles share.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/json.h"
#include "tests/demo/demo_world.h"
#include "tests/support/json_schema.h"
#include "tests/support/processes.h"
#include "tests/support/temporary_folder.h"

namespace gasht {

// A world in a folder of its own, removed at the end.
class DemoOnLoopback : public testing::Test {
 protected:
  void SetUp() override;

  // `gasht --config WORLD ARGUMENTS`, as a shell reads it.
  ShellOutcome Gasht(const std::string& arguments) const;
  void Patrol() const;
  // The last line of what a command printed, as an object of that schema.
  Json Object(const ShellOutcome& outcome, const std::string& schema) const;

  const TemporaryFolder folder_;
  const std::string dir_ = folder_.path();
  std::unique_ptr<DemoWorld> world_;
  const JsonSchemas schemas_ = JsonSchemas::Load("docs/schema").value();
};

}  // namespace gasht
