#include "store/file_list.h"

#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"

namespace gasht {
namespace {

constexpr size_t kMaxNoteBytes = 1024;
// A list of a million changes of files.
constexpr size_t kMaxListBytes = size_t{1} << 30;
constexpr std::string_view kPrefix = "MANIFEST-";

std::optional<uint64_t> NumberIn(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Noted {
  std::string name;
  uint64_t number = 0, bytes = 0;
  std::string sha256;
};

std::string LineOf(std::string_view name, uint64_t bytes, std::string_view sha256) {
  return fmt::format("{} {} {}\n", name, bytes, sha256);
}

// "MANIFEST-000007 1234 HEX", and the SHA-256 of that line: a changed digit is a changed file.
Result<Noted> Parse(std::string_view text, const std::string& path) {
  const Status damaged = Status::DataLoss(path + " was changed or damaged: restore it from a backup");
  const size_t end = text.find('\n');
  if (end == std::string_view::npos ||
      text.substr(end + 1) != fmt::format("sum {}\n", Sha256(text.substr(0, end + 1)).hex()))
    return damaged;
  const size_t first = text.find(' '), second = text.find(' ', first + 1);
  if (second >= end || !text.starts_with(kPrefix)) return damaged;
  Noted noted;
  noted.name = text.substr(0, first);
  noted.sha256 = text.substr(second + 1, end - second - 1);
  const auto number = NumberIn(text.substr(kPrefix.size(), first - kPrefix.size()));
  const auto bytes = NumberIn(text.substr(first + 1, second - first - 1));
  if (!number || !bytes) return damaged;
  noted.number = *number;
  noted.bytes = *bytes;
  return noted;
}

Result<std::string> NameOfList(const std::string& database_path) {
  GASHT_ASSIGN_OR_RETURN(std::string name, ReadFile(database_path + "/CURRENT", kMaxNoteBytes));
  if (name.ends_with('\n')) name.pop_back();
  if (!name.starts_with(kPrefix) || !NumberIn(std::string_view(name).substr(kPrefix.size())))
    return Status::DataLoss(database_path + "/CURRENT does not name RocksDB's list of its files");
  return name;
}

}  // namespace

Status NoteFileList(const std::string& store_path, const std::string& database_path, uint64_t bytes) {
  GASHT_ASSIGN_OR_RETURN(const std::string name, NameOfList(database_path));
  GASHT_ASSIGN_OR_RETURN(const std::string list, ReadFile(database_path + "/" + name, kMaxListBytes));
  if (bytes == 0) bytes = list.size();
  if (bytes > list.size())
    return Status::DataLoss(
        fmt::format("{}/{} has {} bytes instead of {}", database_path, name, list.size(), bytes));
  std::string text = LineOf(name, bytes, Sha256(std::string_view(list).substr(0, bytes)).hex());
  const std::string path = FileListPath(store_path);
  const std::string sum = fmt::format("sum {}\n", Sha256(text).hex());
  // Sealing comes often, another file seldom.
  if (const Result<std::string> known = ReadFile(path, kMaxNoteBytes); known.ok() && *known == text + sum)
    return Status::Ok();
  return WriteFileAtomically(path, text + sum, 0640);
}

Status CheckFileList(const std::string& store_path, const std::string& database_path) {
  const std::string path = FileListPath(store_path);
  GASHT_ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxNoteBytes));
  GASHT_ASSIGN_OR_RETURN(const Noted noted, Parse(text, path));
  GASHT_ASSIGN_OR_RETURN(const std::string name, NameOfList(database_path));
  const uint64_t number = NumberIn(std::string_view(name).substr(kPrefix.size())).value_or(0);
  // Every opening begins another one, which holds what the last one held.
  if (number > noted.number) return Status::Ok();
  if (number < noted.number)
    return Status::DataLoss(
        fmt::format("rollback: {}/CURRENT names {}, and {} was in force when the log was sealed",
                    database_path, name, noted.name));
  GASHT_ASSIGN_OR_RETURN(const std::string list, ReadFile(database_path + "/" + name, kMaxListBytes));
  if (list.size() < noted.bytes)
    return Status::DataLoss(fmt::format("rollback: {}/{} was cut off: {} of {} bytes are left", database_path,
                                        name, list.size(), noted.bytes));
  if (Sha256(std::string_view(list).substr(0, noted.bytes)).hex() != noted.sha256)
    return Status::DataLoss(
        fmt::format("{}/{} is not what it was when the log was sealed", database_path, name));
  return Status::Ok();
}

}  // namespace gasht
