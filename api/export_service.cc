#include "api/export_service.h"

#include <pthread.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <future>

#include <fmt/format.h>

#include "casework/table_export.h"

namespace gasht {
namespace {

constexpr std::string_view kRoot = "/v1/exports";
constexpr size_t kPiece = size_t{4} << 20;
// Made and not yet fetched: each takes room on the disk.
constexpr size_t kMostMade = 4;

const std::map<std::string, TableFormat> kTables = {{"csv", TableFormat::kCsv},
                                                    {"jsonl", TableFormat::kJsonl},
                                                    {"disclosure", TableFormat::kDisclosure},
                                                    {"warc", TableFormat::kWarc}};

Result<UtcTime> TimeOf(const Json& body, std::string_view key) {
  const std::string text = body.StringOr(key);
  Result<UtcTime> at = ParseRfc3339(text);
  if (!at.ok())
    return Status::InvalidArgument(fmt::format("{} is '{}' and must be a time in RFC 3339", key, text));
  return at;
}

Result<Selection> SelectionOf(const Json& body) {
  Selection selection;
  for (const auto& [key, value] : body.entries()) {
    if (key != "format" && key != "findings" && key != "source" && key != "from" && key != "to")
      return Status::InvalidArgument(fmt::format("unknown field '{}'", key));
  }
  if (const Json* findings = body.Find("findings")) {
    if (!findings->is_array()) return Status::InvalidArgument("findings must be a list of ids");
    for (const Json& id : findings->items()) {
      const std::string text = id.is_string() ? id.as_string() : "";
      if (!IsValidFindingId(text))
        return Status::InvalidArgument(fmt::format("'{}' is no finding's id", text));
      selection.findings.push_back({text});
    }
  }
  if (const std::string source = body.StringOr("source"); !source.empty()) {
    if (!IsValidSourceId(source))
      return Status::InvalidArgument(fmt::format("'{}' is no source's id", source));
    selection.source = SourceId{source};
  }
  if (body.Find("from") != nullptr) {
    GASHT_ASSIGN_OR_RETURN(selection.from, TimeOf(body, "from"));
  }
  if (body.Find("to") != nullptr) {
    GASHT_ASSIGN_OR_RETURN(selection.to, TimeOf(body, "to"));
  }
  return selection;
}

}  // namespace

ExportService::ExportService(const Store& store, StoreWriter& writer, const Clock& clock, ExportSetup setup)
    : store_(store), writer_(writer), clock_(clock), setup_(std::move(setup)) {
  std::error_code ignored;
  std::filesystem::remove_all(setup_.dir, ignored);  // what an earlier run left
}

ExportService::~ExportService() {
  thread_ = {};
  Collect();
  for (const auto& [id, made] : made_) Forget(made);
}

void ExportService::Forget(const Made& made) {
  std::error_code ignored;
  std::filesystem::remove(made.path, ignored);
  if (!made.openings_path.empty()) std::filesystem::remove(made.openings_path, ignored);
}

Status ExportService::Record(CustodyEvent event) {
  std::promise<Status> durable;
  writer_.AddEvent(std::move(event), [&durable](Status status) { durable.set_value(std::move(status)); });
  const Status status = durable.get_future().get();
  if (status.ok()) return status;
  return Status::Unavailable("the export could not be recorded, so nothing leaves: " + status.message());
}

Result<ApiResponse> ExportService::Handle(const ApiRequest& request) {
  Collect();
  if (request.path == kRoot) {
    if (request.method != "POST") return Status::InvalidArgument("an export is made with POST");
    return Begin(request);
  }
  std::string id = request.path.substr(std::min(request.path.size(), kRoot.size() + 1));
  if (id == "key") {
    GASHT_ASSIGN_OR_RETURN(const BundleKey key, BundleKey::LoadOrCreate(setup_.key_path));
    return ApiResponse::Of(Json::MakeObject()
                               .Set("key", "sha256:" + key.fingerprint().hex())
                               .Set("public_key", Base64Encode(key.public_der())));
  }
  const size_t slash = id.find('/');
  const std::string what = slash == std::string::npos ? "" : id.substr(slash + 1);
  id.resize(std::min(slash, id.size()));
  if (what.empty() && request.method == "GET") return Show(request, id);
  if (what == "done" && request.method == "POST" && making_ != nullptr && making_->id == id &&
      making_->made.actor == request.actor) {
    making_->is_abandoned = true;
    thread_.request_stop();
    return ApiResponse::Of(Json::MakeObject().Set("done", true));
  }
  const auto found = made_.find(id);
  // Another's export is as good as none.
  if (found == made_.end() || found->second.actor != request.actor)
    return Status::NotFound(fmt::format("there is no export {}", id));
  if (what == "bytes") return Piece(request, found->second.path);
  if (what == "openings" && !found->second.openings_path.empty())
    return Piece(request, found->second.openings_path);
  if (what == "done" && request.method == "POST") {
    Forget(found->second);
    made_.erase(found);
    return ApiResponse::Of(Json::MakeObject().Set("done", true));
  }
  return Status::NotFound(fmt::format("no such path: {}", request.path));
}

Result<ApiResponse> ExportService::Begin(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(const Json body, Json::Parse(request.body));
  if (!body.is_object()) return Status::InvalidArgument("the request must be a JSON object");
  auto making = std::make_unique<Making>();
  GASHT_ASSIGN_OR_RETURN(making->selection, SelectionOf(body));
  GASHT_RETURN_IF_ERROR(CheckSelection(making->selection));
  making->format = body.StringOr("format");
  if (making->format != "wacz" && !kTables.contains(making->format))
    return Status::InvalidArgument(
        fmt::format("format is '{}'; it must be wacz, warc, csv, jsonl or disclosure", making->format));
  if (making_ != nullptr)
    return Status::Unavailable("another export is being made: try again when it is done");
  if (made_.size() >= kMostMade)
    return Status::ResourceExhausted(
        "four exports wait to be fetched: fetch them first, or start the core again");
  std::error_code error;
  std::filesystem::create_directories(setup_.dir, error);
  std::filesystem::permissions(setup_.dir, std::filesystem::perms::owner_all, error);
  if (error) return Status::Unavailable(fmt::format("cannot make {}: {}", setup_.dir, error.message()));
  making->id = HexEncode(RandomBytes(16));
  making->made.path = setup_.dir + "/" + making->id;
  making->made.actor = request.actor;
  making_ = std::move(making);
  thread_ = std::jthread([this, &making = *making_](std::stop_token stop) {
    pthread_setname_np(pthread_self(), "export");
    Make(making, std::move(stop));
  });
  return ApiResponse::Of(Json::MakeObject().Set("export", making_->id).Set("state", "running"));
}

void ExportService::Make(Making& making, std::stop_token stop) {
  const auto progress = [&making, stop](uint64_t done, uint64_t of) {
    making.done = done;
    making.of = of;
    return stop.stop_requested() ? Status::Unavailable("the core stops") : Status::Ok();
  };
  Result<Json> outcome = making.format == "wacz" ? MakeBundle(making, progress) : MakeTable(making, progress);
  MutexLock lock(making.mu);
  making.outcome = std::move(outcome);
}

void ExportService::Collect() {
  if (making_ == nullptr) return;
  {
    MutexLock lock(making_->mu);
    if (!making_->outcome) return;
    making_->made.summary = std::move(*making_->outcome);
  }
  thread_ = {};  // at its end
  if (making_->is_abandoned) {
    Forget(making_->made);
  } else {
    made_.emplace(making_->id, std::move(making_->made));
  }
  making_ = nullptr;
}

Result<ApiResponse> ExportService::Show(const ApiRequest& request, const std::string& id) {
  if (making_ != nullptr && making_->id == id && making_->made.actor == request.actor)
    return ApiResponse::Of(Json::MakeObject()
                               .Set("export", id)
                               .Set("state", "running")
                               .Set("done", making_->done.load())
                               .Set("of", making_->of.load()));
  const auto found = made_.find(id);
  if (found == made_.end() || found->second.actor != request.actor)
    return Status::NotFound(fmt::format("there is no export {}", id));
  if (!found->second.summary.ok()) {
    const Status status = found->second.summary.status();
    made_.erase(found);
    return status;
  }
  Json answer = Json::MakeObject().Set("export", id).Set("state", "done");
  for (const auto& [key, value] : found->second.summary->entries()) answer.Append(key, value);
  return ApiResponse::Of(answer);
}

Result<Json> ExportService::MakeBundle(Making& making,
                                       const std::function<Status(uint64_t, uint64_t)>& progress) {
  GASHT_ASSIGN_OR_RETURN(const BundleKey key, BundleKey::LoadOrCreate(setup_.key_path));
  BundleOptions options;
  options.path = making.made.path;
  options.actor = making.made.actor;
  options.software = setup_.software;
  options.agency = setup_.agency;
  options.agency_ur = setup_.agency_ur;
  options.rules = setup_.rules;
  options.clock = &clock_;
  options.key = &key;
  options.record = [this](CustodyEvent event) { return Record(std::move(event)); };
  options.seal = setup_.seal;
  options.progress = progress;
  GASHT_ASSIGN_OR_RETURN(const BundleSummary summary, WriteBundle(store_, making.selection, options));
  making.made.openings_path = summary.openings_path;
  return Json::MakeObject()
      .Set("format", making.format)
      .Set("id", summary.id)
      .Set("bytes", summary.bytes)
      .Set("captures", summary.captures)
      .Set("findings", summary.findings)
      .Set("masked", summary.masked)
      .Set("contents", "sha256:" + summary.sha256_of_contents.hex())
      .Set("leaves", summary.checkpoint_size)
      .Set("key", "sha256:" + key.fingerprint().hex());
}

Result<Json> ExportService::MakeTable(Making& making,
                                      const std::function<Status(uint64_t, uint64_t)>& progress) {
  TableOptions options;
  options.path = making.made.path;
  options.actor = making.made.actor;
  options.software = setup_.software;
  options.clock = &clock_;
  options.record = [this](CustodyEvent event) { return Record(std::move(event)); };
  options.progress = progress;
  GASHT_ASSIGN_OR_RETURN(const TableSummary summary,
                         WriteTable(store_, making.selection, kTables.at(making.format), options));
  making.made.openings_path = summary.openings_path;
  return Json::MakeObject()
      .Set("format", making.format)
      .Set("id", summary.id)
      .Set("bytes", summary.bytes)
      .Set("rows", summary.rows)
      .Set("masked", summary.masked)
      .Set("contents", "sha256:" + summary.sha256.hex());
}

Result<ApiResponse> ExportService::Piece(const ApiRequest& request, const std::string& path) const {
  uint64_t offset = 0;
  if (const auto text = request.params.find("offset"); text != request.params.end()) {
    const char* end = text->second.data() + text->second.size();
    const auto [rest, error] = std::from_chars(text->second.data(), end, offset);
    if (error != std::errc() || rest != end) return Status::InvalidArgument("offset must be a whole number");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Status::NotFound(
        "the export is gone: what it holds may have been lawfully destroyed. Export again");
  std::string bytes(kPiece, '\0');
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad()) return Status::Unavailable(fmt::format("cannot read {}", path));
  bytes.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return ApiResponse::Bytes(std::move(bytes));
}

}  // namespace gasht
