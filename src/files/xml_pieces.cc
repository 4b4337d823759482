#include "files/xml_pieces.h"

#include <algorithm>

namespace viaggio::files {

namespace {

constexpr std::size_t kReadBytes = 1u << 20;
constexpr std::string_view kSpace = " \t\r\n";

}  // namespace

bool XmlPieces::is_wanted(std::string_view name) const {
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos) name.remove_prefix(colon + 1);
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

Result<bool> XmlPieces::more() {
  if (ended_) return false;
  if (buffer_.size() - keep_ > kMostBytes)
    return invalid("file", "has an element of more than 256 MB", "element_too_long");
  auto got = source_.read(buffer_, kReadBytes);
  if (!got) return tl::unexpected(got.error());
  ended_ = !*got;
  return true;
}

void XmlPieces::keep_from(std::size_t at) {
  const auto begin = buffer_.begin();
  line_ += static_cast<std::uint64_t>(std::count(begin + static_cast<std::ptrdiff_t>(keep_),
                                                 begin + static_cast<std::ptrdiff_t>(at), '\n'));
  keep_ = at;
}

void XmlPieces::forget() {
  keep_from(at_);
  if (keep_ < kReadBytes) return;
  buffer_.erase(0, keep_);
  at_ = keep_ = 0;
}

Result<bool> XmlPieces::find(std::string_view text, std::size_t from, std::size_t& at) {
  for (;;) {
    at = buffer_.find(text, from);
    if (at != std::string::npos) return true;
    from = std::max(from, buffer_.size() - std::min(buffer_.size(), text.size() - 1));
    auto got = more();
    if (!got || !*got) return got;
  }
}

// The place of the '>' that ends a tag; one in quotes does not.
Result<bool> XmlPieces::end_of_tag(std::size_t from, std::size_t& at) {
  char quote = 0;
  for (at = from;; ++at) {
    while (at >= buffer_.size()) {
      auto got = more();
      if (!got || !*got) return got;
    }
    const char c = buffer_[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return true;
    }
  }
}

Result<bool> XmlPieces::next_tag(Tag& tag) {
  static constexpr std::pair<std::string_view, std::string_view> kHidden[] = {
      {"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
  for (;;) {
    auto found = find("<", at_, tag.begin);
    if (!found || !*found) return found;
    while (buffer_.size() < tag.begin + 9 && !ended_) {
      if (auto got = more(); !got) return got;
    }
    const std::string_view here = std::string_view(buffer_).substr(tag.begin);
    const auto hidden = std::find_if(std::begin(kHidden), std::end(kHidden),
                                     [&](const auto& h) { return here.starts_with(h.first); });
    if (hidden != std::end(kHidden)) {
      std::size_t end = 0;
      found = find(hidden->second, tag.begin + hidden->first.size(), end);
      if (!found || !*found) return found;
      at_ = end + hidden->second.size();
      continue;
    }
    found = end_of_tag(tag.begin + 1, tag.end);
    if (!found || !*found) return found;
    at_ = ++tag.end;
    std::string_view inside(buffer_.data() + tag.begin + 1, tag.end - tag.begin - 2);
    tag.closes = inside.starts_with('/');
    tag.empty = inside.ends_with('/');
    if (tag.closes) inside.remove_prefix(1);
    tag.name = inside.substr(0, std::min(inside.find_first_of(kSpace), inside.find('/')));
    return true;
  }
}

// The beginning of the next element that is wanted; false at the end.
Result<bool> XmlPieces::begin_piece(Tag& tag) {
  for (;;) {
    keep_from(at_);
    auto found = next_tag(tag);
    if (!found || !*found) return found;
    if (tag.closes || !is_wanted(tag.name)) continue;
    keep_from(tag.begin);
    return true;
  }
}

Result<bool> XmlPieces::next(Piece& piece) {
  forget();
  Tag tag;
  auto found = begin_piece(tag);
  if (!found || !*found) return found;
  const std::string name(tag.name);
  std::size_t depth = tag.empty ? 0 : 1;
  while (depth != 0) {
    found = next_tag(tag);
    if (!found) return found;
    if (!*found) at_ = buffer_.size();
    if (!*found) break;
    if (tag.name == name && !tag.empty) depth = tag.closes ? depth - 1 : depth + 1;
  }
  piece = {std::string_view(buffer_).substr(keep_, at_ - keep_), line_, depth == 0};
  return true;
}

}  // namespace viaggio::files
