// gasht scan: extraction and rules over files or standard input, on all cores, printed in input order.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/offline.h"
#include "app/output.h"
#include "base/file.h"
#include "model/json.h"

namespace gasht {
namespace {

// Of one input object: a page of 8 MiB, escaped.
constexpr size_t kMaxLineBytes = size_t{32} << 20;
constexpr size_t kMaxFileBytes = size_t{64} << 20;
// Lines analysed before their results are printed: keeps the cores busy and the memory bounded.
constexpr size_t kBatchLines = 256;
constexpr size_t kBatchBytes = size_t{64} << 20;

struct Line {
  int64_t number = 0;
  std::string text;
  bool too_long = false;
};

// One input line to one output object; never fails.
Json ScanLine(const Line& line, const AnalysisContext& context) {
  if (line.too_long)
    return ScanErrorJson(Json(line.number), fmt::format("longer than {} bytes", kMaxLineBytes));
  const Result<Json> input = Json::Parse(line.text);
  if (!input.ok()) return ScanErrorJson(Json(line.number), input.status().message());
  if (!input->is_object()) return ScanErrorJson(Json(line.number), "not a JSON object");
  const Json* given_id = input->Find("id");
  const Json id = given_id != nullptr && !given_id->is_null() ? *given_id : Json(line.number);

  AnalysisItem item;
  bool any = false;
  const std::pair<const char*, std::string*> fields[] = {{"url", &item.url},       {"html", &item.html},
                                                         {"text", &item.text},     {"title", &item.title},
                                                         {"vendor", &item.vendor}, {"price", &item.price}};
  for (const auto& [name, field] : fields) {
    const Json* value = input->Find(name);
    if (value == nullptr || value->is_null()) continue;
    any = true;
    if (value->is_string()) {
      *field = value->as_string();
    } else if (value->is_number()) {
      *field = value->Dump();  // a price given as a number
    } else {
      return ScanErrorJson(id, fmt::format("'{}' must be a string", name));
    }
  }
  if (!any) return ScanErrorJson(id, "none of url, title, text, html, vendor, price is there");
  PageAnalysis analysis = AnalyzeItem(item, context);
  AssignOfflineIds(analysis);
  return ScanJson(id, analysis);
}

// Every element of `lines` to its object, on all cores.
std::vector<std::string> ScanBatch(const std::vector<Line>& lines, const AnalysisContext& context) {
  std::vector<std::string> out(lines.size());
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < lines.size(); i = next++) out[i] = ScanLine(lines[i], context).Dump();
  };
  const unsigned workers = lines.size() < 4 ? 1 : std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < workers; ++i) threads.emplace_back(work);
  work();
  threads.clear();
  return out;
}

// The lines of a file or a pipe, whatever bytes they hold.
class LineReader {
 public:
  LineReader(std::FILE* in, std::string name) : in_(in), name_(std::move(name)) {}

  // The next one without its end; nothing at the end of the input, or where it cannot be read. A line over the limit is swallowed and marked.
  std::optional<Line> Next() {
    Line line{number_ + 1, {}, false};
    bool any = false;
    while (begin_ < end_ || Fill()) {
      any = true;
      const char* const from = chunk_.data() + begin_;
      const auto* const newline = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
      const size_t size = newline == nullptr ? end_ - begin_ : static_cast<size_t>(newline - from);
      if (line.text.size() + size > kMaxLineBytes) {
        line.too_long = true;
        line.text.clear();
      }
      if (!line.too_long) line.text.append(from, size);
      begin_ += size + (newline == nullptr ? 0 : 1);
      if (newline != nullptr) break;
    }
    if (!any) return std::nullopt;
    ++number_;
    return line;
  }

  // What could not be read is not what was not there.
  const Status& status() const { return status_; }
  int64_t lines() const { return number_; }

 private:
  bool Fill() {
    begin_ = 0;
    end_ = std::fread(chunk_.data(), 1, chunk_.size(), in_);
    if (end_ == 0 && std::ferror(in_) != 0) status_ = FileError("read", name_);
    return end_ > 0;
  }

  std::FILE* const in_;
  const std::string name_;
  Status status_;
  std::vector<char> chunk_ = std::vector<char>(64 * 1024);
  size_t begin_ = 0, end_ = 0;
  int64_t number_ = 0;
};

Status ScanJsonLines(std::FILE* in, const std::string& name, const AnalysisContext& context,
                     const std::stop_token& stop) {
  Progress progress;
  LineReader lines(in, name);
  bool more = true;
  while (more && !stop.stop_requested()) {
    std::vector<Line> batch;
    size_t bytes = 0;
    while (batch.size() < kBatchLines && bytes < kBatchBytes) {
      std::optional<Line> line = lines.Next();
      if (!line) {
        more = false;
        break;
      }
      // A blank line is no object and no mistake.
      if (line->text.find_first_not_of(" \t\r") == std::string::npos && !line->too_long) continue;
      bytes += line->text.size();
      batch.push_back(std::move(*line));
    }
    for (const std::string& line : ScanBatch(batch, context)) PrintLine(line);
    progress.Show(fmt::format("{} lines", lines.lines()));
  }
  GASHT_RETURN_IF_ERROR(lines.status());
  if (std::ferror(stdout) != 0) return Status::Unavailable("cannot write to standard output");
  return Status::Ok();
}

// Of a listing's own words in a table.
constexpr size_t kMostShown = 200;

// What was found in it, each once; the sentence would not fit (gasht rules explain has it).
std::string WordsOf(const MatchCandidate& candidate) {
  std::vector<std::string_view> seen;
  std::string words;
  for (const TermMatch& match : candidate.matches) {
    if (std::find(seen.begin(), seen.end(), match.text) != seen.end()) continue;
    seen.push_back(match.text);
    words += (words.empty() ? "" : ", ") + match.text;
  }
  return words;
}

void PrintForPeople(const std::string& name, const PageAnalysis& analysis, Table& table) {
  for (const MatchCandidate& candidate : analysis.candidates) {
    const Listing& listing = analysis.listings[candidate.listing];
    std::string substances;
    for (const Substance& substance : candidate.substances)
      substances += (substances.empty() ? "" : ", ") + substance.id;
    // A page or post without a title is known by its first words.
    std::string what = listing.title.empty() ? listing.text : listing.title;
    if (what.empty()) what = analysis.document.text.substr(listing.span.begin, listing.span.size());
    table.Add({std::string(LevelName(candidate.level)), std::to_string(candidate.score), name,
               what.substr(0, kMostShown), substances, WordsOf(candidate)});
  }
}

Status ScanFile(const std::string& file, const ScanArguments& arguments, const GlobalOptions& global,
                const AnalysisContext& context, Table& table) {
  GASHT_ASSIGN_OR_RETURN(std::string bytes, ReadInput(file, kMaxFileBytes));
  AnalysisItem item;
  (arguments.format == "html" ? item.html : item.text) = std::move(bytes);
  PageAnalysis analysis = AnalyzeItem(item, context);
  AssignOfflineIds(analysis);
  if (global.json) {
    PrintJson(ScanJson(Json(file), analysis));
  } else {
    PrintForPeople(file, analysis, table);
  }
  return Status::Ok();
}

}  // namespace

int RunScanCommand(const GlobalOptions& global, const ScanArguments& arguments, std::stop_token stop) {
  const auto rules = LoadRules(arguments.rules_dir);
  if (!rules.ok()) return Fail(rules.status());
  AnalysisContext context;
  context.rules = *rules;
  const std::vector<std::string> files =
      arguments.files.empty() ? std::vector<std::string>{"-"} : arguments.files;
  Table table({"LEVEL", "SCORE", "FILE", "WHAT", "SUBSTANCES", "BECAUSE OF"});
  for (const std::string& file : files) {
    Status status;
    if (arguments.format == "jsonl") {
      std::FILE* in = file == "-" ? stdin : std::fopen(file.c_str(), "rb");
      if (in == nullptr) return Fail(Status::InvalidArgument(fmt::format("cannot open {}", file)));
      status = ScanJsonLines(in, file, context, stop);
      if (in != stdin) std::fclose(in);
    } else {
      status = ScanFile(file, arguments, global, context, table);
    }
    if (!status.ok())
      return Fail(status.code() == StatusCode::kNotFound ? Status::InvalidArgument(status.message())
                                                         : status);
  }
  if (arguments.format != "jsonl" && !global.json)
    PrintLine(table.empty() ? "no findings" : table.Render(60));
  return 0;
}

}  // namespace gasht
