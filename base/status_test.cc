#include "base/status.h"

#include <gtest/gtest.h>

#include <memory>

namespace gasht {
namespace {

TEST(StatusTest, CarriesCodeAndMessage) {
  EXPECT_TRUE(Status().ok());
  EXPECT_EQ(Status::Ok(), Status());
  const Status status = Status::Unavailable("tor is away");
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_EQ(status.WithContext("source x").message(), "source x: tor is away");
  EXPECT_EQ(status.WithContext("source x").code(), StatusCode::kUnavailable);
}

TEST(StatusTest, ExitStatusIsTheContract) {
  struct Case {
    StatusCode code;
    int exit_status;
  };
  for (const Case& c : {
           Case{StatusCode::kOk, 0},
           Case{StatusCode::kCancelled, 0},
           Case{StatusCode::kNotFound, 2},
           Case{StatusCode::kDataLoss, 1},
           Case{StatusCode::kInternal, 1},
           Case{StatusCode::kInvalidArgument, 2},
           Case{StatusCode::kAlreadyExists, 2},
           Case{StatusCode::kFailedPrecondition, 3},
           Case{StatusCode::kUnavailable, 3},
           Case{StatusCode::kResourceExhausted, 3},
       }) {
    EXPECT_EQ(ExitStatusFor(c.code), c.exit_status) << StatusCodeName(c.code);
    EXPECT_NE(StatusCodeName(c.code), "unknown");
  }
}

Result<int> Half(int n) {
  if (n % 2 != 0) return Status::InvalidArgument("odd");
  return n / 2;
}

Result<int> Quarter(int n) {
  GASHT_ASSIGN_OR_RETURN(const int half, Half(n));
  GASHT_ASSIGN_OR_RETURN(const int quarter, Half(half));
  return quarter;
}

Status CheckEven(int n) {
  GASHT_RETURN_IF_ERROR(Half(n).status());
  return Status::Ok();
}

TEST(ResultTest, HoldsAValueOrWhyNot) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(8).status(), Status::Ok());
  EXPECT_EQ(Quarter(6).status(), Status::InvalidArgument("odd"));
  EXPECT_EQ(Quarter(7).value_or(-1), -1);
  EXPECT_EQ(CheckEven(3).message(), "odd");
  EXPECT_TRUE(CheckEven(4).ok());
}

TEST(ResultTest, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = std::move(made).value();
  EXPECT_EQ(*taken, 7);
}

}  // namespace
}  // namespace gasht
