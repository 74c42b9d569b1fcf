// The report on paper: A4 by Pango and Cairo, English left to right, Urdu in Nastaliq right to left.

#include <memory>

#include <fmt/format.h>

#include <cairo/cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/utf8.h"
#include "casework/report.h"
#include "casework/report_text.h"

namespace gasht {
namespace {

constexpr std::string_view kUrduFont = "Noto Nastaliq Urdu";
constexpr double kWidth = 595, kHeight = 842;  // A4 in points
constexpr double kMargin = 50, kFoot = 40;
constexpr double kLabelWidth = 78;
// Paper: what is longer stays in the files of the bundle.
constexpr ReportLimits kOnPaper{300, 300, 200};

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Surface = std::unique_ptr<cairo_surface_t, Freed<cairo_surface_destroy>>;
using Cairo = std::unique_ptr<cairo_t, Freed<cairo_destroy>>;
using Layout = std::unique_ptr<PangoLayout, Freed<g_object_unref>>;
using Font = std::unique_ptr<PangoFontDescription, Freed<pango_font_description_free>>;

bool HasFont(std::string_view family) {
  PangoFontFamily** families = nullptr;
  int count = 0;
  pango_font_map_list_families(pango_cairo_font_map_get_default(), &families, &count);
  bool found = false;
  for (int i = 0; i < count; ++i) found |= family == pango_font_family_get_name(families[i]);
  g_free(families);
  return found;
}

// Pango draws nothing for what it cannot read: controls and marks that reorder are written out.
std::string Drawable(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    const char32_t c = NextCodePoint(text, at);
    if ((c < 0x20 && c != '\n') || c == 0x7f || (c >= 0x202a && c <= 0x202e) ||
        (c >= 0x2066 && c <= 0x2069)) {
      out += fmt::format("[U+{:04X}]", static_cast<uint32_t>(c));
    } else if (c == 0xfffd) {
      out += "\ufffd";
    } else {
      out += text.substr(begin, at - begin);
    }
  }
  return out;
}

constexpr std::string_view kFirstStrongIsolate = "\u2068", kPopIsolate = "\u2069";

class Pages {
 public:
  Pages(std::string& out, const BundleReport& report)
      : surface_(cairo_pdf_surface_create_for_stream(&Pages::Append, &out, kWidth, kHeight)),
        cairo_(cairo_create(surface_.get())),
        bundle_(report.bundle) {
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE,
                                   ("Evidence " + report.bundle).c_str());
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                   FormatRfc3339(report.made).c_str());
  }

  void Add(const ReportBlock& block) {
    if (block.kind == BlockKind::kHeading && !block.urdu) Space(60, 14);
    if (block.kind == BlockKind::kSubheading) Space(60, 6);
    if (block.kind == BlockKind::kField) {
      const double top = y_;
      Draw(block.label, {"Noto Sans", 8.5, false, 0.35}, kMargin, kLabelWidth - 6, false);
      const double after_label = y_;
      const bool same_page = after_label >= top;
      y_ = same_page ? top : kMargin;
      Draw(block.text, {"Noto Sans, Noto Nastaliq Urdu", 9, false, 0}, kMargin + kLabelWidth,
           kWidth - 2 * kMargin - kLabelWidth, false);
      return;
    }
    Draw(block.kind == BlockKind::kItem && !block.urdu ? "\u2022 " + block.text : block.text, StyleOf(block),
         kMargin, kWidth - 2 * kMargin, block.urdu);
    if (block.kind == BlockKind::kHeading && block.urdu) Line();
  }

  Status Finish() {
    Foot();
    cairo_show_page(cairo_.get());
    cairo_surface_finish(surface_.get());
    const cairo_status_t status = cairo_surface_status(surface_.get());
    return status == CAIRO_STATUS_SUCCESS ? Status::Ok() : Status::Internal(cairo_status_to_string(status));
  }

 private:
  struct Style {
    const char* font;
    double size;
    bool bold;
    double gray;
  };

  static cairo_status_t Append(void* out, const unsigned char* bytes, unsigned size) {
    static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), size);
    return CAIRO_STATUS_SUCCESS;
  }

  static Style StyleOf(const ReportBlock& block) {
    const char* font = block.urdu ? kUrduFont.data() : "Noto Sans";
    switch (block.kind) {
      case BlockKind::kTitle:
        return {font, 18, true, 0};
      case BlockKind::kHeading:
        return {font, 13, true, 0};
      case BlockKind::kSubheading:
        return {font, 10.5, true, 0};
      case BlockKind::kCode:
        return {"Noto Sans Mono, monospace", 8, false, 0};
      case BlockKind::kParagraph:
      case BlockKind::kItem:
      case BlockKind::kField:
      case BlockKind::kRule:
        return {font, 9.5, false, 0};
    }
    return {font, 9.5, false, 0};
  }

  // Line by line, so that a paragraph may go on over the page's end.
  void Draw(const std::string& text, const Style& style, double x, double width, bool urdu) {
    const Layout layout(pango_cairo_create_layout(cairo_.get()));
    const Font font(pango_font_description_from_string(style.font));
    pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
    if (style.bold) pango_font_description_set_weight(font.get(), PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout.get(), font.get());
    pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_auto_dir(layout.get(), urdu ? 0 : 1);
    if (urdu) {
      pango_context_set_base_dir(pango_layout_get_context(layout.get()), PANGO_DIRECTION_RTL);
      pango_layout_context_changed(layout.get());
      pango_layout_set_alignment(layout.get(), PANGO_ALIGN_RIGHT);
    }
    const std::string drawable =
        urdu ? IsolateQuoted(Drawable(text), kFirstStrongIsolate, kPopIsolate) : Drawable(text);
    pango_layout_set_text(layout.get(), drawable.data(), static_cast<int>(drawable.size()));
    cairo_set_source_rgb(cairo_.get(), style.gray, style.gray, style.gray);
    PangoLayoutIter* line = pango_layout_get_iter(layout.get());
    do {
      PangoRectangle extents;
      pango_layout_iter_get_line_extents(line, nullptr, &extents);
      int from = 0, to = 0;
      pango_layout_iter_get_line_yrange(line, &from, &to);
      const double height = static_cast<double>(to - from) / PANGO_SCALE;
      if (y_ + height > kHeight - kMargin - kFoot / 2) NewPage();
      const double baseline = static_cast<double>(pango_layout_iter_get_baseline(line) - from) / PANGO_SCALE;
      cairo_move_to(cairo_.get(), x + static_cast<double>(extents.x) / PANGO_SCALE, y_ + baseline);
      pango_cairo_show_layout_line(cairo_.get(), pango_layout_iter_get_line_readonly(line));
      y_ += height;
    } while (pango_layout_iter_next_line(line));
    pango_layout_iter_free(line);
    y_ += 2;
  }

  // A heading does not stand alone at the foot of a page.
  void Space(double needed, double gap) {
    if (y_ + needed > kHeight - kMargin - kFoot) NewPage();
    if (y_ > kMargin) y_ += gap;
  }
  void Line() {
    cairo_set_source_rgb(cairo_.get(), 0.3, 0.3, 0.3);
    cairo_set_line_width(cairo_.get(), 0.8);
    cairo_move_to(cairo_.get(), kMargin, y_);
    cairo_line_to(cairo_.get(), kWidth - kMargin, y_);
    cairo_stroke(cairo_.get());
    y_ += 5;
  }
  void NewPage() {
    Foot();
    cairo_show_page(cairo_.get());
    ++page_;
    y_ = kMargin;
  }
  void Foot() {
    const double before = y_;
    const Layout layout(pango_cairo_create_layout(cairo_.get()));
    const Font font(pango_font_description_from_string("Noto Sans"));
    pango_font_description_set_absolute_size(font.get(), 7.5 * PANGO_SCALE);
    pango_layout_set_font_description(layout.get(), font.get());
    const std::string text = fmt::format("{}    page {}    unsigned", bundle_, page_);
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
    cairo_set_source_rgb(cairo_.get(), 0.4, 0.4, 0.4);
    cairo_move_to(cairo_.get(), kMargin, kHeight - kFoot);
    pango_cairo_show_layout(cairo_.get(), layout.get());
    y_ = before;
  }

  const Surface surface_;
  const Cairo cairo_;
  const std::string bundle_;
  double y_ = kMargin;
  int page_ = 1;
};

}  // namespace

Result<std::string> ReportPdf(const BundleReport& report) {
  if (!HasFont(kUrduFont))
    return Status::Unavailable(
        "the report cannot be printed: the font Noto Nastaliq Urdu is missing (apt-get install "
        "fonts-noto-core)");
  std::string out;
  Pages pages(out, report);
  for (const ReportBlock& block : ReportBlocks(report, kOnPaper)) pages.Add(block);
  GASHT_RETURN_IF_ERROR(pages.Finish());
  return out;
}

}  // namespace gasht
