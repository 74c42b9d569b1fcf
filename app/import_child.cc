#include "app/import_child.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "analysis/analysis_child.h"
#include "base/digest.h"
#include "base/json.h"

namespace gasht {
namespace {

using std::chrono::milliseconds;

// Beside the mapped file: an unpacked entry, its pieces, a record.
constexpr uint64_t kMaxPrivateBytes = uint64_t{512} << 20;
// How long the core may take to come back for the next part.
constexpr milliseconds kSendTime{30 * 60'000};
// How long a part may take to be found: an archive of half a gigabyte is unpacked meanwhile.
constexpr milliseconds kPartTime{60'000};
constexpr FrameLimits kLimits{1 << 20, kMaxImportPartBytes};

constexpr uint64_t kMaxParts = 50'000;
constexpr uint64_t kMaxBytes = uint64_t{4} << 30;  // of all parts
constexpr size_t kMaxBroken = 1'000;
constexpr size_t kMaxWordBytes = 8 << 10;

Json HeaderOf(const ImportPart& part) {
  Json header = Json::MakeObject();
  header.Set("url", part.url);
  header.Set("type", part.content_type);
  header.Set("status", part.status);
  // Bytes as received, whatever their encoding.
  header.Set("head", Base64Encode(part.response_head));
  header.Set("part", part.part);
  header.Set("seen_at", part.seen_at);
  header.Set("analyse", part.analyse);
  return header;
}

Result<ImportPart> PartOf(const Json& header, std::string body) {
  ImportPart part;
  part.url = header.StringOr("url");
  part.content_type = header.StringOr("type");
  const int64_t status = header.IntOr("status", 0);
  GASHT_ASSIGN_OR_RETURN(part.response_head, Base64Decode(header.StringOr("head")));
  part.part = header.StringOr("part");
  part.seen_at = header.StringOr("seen_at");
  const Json* analyse = header.Find("analyse");
  part.analyse = analyse != nullptr && analyse->is_bool() && analyse->as_bool();
  part.body = std::move(body);
  if (part.url.size() > kMaxWordBytes || part.content_type.size() > kMaxWordBytes ||
      part.part.size() > kMaxWordBytes || part.seen_at.size() > kMaxWordBytes || status < 0 || status > 999)
    return Status::DataLoss("a part says more of itself than one can");
  part.status = static_cast<int32_t>(status);
  return part;
}

// What the child says at its end.
Json EndOf(const Status& status, const ImportNotes& notes) {
  Json end = Json::MakeObject();
  end.Set("end", true);
  end.Set("skipped", notes.skipped);
  Json broken = Json::MakeArray();
  for (size_t i = 0; i < notes.broken.size() && i < kMaxBroken; ++i)
    broken.Push(notes.broken[i].substr(0, kMaxWordBytes / 16));
  end.Set("broken", std::move(broken));
  if (!status.ok()) end.Set("error", status.message());
  return end;
}

// The bytes of the file behind `fd`, which stay mapped until the process ends.
Result<std::string_view> MapFile(int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return Status::Unavailable("the file cannot be looked at");
  const auto size = static_cast<size_t>(info.st_size);
  if (size == 0) return std::string_view();
  void* bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED) return Status::Unavailable("the file cannot be mapped");
  return std::string_view(static_cast<const char*>(bytes), size);
}

}  // namespace

int RunImportChild(int channel) {
  const Result<ReceivedFd> file = ReceiveFd(channel);
  if (!file.ok()) return 1;
  const auto kind = static_cast<ImportKind>(file->byte);
  if (ImportKindName(kind).empty()) return 1;
  const Result<std::string_view> bytes = MapFile(file->fd.get());
  if (!bytes.ok() || !EnterAnalysisSandbox(kMaxPrivateBytes).ok()) return 1;
  ImportNotes notes;
  const Status status = SplitImport(kind, *bytes, notes, [&](ImportPart part) {
    return SendFrame(channel, HeaderOf(part).Dump(), part.body, kSendTime);
  });
  return SendFrame(channel, EndOf(status, notes).Dump(), "", kSendTime).ok() ? 0 : 1;
}

ImportParts::ImportParts(ChildProcess child) : child_(std::move(child)), reader_(kLimits) {}

Result<ImportParts> ImportParts::Start(ImportKind kind, const std::string& path) {
  const OwnedFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return Status::Unavailable(fmt::format("{} cannot be opened", path));
  GASHT_ASSIGN_OR_RETURN(ChildProcess child, ChildProcess::Spawn(kImportRole));
  GASHT_RETURN_IF_ERROR(SendFd(child.channel(), static_cast<char>(kind), file.get()));
  return ImportParts(std::move(child));
}

Result<std::optional<ImportPart>> ImportParts::Next() {
  Result<Frame> frame = ReceiveFrame(child_.channel(), reader_, kPartTime);
  if (!frame.ok())
    return Status::DataLoss(
        fmt::format("what takes files apart {}: {}", child_.Kill(), frame.status().message()));
  const Result<Json> header = Json::Parse(frame->header);
  if (!header.ok() || !header->is_object()) {
    child_.Kill();
    return Status::DataLoss("what takes files apart does not answer as it should");
  }
  if (header->Find("end") != nullptr) {
    notes_.skipped = static_cast<uint64_t>(std::max<int64_t>(header->IntOr("skipped", 0), 0));
    const Json* broken = header->Find("broken");
    for (size_t i = 0; broken != nullptr && broken->is_array() && i < broken->items().size(); ++i) {
      if (broken->items()[i].is_string() && notes_.broken.size() < kMaxBroken)
        notes_.broken.push_back(broken->items()[i].as_string());
    }
    if (header->Find("error") != nullptr) return Status::InvalidArgument(header->StringOr("error"));
    return std::optional<ImportPart>();
  }
  bytes_ += frame->body.size();
  if (++parts_ > kMaxParts || bytes_ > kMaxBytes) {
    child_.Kill();
    return Status::ResourceExhausted(
        fmt::format("the file has more than {} parts or {} bytes in them", kMaxParts, kMaxBytes));
  }
  GASHT_ASSIGN_OR_RETURN(ImportPart part, PartOf(*header, std::move(frame->body)));
  return std::optional<ImportPart>(std::move(part));
}

}  // namespace gasht
