#include "crawler/control_reply.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

TEST(ControlReply, OneReplyInAnyPieces) {
  const std::string bytes =
      "250-version=0.4.9.3\r\n250+circuit-status=\r\n1 "
      "BUILT\r\n..dotted\r\n.\r\n250-Bridge=a\r\n250-Bridge=b\r\n250 "
      "OK\r\n";
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    ControlReplyReader reader;
    ASSERT_TRUE(reader.Feed(bytes.substr(0, cut)).ok()) << cut;
    EXPECT_EQ(reader.Take().has_value(), cut == bytes.size()) << cut;
    ASSERT_TRUE(reader.Feed(bytes.substr(cut)).ok()) << cut;
    if (cut == bytes.size()) continue;
    const auto reply = reader.Take();
    ASSERT_TRUE(reply.has_value()) << cut;
    EXPECT_TRUE(reply->ok());
    EXPECT_EQ(reply->Value("version"), "0.4.9.3");
    EXPECT_EQ(reply->Value("circuit-status"), "1 BUILT\n.dotted\n");
    EXPECT_EQ(reply->Values("Bridge"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(reply->Value("vers"), std::nullopt);
    EXPECT_EQ(reply->Value("OK"), std::nullopt);
    EXPECT_FALSE(reader.Take().has_value());
  }
}

TEST(ControlReply, EventsAreLeftOutAndRepliesKeepTheirOrder) {
  ControlReplyReader reader;
  ASSERT_TRUE(reader.Feed("650 CIRC 1 BUILT\r\n250 first\r\n650-a\r\n650 b\r\n551 second\r\n").ok());
  EXPECT_EQ(reader.Take()->lines.at(0).text, "first");
  const auto second = reader.Take();
  EXPECT_EQ(second->code, 551);
  EXPECT_FALSE(second->ok());
  EXPECT_FALSE(reader.Take().has_value());
}

TEST(ControlReply, WhatIsNoReplyIsRefused) {
  const struct {
    std::string bytes;
    StatusCode code;
  } rows[] = {
      {"HTTP/1.1 200 OK\r\n", StatusCode::kInvalidArgument},
      {"\r\n", StatusCode::kInvalidArgument},
      {"25\r\n", StatusCode::kInvalidArgument},
      {"250\r\n", StatusCode::kInvalidArgument},
      {"250*x\r\n", StatusCode::kInvalidArgument},
      {"2a0 x\r\n", StatusCode::kInvalidArgument},
      {std::string(ControlReplyReader::kMaxReplyBytes + 1, '2'), StatusCode::kResourceExhausted},
      {"250+x=\r\n" + std::string(ControlReplyReader::kMaxReplyBytes, 'a') + "\r\n",
       StatusCode::kResourceExhausted},
  };
  for (const auto& row : rows) {
    ControlReplyReader reader;
    EXPECT_EQ(reader.Feed(row.bytes).code(), row.code) << row.bytes.substr(0, 40);
    EXPECT_FALSE(reader.Take().has_value()) << row.bytes.substr(0, 40);
  }
  // Short lines without end count together.
  ControlReplyReader reader;
  Status status;
  for (size_t i = 0; status.ok() && i < ControlReplyReader::kMaxReplyBytes; ++i)
    status = reader.Feed("250-x\r\n");
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted);
}

TEST(ControlReply, Words) {
  const struct {
    std::string text, name, value;
  } rows[] = {
      {"NOTICE BOOTSTRAP PROGRESS=45 TAG=x SUMMARY=\"Asking for \\\"relay\\\" PROGRESS=100\"", "PROGRESS",
       "45"},
      {"NOTICE BOOTSTRAP PROGRESS=45 TAG=x SUMMARY=\"Asking for \\\"relay\\\" PROGRESS=100\"", "SUMMARY",
       "Asking for \"relay\" PROGRESS=100"},
      {"AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE=\"/run/a b\\\\c\"", "COOKIEFILE", "/run/a b\\c"},
      {"A=1 A=2", "A", "1"},
      {"A= B=2", "A", ""},
      {"A= B=2", "B", "2"},
      {"A=\"open", "A", "open"},
      {"A=\"open\\", "A", "open\\"},
      {"A=\"\"B=3", "B", "3"},
      {"nothing here", "nothing", ""},
      {"", "", ""},
  };
  for (const auto& row : rows)
    EXPECT_EQ(ControlWords(row.text)[row.name], row.value) << row.text << " " << row.name;
}

}  // namespace
}  // namespace gasht
