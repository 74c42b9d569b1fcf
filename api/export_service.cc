#include "api/export_service.h"

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
// Made and not yet fetched; each is at most 4 GiB.
constexpr size_t kMostMade = 4;

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
  if (request.path == kRoot) {
    if (request.method != "POST") return Status::InvalidArgument("an export is made with POST");
    return Make(request);
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

Result<ApiResponse> ExportService::Make(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(const Json body, Json::Parse(request.body));
  if (!body.is_object()) return Status::InvalidArgument("the request must be a JSON object");
  GASHT_ASSIGN_OR_RETURN(const Selection selection, SelectionOf(body));
  if (made_.size() >= kMostMade)
    return Status::ResourceExhausted(
        "four exports wait to be fetched: fetch them first, or start the core again");
  std::error_code error;
  std::filesystem::create_directories(setup_.dir, error);
  std::filesystem::permissions(setup_.dir, std::filesystem::perms::owner_all, error);
  if (error) return Status::Unavailable(fmt::format("cannot make {}: {}", setup_.dir, error.message()));
  const std::string name = HexEncode(RandomBytes(16));
  Made made{setup_.dir + "/" + name, {}, request.actor};
  const std::string format = body.StringOr("format");
  GASHT_ASSIGN_OR_RETURN(Json summary, format == "wacz" ? MakeBundle(selection, request.actor, made)
                                                        : MakeTable(format, selection, request.actor, made));
  made_.emplace(name, std::move(made));
  Json answer = Json::MakeObject().Set("export", name).Set("format", format);
  for (const auto& [key, value] : summary.entries()) answer.Append(key, value);
  return ApiResponse::Of(answer);
}

Result<Json> ExportService::MakeBundle(const Selection& selection, const std::string& actor, Made& made) {
  GASHT_ASSIGN_OR_RETURN(const BundleKey key, BundleKey::LoadOrCreate(setup_.key_path));
  BundleOptions options;
  options.path = made.path;
  options.actor = actor;
  options.software = setup_.software;
  options.agency = setup_.agency;
  options.agency_ur = setup_.agency_ur;
  options.rules = setup_.rules;
  options.clock = &clock_;
  options.key = &key;
  options.record = [this](CustodyEvent event) { return Record(std::move(event)); };
  options.seal = setup_.seal;
  GASHT_ASSIGN_OR_RETURN(const BundleSummary summary, WriteBundle(store_, selection, options));
  made.openings_path = summary.openings_path;
  return Json::MakeObject()
      .Set("id", summary.id)
      .Set("bytes", summary.bytes)
      .Set("captures", summary.captures)
      .Set("findings", summary.findings)
      .Set("masked", summary.masked)
      .Set("contents", "sha256:" + summary.sha256_of_contents.hex())
      .Set("leaves", summary.checkpoint_size)
      .Set("key", "sha256:" + key.fingerprint().hex());
}

Result<Json> ExportService::MakeTable(const std::string& format, const Selection& selection,
                                      const std::string& actor, Made& made) {
  const std::map<std::string, TableFormat> formats = {{"csv", TableFormat::kCsv},
                                                      {"jsonl", TableFormat::kJsonl},
                                                      {"disclosure", TableFormat::kDisclosure},
                                                      {"warc", TableFormat::kWarc}};
  const auto found = formats.find(format);
  if (found == formats.end())
    return Status::InvalidArgument(
        fmt::format("format is '{}'; it must be wacz, warc, csv, jsonl or disclosure", format));
  TableOptions options;
  options.path = made.path;
  options.actor = actor;
  options.software = setup_.software;
  options.clock = &clock_;
  options.record = [this](CustodyEvent event) { return Record(std::move(event)); };
  GASHT_ASSIGN_OR_RETURN(const TableSummary summary, WriteTable(store_, selection, found->second, options));
  made.openings_path = summary.openings_path;
  return Json::MakeObject()
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
  std::string bytes(kPiece, '\0');
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad()) return Status::Unavailable(fmt::format("cannot read {}", path));
  bytes.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return ApiResponse::Bytes(std::move(bytes));
}

}  // namespace gasht
