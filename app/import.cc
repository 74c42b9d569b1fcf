#include "app/import.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"
#include "model/codec.h"

namespace gasht {
namespace {

constexpr std::string_view kRoot = "/v1/imports";
constexpr uint64_t kMaxFileBytes = uint64_t{512} << 20;
// Of a call's body; below what the API takes (api/server.h).
constexpr size_t kMaxUploadBytes = size_t{4} << 20;
constexpr size_t kMaxParts = 50'000;
constexpr size_t kMaxToldBytes = 200;  // of what an officer says of himself
// Begun and not ended. Who went away in the middle makes room after a while.
constexpr size_t kMostRuns = 4;
constexpr std::chrono::minutes kIdleTime{10};
// After which a step answers: others wait for the same thread.
constexpr std::chrono::seconds kStepTime{1};

constexpr std::string_view kReceivedPrefix = "received-";

Status CheckOptions(const ImportOptions& options) {
  if (options.authority.empty())
    return Status::InvalidArgument(
        "--authority is empty: name the order or receipt under which this may be kept");
  if (options.seen_by.empty() != options.seen_at.empty())
    return Status::InvalidArgument("--seen-by and --seen-at belong together: who saw it, and when");
  if (options.authority.size() > kMaxToldBytes || options.seen_by.size() > kMaxToldBytes ||
      options.seen_at.size() > kMaxToldBytes) {
    return Status::InvalidArgument(
        fmt::format("--authority, --seen-by and --seen-at take at most {} bytes", kMaxToldBytes));
  }
  if (!options.url.empty()) {
    if (options.kind != ImportKind::kPage) return Status::InvalidArgument("--url is for a saved page only");
    if (const auto url = Url::Parse(options.url); !url.ok()) return url.status().WithContext("--url");
  }
  return Status::Ok();
}

// A configured source, or one of received material.
Result<SourceId> ChosenSource(const Config& config, const ImportOptions& options) {
  if (options.source.empty()) return ReceivedSourceId(options.authority);
  const bool configured =
      std::any_of(config.sources.begin(), config.sources.end(),
                  [&](const Source& source) { return source.id.value == options.source; });
  if (configured || (options.source.starts_with(kReceivedPrefix) && IsValidSourceId(options.source)))
    return SourceId{options.source};
  return Status::InvalidArgument(
      fmt::format("no source is called '{}': name one of gasht sources list, or one that begins with '{}'",
                  options.source, kReceivedPrefix));
}

Json BodyOf(const ImportOptions& options) {
  const size_t slash = options.file.rfind('/');
  Json body = Json::MakeObject();
  body.Set("kind", ImportKindName(options.kind));
  body.Set("file", slash == std::string::npos ? options.file : options.file.substr(slash + 1));
  body.Set("authority", options.authority);
  for (const auto& [key, value] : {std::pair("source", &options.source),
                                   {"seen_by", &options.seen_by},
                                   {"seen_at", &options.seen_at},
                                   {"url", &options.url}}) {
    if (!value->empty()) body.Set(key, *value);
  }
  return body;
}

Result<ImportOptions> OptionsOf(const Json& body) {
  if (!body.is_object()) return Status::InvalidArgument("the request must be a JSON object");
  ImportOptions options;
  const auto kind = ParseImportKind(body.StringOr("kind"));
  if (!kind) return Status::InvalidArgument("kind must be whatsapp, telegram, page or warc");
  options.kind = *kind;
  for (const auto& [key, value] : body.entries()) {
    std::string* const field = key == "file"        ? &options.file
                               : key == "authority" ? &options.authority
                               : key == "source"    ? &options.source
                               : key == "seen_by"   ? &options.seen_by
                               : key == "seen_at"   ? &options.seen_at
                               : key == "url"       ? &options.url
                                                    : nullptr;
    if (key == "kind") continue;
    if (field == nullptr || !value.is_string())
      return Status::InvalidArgument(fmt::format("unknown field '{}', or not a text", key));
    *field = value.as_string();
  }
  return options;
}

}  // namespace

// One file on its way.
class ImportService::Run {
 public:
  Run(ImportService& service, ImportOptions options, std::string actor, std::string path, SourceId source)
      : service_(service),
        options_(std::move(options)),
        actor_(std::move(actor)),
        path_(std::move(path)),
        source_(std::move(source)),
        upload_(path_, std::ios::binary) {
    Touch();
  }
  ~Run() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
    if (done_ || captures_.empty()) return;
    Record("import_broken_off").IgnoreError();  // its captures have leaves of their own
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  const std::string& actor() const { return actor_; }
  bool done() const { return done_; }
  bool IsIdle() const { return service_.clock_.Monotonic() - touched_ > kIdleTime; }

  Status Add(std::string_view bytes) {
    Touch();
    if (parts_) return Status::FailedPrecondition("the file is being read already");
    bytes_ += bytes.size();
    if (bytes_ > kMaxFileBytes)
      return Status::InvalidArgument(fmt::format("a file has at most {} bytes", kMaxFileBytes));
    hash_.Update(bytes);
    upload_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!upload_) return Status::Unavailable(fmt::format("cannot write {}", path_));
    return Status::Ok();
  }

  // Works for about a second. What it answers says whether that was all.
  Result<Json> Step() {
    Touch();
    if (!parts_) {
      upload_.close();
      if (!upload_) return Status::Unavailable(fmt::format("cannot write {}", path_));
      sha256_ = hash_.Finish();
      GASHT_RETURN_IF_ERROR(service_.CheckSpace());
      GASHT_ASSIGN_OR_RETURN(ImportParts parts, ImportParts::Start(options_.kind, path_));
      parts_.emplace(std::move(parts));
    }
    const MonotonicTime begun = service_.clock_.Monotonic();
    while (service_.clock_.Monotonic() - begun < kStepTime) {
      Result<std::optional<ImportPart>> part = parts_->Next();
      if (!part.ok()) return Refused(part.status());
      if (!*part) return Finish();
      GASHT_RETURN_IF_ERROR(Take(std::move(**part)));
    }
    Touch();
    return Json::MakeObject().Set("done", false).Set("captures", captures_.size());
  }

 private:
  void Touch() { touched_ = service_.clock_.Monotonic(); }

  Status Refused(const Status& why) const {
    if (why.code() != StatusCode::kInvalidArgument) return why.WithContext(options_.file);
    return Status::InvalidArgument(
        fmt::format("{} is no {} that gasht knows: {}", options_.file, NameOfKind(), why.message()));
  }

  std::string NameOfKind() const {
    return options_.kind == ImportKind::kWarc ? "web archive with pages"
                                              : std::string(ImportKindName(options_.kind)) + " export";
  }

  Status Record(std::string kind) {
    std::promise<Status> recorded;
    service_.writer_.AddEvent({std::move(kind), actor_,
                               fmt::format("{} sha256:{} captures {}-{}", ImportKindName(options_.kind),
                                           sha256_.hex(), captures_.front().value, captures_.back().value)},
                              [&recorded](Status status) { recorded.set_value(std::move(status)); });
    return recorded.get_future().get();
  }

  Result<Json> Finish() {
    const ImportNotes& notes = parts_->notes();
    if (read_ == 0)
      return Refused(Status::InvalidArgument(notes.broken.empty() ? "nothing in it reads as one"
                                                                  : notes.broken.front()));
    GASHT_RETURN_IF_ERROR(Record("import"));
    done_ = true;
    Json json = Json::MakeObject();
    json.Set("done", true);
    json.Set("file", options_.file);
    json.Set("source", source_.value);
    json.Set("authority", options_.authority);
    json.Set("original_sha256", sha256_.hex());
    json.Set("original_bytes", bytes_);
    Json captures = Json::MakeArray();
    for (const CaptureId id : captures_) captures.Push(id.value);
    json.Set("captures", std::move(captures));
    json.Set("messages", messages_);
    json.Set("listings", listings_);
    json.Set("new_findings", new_findings_);
    json.Set("seen_findings", seen_findings_);
    json.Set("pictures_unread", pictures_unread_);
    json.Set("skipped", notes.skipped);
    Json broken = Json::MakeArray();
    for (const std::string& what : notes.broken) broken.Push(what);
    for (const std::string& what : unread_) broken.Push(what);
    json.Set("broken", std::move(broken));
    return json;
  }

  // A configured source's own words are read as its pages are.
  void JudgeBy(const Config& config, AnalysisContext& context) const {
    const auto found = std::find_if(config.sources.begin(), config.sources.end(),
                                    [&](const Source& source) { return source.id == source_; });
    if (found != config.sources.end()) {
      context.source_kind = found->kind;
      context.profile = found->profile;
    } else if (options_.kind == ImportKind::kTelegram || options_.kind == ImportKind::kWhatsapp) {
      context.source_kind = SourceKind::kTelegramChannel;
    } else {
      context.source_kind = SourceKind::kSocialPage;
    }
  }

  Capture CaptureOf(const ImportPart& part, const Config& config, const RuleSet& rules) const {
    Capture capture;
    capture.source = source_;
    capture.provenance = Provenance::kReceived;
    capture.authority = options_.authority;
    const auto configured = std::find_if(config.sources.begin(), config.sources.end(),
                                         [&](const Source& source) { return source.id == source_; });
    const std::string& told = options_.url.empty() ? part.url : options_.url;
    const Result<Url> url = Url::Parse(told);
    if (!told.empty() && url.ok()) {
      capture.url = told;
      capture.url_key = MakeUrlKey(
          source_, *url,
          configured != config.sources.end() ? configured->strip_params : std::vector<std::string>());
    } else {
      capture.url = fmt::format("urn:sha256:{}", sha256_.hex());
      capture.url_key = {std::string(HashParts("gasht-received-1", {source_.value, sha256_.view(), part.part})
                                         .view()
                                         .substr(0, UrlKey::kBytes))};
    }
    capture.final_url = capture.url;
    capture.status = part.status;
    capture.response_head = part.response_head;
    capture.content_type = part.content_type;
    capture.has_body = !part.body.empty();
    capture.body_sha256 = Sha256(part.body);
    capture.body_bytes = part.body.size();
    capture.wire_bytes = part.body.size();
    capture.started_utc = service_.clock_.Utc();
    capture.started = service_.clock_.Monotonic();
    capture.boot_id = std::string(service_.clock_.boot_id());
    capture.clock_state = service_.clock_.State();
    capture.software = GASHT_SOFTWARE;
    capture.config_digest = config.digest;
    if (configured != config.sources.end() && !configured->profile.empty())
      capture.profile_digest = Sha256(Encode(configured->profile));
    capture.rules_digest = Digest::FromHex(rules.digest()).value_or(Digest());
    capture.received = {.original_sha256 = sha256_,
                        .original_bytes = bytes_,
                        .original_name = options_.file,
                        .kind = std::string(ImportKindName(options_.kind)),
                        .part = part.part,
                        .imported_by = actor_,
                        .seen_by = options_.seen_by,
                        .seen_at = options_.seen_at.empty() ? part.seen_at : options_.seen_at};
    return capture;
  }

  Status Take(ImportPart part) {
    if (captures_.size() >= kMaxParts) return Status::ResourceExhausted("the file has too many parts");
    read_ += part.analyse;
    const std::shared_ptr<const Config> config = service_.hooks_.config();
    GASHT_ASSIGN_OR_RETURN(const ImportJudge judge, service_.hooks_.judge());
    PageCommit commit;
    Capture& capture = commit.capture;
    capture = CaptureOf(part, *config, *judge.rules);
    if (part.analyse && capture.has_body) {
      AnalysisJob job;
      job.page.url = capture.final_url;
      job.page.content_type = part.content_type;
      job.page.status = part.status == 0 ? 200 : part.status;
      job.page.body = std::move(part.body);
      job.context.fetched_at = capture.started_utc;
      job.context.rules = judge.rules;
      JudgeBy(*config, job.context);
      std::promise<std::pair<CapturedPage, PageAnalysis>> analysed;
      judge.analyzer->Submit(std::move(job), [&analysed](CapturedPage page, PageAnalysis analysis) {
        analysed.set_value({std::move(page), std::move(analysis)});
      });
      auto [page, analysis] = analysed.get_future().get();
      part.body = std::move(page.body);
      commit.analysis = std::move(analysis);
    }
    capture.page_class = commit.analysis.document.page_class;
    Count(capture, commit.analysis);
    capture.finished = service_.clock_.Monotonic();
    commit.body = std::move(part.body);
    commit.visited.source = capture.source;
    commit.visited.key = capture.url_key;
    commit.visited.url = capture.url;
    std::promise<Result<PageCommitted>> durable;
    service_.writer_.CommitPage(std::move(commit), [&durable](Result<PageCommitted> committed) {
      durable.set_value(std::move(committed));
    });
    GASHT_ASSIGN_OR_RETURN(const PageCommitted committed, durable.get_future().get());
    captures_.push_back(committed.capture);
    new_findings_ += committed.new_findings.size();
    seen_findings_ += committed.seen_findings.size();
    return Status::Ok();
  }

  void Count(const Capture& capture, const PageAnalysis& analysis) {
    messages_ += analysis.messages.size();
    listings_ += analysis.listings.size();
    for (const Weird& weird : analysis.document.weirds) {
      if (weird.name == "picture_unread")
        pictures_unread_ += std::strtoull(weird.detail.c_str(), nullptr, 10);
      if (weird.name == "worker_killed" || weird.name == "analysis_failed")
        unread_.push_back(fmt::format("{} could not be read whole ({})",
                                      capture.received.part.empty() ? "the file" : capture.received.part,
                                      weird.name));
    }
  }

  ImportService& service_;
  const ImportOptions options_;
  const std::string actor_, path_;
  const SourceId source_;
  std::ofstream upload_;
  Sha256Stream hash_;
  Digest sha256_;
  uint64_t bytes_ = 0;
  std::optional<ImportParts> parts_;
  MonotonicTime touched_;
  bool done_ = false;
  std::vector<CaptureId> captures_;  // the file itself first, where it was kept whole beside its parts
  uint64_t read_ = 0, messages_ = 0, listings_ = 0, new_findings_ = 0, seen_findings_ = 0,
           pictures_unread_ = 0;
  std::vector<std::string> unread_;
};

ImportService::ImportService(Store& store, StoreWriter& writer, const Clock& clock, std::string dir,
                             ImportHooks hooks)
    : store_(store), writer_(writer), clock_(clock), dir_(std::move(dir)), hooks_(std::move(hooks)) {
  std::error_code ignored;
  std::filesystem::remove_all(dir_, ignored);  // what an earlier run left
}

ImportService::~ImportService() = default;

Result<ApiResponse> ImportService::Begin(const ApiRequest& request) {
  GASHT_ASSIGN_OR_RETURN(const Json body, Json::Parse(request.body));
  GASHT_ASSIGN_OR_RETURN(ImportOptions options, OptionsOf(body));
  GASHT_RETURN_IF_ERROR(CheckOptions(options));
  GASHT_ASSIGN_OR_RETURN(SourceId source, ChosenSource(*hooks_.config(), options));
  // Nothing is taken that could not be judged.
  GASHT_RETURN_IF_ERROR(hooks_.judge().status());
  std::erase_if(runs_, [](const auto& run) { return run.second->IsIdle(); });
  if (runs_.size() >= kMostRuns)
    return Status::ResourceExhausted("other imports are running: try again when one has ended");
  GASHT_RETURN_IF_ERROR(CheckSpace());
  std::error_code error;
  std::filesystem::create_directories(dir_, error);
  std::filesystem::permissions(dir_, std::filesystem::perms::owner_all, error);
  if (error) return Status::Unavailable(fmt::format("cannot make {}: {}", dir_, error.message()));
  const std::string id = HexEncode(RandomBytes(16));
  runs_.emplace(id, std::make_unique<Run>(*this, std::move(options), request.actor, dir_ + "/" + id,
                                          std::move(source)));
  return ApiResponse::Of(Json::MakeObject().Set("import", id));
}

Result<ApiResponse> ImportService::Handle(const ApiRequest& request) {
  if (request.method != "POST") return Status::InvalidArgument("an import is made with POST");
  if (request.path == kRoot) return Begin(request);
  std::string id = request.path.substr(std::min(request.path.size(), kRoot.size() + 1));
  const size_t slash = id.find('/');
  const std::string what = slash == std::string::npos ? "" : id.substr(slash + 1);
  id.resize(std::min(slash, id.size()));
  const auto found = runs_.find(id);
  // Another's import is as good as none.
  if (found == runs_.end() || found->second->actor() != request.actor)
    return Status::NotFound(fmt::format("there is no import {}", id));
  Run& run = *found->second;
  if (what == "bytes") {
    GASHT_RETURN_IF_ERROR(run.Add(request.body));
    return ApiResponse::Of(Json::MakeObject().Set("done", false));
  }
  if (what == "step") {
    const Result<Json> answer = run.Step();
    if (!answer.ok() || run.done()) runs_.erase(found);
    GASHT_RETURN_IF_ERROR(answer.status());
    return ApiResponse::Of(*answer);
  }
  if (what == "drop") {
    runs_.erase(found);
    return ApiResponse::Of(Json::MakeObject().Set("done", true));
  }
  return Status::NotFound(fmt::format("no such path: {}", request.path));
}

Result<Json> ImportThrough(const ImportCall& post, const ImportOptions& options,
                           const std::function<void(uint64_t captures)>& on_progress) {
  // Options first: they are wrong more often than files are large.
  GASHT_RETURN_IF_ERROR(CheckOptions(options));
  std::ifstream file(options.file, std::ios::binary);
  if (!file) return Status::InvalidArgument(fmt::format("{} cannot be opened", options.file));
  GASHT_ASSIGN_OR_RETURN(const ApiResponse begun, post(std::string(kRoot), BodyOf(options).Dump()));
  GASHT_ASSIGN_OR_RETURN(const Json import, Json::Parse(begun.body));
  const std::string root = std::string(kRoot) + "/" + import.StringOr("import");
  std::string piece(kMaxUploadBytes, '\0');
  for (;;) {
    file.read(piece.data(), static_cast<std::streamsize>(kMaxUploadBytes));
    if (file.bad() || file.gcount() <= 0) break;
    const Result<ApiResponse> sent =
        post(root + "/bytes", piece.substr(0, static_cast<size_t>(file.gcount())));
    if (!sent.ok()) {
      post(root + "/drop", "").status().IgnoreError();  // the first failure is the one to tell
      return sent.status();
    }
  }
  if (file.bad()) {
    post(root + "/drop", "").status().IgnoreError();  // as above
    return Status::InvalidArgument(fmt::format("{} cannot be read", options.file));
  }
  for (;;) {
    GASHT_ASSIGN_OR_RETURN(const ApiResponse step, post(root + "/step", ""));
    GASHT_ASSIGN_OR_RETURN(const Json answer, Json::Parse(step.body));
    const Json* done = answer.Find("done");
    if (done != nullptr && done->is_bool() && done->as_bool()) {
      Json summary = Json::MakeObject();
      for (const auto& [key, value] : answer.entries()) {
        if (key == "file") {
          summary.Set(key, options.file);
        } else if (key != "done") {
          summary.Set(key, value);
        }
      }
      return summary;
    }
    if (on_progress) on_progress(static_cast<uint64_t>(answer.IntOr("captures", 0)));
  }
}

SourceId ReceivedSourceId(std::string_view authority) {
  constexpr size_t kMaxId = 32, kDigestDigits = 6;
  std::string slug;
  bool exact = true;
  for (const char raw : authority) {
    const char c = raw >= 'A' && raw <= 'Z' ? static_cast<char>(raw + 32) : raw;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      slug += c;
    } else {
      exact = exact && c == '-';
      if (!slug.empty() && slug.back() != '-') slug += '-';
    }
  }
  while (slug.ends_with('-')) slug.pop_back();
  // Two references never share a name: what the slug left out is in the digest.
  const size_t room = kMaxId - kReceivedPrefix.size();
  if (!exact || slug.size() > room || slug.empty()) {
    slug.resize(std::min(slug.size(), room - kDigestDigits - 1));
    while (slug.ends_with('-')) slug.pop_back();
    slug += (slug.empty() ? "" : "-") + Sha256(authority).hex().substr(0, kDigestDigits);
  }
  return SourceId{std::string(kReceivedPrefix) + slug};
}

}  // namespace gasht
