#include "extract/page_tree.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <csetjmp>
#include <cstdlib>
#include <cstring>

namespace gasht {

// Memory of one Gumbo run: only grows, goes at once (gumbo_destroy_output recurses over the page). Over its
// budget of bytes or time it jumps out of Gumbo, which has no way to say no.
class PageTree::Arena {
 public:
  explicit Arena(size_t max_bytes) : max_bytes_(max_bytes) {}
  ~Arena() {
    for (void* chunk : chunks_) std::free(chunk);
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  static void* Allocate(void* self, size_t size) { return static_cast<Arena*>(self)->Get(size); }
  static void Free(void*, void*) {}

  std::jmp_buf& out() { return out_; }
  void Start() { deadline_ = std::chrono::steady_clock::now() + kMaxParseTime; }

 private:
  // The guard bounds what is known to be quadratic; this bounds what is not known. Far above any honest page.
  static constexpr std::chrono::milliseconds kMaxParseTime{1500};
  static constexpr size_t kFirstChunk = 256 << 10;
  static constexpr size_t kMaxChunk = 4 << 20;
  static constexpr uint32_t kClockEvery = 4096;

  void* Get(size_t size) {
    size = (size + 15) & ~size_t{15};
    if (++allocations_ % kClockEvery == 0 && std::chrono::steady_clock::now() > deadline_)
      std::longjmp(out_, 2);
    if (size > left_) {
      const size_t chunk = std::max(size, std::min(kMaxChunk, used_ == 0 ? kFirstChunk : used_));
      if (used_ + chunk > max_bytes_) std::longjmp(out_, 1);
      void* memory = std::malloc(chunk);
      if (memory == nullptr) std::longjmp(out_, 1);
      chunks_.push_back(memory);
      used_ += chunk;
      next_ = static_cast<char*>(memory);
      left_ = chunk;
    }
    void* const got = next_;
    next_ += size;
    left_ -= size;
    return got;
  }

  const size_t max_bytes_;
  std::vector<void*> chunks_;
  char* next_ = nullptr;
  size_t left_ = 0, used_ = 0;
  uint32_t allocations_ = 0;
  std::chrono::steady_clock::time_point deadline_;
  std::jmp_buf out_;
};

namespace {

// No object with a destructor may live in this frame: longjmp passes through.
GumboOutput* ParseWithin(std::jmp_buf& out, const GumboOptions& options, const char* text, size_t size) {
  if (setjmp(out) != 0) return nullptr;
  return gumbo_parse_with_options(&options, text, size);
}

constexpr int kBlockTags[] = {
    GUMBO_TAG_ADDRESS, GUMBO_TAG_ARTICLE,  GUMBO_TAG_ASIDE,    GUMBO_TAG_BLOCKQUOTE, GUMBO_TAG_BODY,
    GUMBO_TAG_CENTER,  GUMBO_TAG_DD,       GUMBO_TAG_DETAILS,  GUMBO_TAG_DIR,        GUMBO_TAG_DIV,
    GUMBO_TAG_DL,      GUMBO_TAG_DT,       GUMBO_TAG_FIELDSET, GUMBO_TAG_FIGCAPTION, GUMBO_TAG_FIGURE,
    GUMBO_TAG_FOOTER,  GUMBO_TAG_FORM,     GUMBO_TAG_FRAMESET, GUMBO_TAG_H1,         GUMBO_TAG_H2,
    GUMBO_TAG_H3,      GUMBO_TAG_H4,       GUMBO_TAG_H5,       GUMBO_TAG_H6,         GUMBO_TAG_HEADER,
    GUMBO_TAG_HGROUP,  GUMBO_TAG_HR,       GUMBO_TAG_HTML,     GUMBO_TAG_LEGEND,     GUMBO_TAG_LI,
    GUMBO_TAG_LISTING, GUMBO_TAG_MAIN,     GUMBO_TAG_MENU,     GUMBO_TAG_NAV,        GUMBO_TAG_NOSCRIPT,
    GUMBO_TAG_OL,      GUMBO_TAG_OPTGROUP, GUMBO_TAG_OPTION,   GUMBO_TAG_P,          GUMBO_TAG_PLAINTEXT,
    GUMBO_TAG_PRE,     GUMBO_TAG_SECTION,  GUMBO_TAG_SELECT,   GUMBO_TAG_SUMMARY,    GUMBO_TAG_TABLE,
    GUMBO_TAG_TBODY,   GUMBO_TAG_TD,       GUMBO_TAG_TEXTAREA, GUMBO_TAG_TFOOT,      GUMBO_TAG_TH,
    GUMBO_TAG_THEAD,   GUMBO_TAG_TR,       GUMBO_TAG_UL,       GUMBO_TAG_XMP,        GUMBO_TAG_CAPTION};

constexpr std::array<bool, GUMBO_TAG_LAST + 1> MakeBlockTable() {
  std::array<bool, GUMBO_TAG_LAST + 1> table{};
  for (const int tag : kBlockTags) table[static_cast<size_t>(tag)] = true;
  return table;
}
constexpr auto kIsBlock = MakeBlockTable();

}  // namespace

bool IsBlockTag(int tag) {
  return kIsBlock[static_cast<size_t>(tag)];
}

bool IsInvisibleTag(int tag) {
  switch (tag) {
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_NOEMBED:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_DATALIST:
      return true;
    default:
      return false;
  }
}

std::string_view PageTree::Expand(const char* text) {
  const std::string_view all(text);
  size_t pos = 0;
  const int64_t only = TokenAt(all, pos);
  if (only >= 0 && pos == all.size() && static_cast<size_t>(only) < guarded_.tokens.size())
    return guarded_.Words(source_, guarded_.tokens[static_cast<size_t>(only)]);
  if (all.find_first_of("\xf3\xf4") == std::string_view::npos) return all;
  auto joined = std::make_unique<std::string>();
  for (pos = 0; pos < all.size();) {
    const int64_t token = TokenAt(all, pos);
    if (token >= 0 && static_cast<size_t>(token) < guarded_.tokens.size()) {
      *joined += guarded_.Words(source_, guarded_.tokens[static_cast<size_t>(token)]);
    } else if (token >= 0) {
      joined->append(all, pos - 4, 4);  // the page's own character of those planes
    } else {
      *joined += all[pos++];
    }
  }
  joined_.push_back(std::move(joined));
  return *joined_.back();
}

bool PageTree::Build(std::string source, GuardedMarkup guarded, size_t max_arena_bytes) {
  source_ = std::move(source);
  guarded_ = std::move(guarded);
  arena_ = std::make_shared<Arena>(max_arena_bytes);
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &Arena::Allocate;
  options.deallocator = &Arena::Free;
  options.userdata = arena_.get();
  options.max_errors = 0;
  arena_->Start();
  const GumboOutput* output =
      ParseWithin(arena_->out(), options, guarded_.compact.data(), guarded_.compact_size);
  if (output == nullptr) return false;

  // Where each Gumbo node is attached, by an explicit stack.
  struct Open {
    const GumboElement* element;  // null for the document
    const GumboVector* children;
    unsigned next_child;
    NodeIndex self;
    NodeIndex last_child;
  };
  std::vector<Open> stack;
  nodes_.reserve(2 * guarded_.tags.size() + guarded_.tokens.size() + 16);
  attributes_.reserve(guarded_.attributes.size() + 16);
  stack.push_back({nullptr, &output->document->v.document.children, 0, kNoNode, kNoNode});
  const uint32_t source_size = static_cast<uint32_t>(source_.size());
  size_t near_tag = 0, near_text = 0, near_end = 0;
  while (!stack.empty()) {
    Open& open = stack.back();
    if (open.next_child == open.children->length) {
      if (open.self != kNoNode) {
        TreeNode& node = nodes_[open.self];
        node.end = static_cast<NodeIndex>(nodes_.size());
        if (open.element->original_end_tag.length > 0) {
          node.source_end = static_cast<uint32_t>(guarded_.SourceOffset(
              open.element->end_pos.offset + open.element->original_end_tag.length, near_end));
        }
      }
      stack.pop_back();
      continue;
    }
    const auto* gumbo = static_cast<const GumboNode*>(open.children->data[open.next_child++]);
    const bool is_element = gumbo->type == GUMBO_NODE_ELEMENT || gumbo->type == GUMBO_NODE_TEMPLATE;
    if (!is_element && (gumbo->type == GUMBO_NODE_COMMENT || gumbo->type == GUMBO_NODE_DOCUMENT)) continue;
    const auto index = static_cast<NodeIndex>(nodes_.size());
    if (open.last_child != kNoNode) nodes_[open.last_child].next = index;
    open.last_child = index;
    TreeNode& node = nodes_.emplace_back();
    node.parent = open.self;
    node.depth = static_cast<uint32_t>(stack.size() - 1);
    node.end = index + 1;
    if (!is_element) {
      node.text = Expand(gumbo->v.text.text);
      // A text's own place is exact when it lies in the source as it is.
      const char* const begin = source_.data();
      if (node.text.data() >= begin && node.text.data() < begin + source_.size()) {
        node.source_begin = static_cast<uint32_t>(node.text.data() - begin);
        node.source_end = node.source_begin + static_cast<uint32_t>(node.text.size());
      } else {
        node.source_begin =
            static_cast<uint32_t>(guarded_.SourceOffset(gumbo->v.text.start_pos.offset, near_text));
        node.source_end = std::min(source_size, node.source_begin + static_cast<uint32_t>(node.text.size()));
      }
      continue;
    }
    const GumboElement& element = gumbo->v.element;
    node.tag = static_cast<uint16_t>(element.tag);
    const GuardedMarkup::Tag* const written =
        element.original_tag.length > 0 ? guarded_.TagAt(element.start_pos.offset, near_tag) : nullptr;
    node.source_begin = written != nullptr       ? written->source
                        : node.parent == kNoNode ? 0
                                                 : nodes_[node.parent].source_begin;
    node.source_end = source_size;
    if (element.tag == GUMBO_TAG_UNKNOWN || element.tag_namespace != GUMBO_NAMESPACE_HTML) {
      GumboStringPiece name = element.original_tag;
      gumbo_tag_from_original_text(&name);
      node.text = {name.data, name.length};
    } else {
      node.text = gumbo_normalized_tagname(element.tag);
    }
    node.attribute_begin = static_cast<uint32_t>(attributes_.size());
    AddAttributes(written, element);
    node.attribute_count = static_cast<uint16_t>(attributes_.size() - node.attribute_begin);
    stack.push_back({&element, &element.children, 0, index, kNoNode});
  }
  return true;
}

void PageTree::AddAttributes(const GuardedMarkup::Tag* written, const GumboElement& element) {
  const auto parsed = [&](unsigned i) {
    return static_cast<const GumboAttribute*>(element.attributes.data[i]);
  };
  if (written == nullptr || written->attributes_in_compact) {
    for (unsigned i = 0; i < element.attributes.length; ++i)
      attributes_.push_back({parsed(i)->name, Expand(parsed(i)->value)});
    return;
  }
  for (uint32_t i = 0; i < written->attribute_count; ++i) {
    const GuardedMarkup::Attribute& kept = guarded_.attributes[written->attribute_begin + i];
    TreeAttribute& attribute = attributes_.emplace_back();
    attribute.name = guarded_.Words(source_, kept.name);
    if (!kept.in_compact) {
      attribute.value = guarded_.Words(source_, kept.value);
      continue;
    }
    for (unsigned at = 0; at < element.attributes.length; ++at) {
      if (parsed(at)->name == attribute.name) attribute.value = Expand(parsed(at)->value);
    }
  }
}

std::string_view PageTree::Attribute(NodeIndex node, std::string_view name) const {
  const TreeNode& n = nodes_[node];
  for (uint32_t i = 0; i < n.attribute_count; ++i) {
    if (attributes_[n.attribute_begin + i].name == name) return attributes_[n.attribute_begin + i].value;
  }
  return {};
}

bool PageTree::HasAttribute(NodeIndex node, std::string_view name) const {
  const TreeNode& n = nodes_[node];
  for (uint32_t i = 0; i < n.attribute_count; ++i) {
    if (attributes_[n.attribute_begin + i].name == name) return true;
  }
  return false;
}

NodeIndex PageTree::Find(NodeIndex from, int tag) const {
  for (NodeIndex i = from + 1; i < nodes_[from].end; ++i) {
    if (nodes_[i].tag == tag) return i;
  }
  return kNoNode;
}

std::string PageTree::RawText(NodeIndex node, size_t max_bytes) const {
  std::string out;
  std::vector<NodeIndex> ends;  // of open blocks
  for (NodeIndex i = node; i < nodes_[node].end && out.size() < max_bytes; ++i) {
    for (; !ends.empty() && ends.back() <= i; ends.pop_back()) out += '\n';
    if (nodes_[i].is_text()) {
      out += nodes_[i].text.substr(0, max_bytes - out.size());
    } else if (nodes_[i].tag == GUMBO_TAG_BR) {
      out += '\n';
    } else if (i != node && IsBlockTag(nodes_[i].tag)) {
      out += '\n';
      ends.push_back(nodes_[i].end);
    } else if (i != node && IsInvisibleTag(nodes_[i].tag)) {
      i = nodes_[i].end - 1;
    }
  }
  return out;
}

const pugi::xml_document& PageTree::xml() const {
  if (xml_) return *xml_;
  xml_ = std::make_unique<pugi::xml_document>();
  xml_nodes_.resize(nodes_.size());
  xml_index_.reserve(nodes_.size());
  std::string buffer;  // pugixml wants terminated strings
  for (NodeIndex i = 0; i < nodes_.size(); ++i) {
    const TreeNode& n = nodes_[i];
    pugi::xml_node parent = n.parent == kNoNode ? pugi::xml_node(*xml_) : xml_nodes_[n.parent];
    pugi::xml_node xml = parent.append_child(n.is_text() ? pugi::node_pcdata : pugi::node_element);
    buffer.assign(n.text);
    if (n.is_text()) {
      xml.set_value(buffer.c_str());
    } else {
      xml.set_name(buffer.c_str());
      for (uint32_t a = 0; a < n.attribute_count; ++a) {
        const TreeAttribute& attribute = attributes_[n.attribute_begin + a];
        buffer.assign(attribute.name);
        pugi::xml_attribute xml_attribute = xml.append_attribute(buffer.c_str());
        buffer.assign(attribute.value);
        xml_attribute.set_value(buffer.c_str());
      }
    }
    xml_nodes_[i] = xml;
    xml_index_.emplace_back(xml.internal_object(), i);
  }
  std::sort(xml_index_.begin(), xml_index_.end());
  return *xml_;
}

NodeIndex PageTree::IndexOf(const pugi::xml_node& node) const {
  const void* const wanted = node.internal_object();
  const auto it =
      std::lower_bound(xml_index_.begin(), xml_index_.end(), std::make_pair(wanted, NodeIndex{0}));
  return it != xml_index_.end() && it->first == wanted ? it->second : kNoNode;
}

}  // namespace gasht
