#include "profiles/search_index.h"

#include <string.h>

#include <algorithm>

#include "base/text.h"
#include "profiles/fuzzy_scan.h"

namespace viaggio::profiles {
namespace {

constexpr std::size_t kLongestCode = 256, kLongestQuery = 100;
constexpr int kWhole = 0, kBeginning = 1, kTypo = 2, kPart = 4, kPartWithTypo = 5;

bool separates(char c) {
  const auto u = static_cast<unsigned char>(c);
  return u < 0x80 && !(u >= '0' && u <= '9') && !(u >= 'a' && u <= 'z') && !(u >= 'A' && u <= 'Z');
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < text.size();) {
    while (i < text.size() && separates(text[i])) ++i;
    const std::size_t from = i;
    while (i < text.size() && !separates(text[i])) ++i;
    if (i > from) out.push_back(text.substr(from, i - from));
  }
  return out;
}

unsigned allowed_typos(std::size_t length) { return length >= 8 ? 2 : length >= 4 ? 1 : 0; }

// Edit distance with swapped neighbours, or limit + 1 when it is more.
unsigned distance(std::string_view a, std::string_view b, unsigned limit) {
  if (a.size() > b.size() + limit || b.size() > a.size() + limit || a.size() > 60) return limit + 1;
  std::vector<unsigned> before(b.size() + 1), row(b.size() + 1), older(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<unsigned>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    older.swap(before);
    before.swap(row);
    row[0] = static_cast<unsigned>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({before[j] + 1, row[j - 1] + 1, before[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], older[j - 2] + 1);
    }
  }
  return row[b.size()];
}

// The digits of a text that looks like a telephone number, else empty.
std::string phone_digits(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9')
      digits += c;
    else if (std::string_view("+ -./()").find(c) == std::string_view::npos)
      return {};
  }
  if (digits.starts_with("00")) digits.erase(0, 2);
  return digits;
}

void keep_least(std::unordered_map<NodeId, int>& scores, NodeId node, int score) {
  const auto [at, fresh] = scores.try_emplace(node, score);
  if (!fresh) at->second = std::min(at->second, score);
}

}  // namespace

// --- what is known
// --------------------------------------------------------------------------------

void SearchIndex::set_name(NodeId node, std::string_view folded) {
  std::vector<std::uint32_t> words;
  for (const std::string_view w : split_words(folded.substr(0, kLongestCode)))
    words.push_back(words_.intern(w));
  names_with_.resize(words_.size());
  if (const auto known = name_of_.find(node); known != name_of_.end()) {
    if (std::ranges::equal(words_of(names_[known->second]), words)) return;
    names_[known->second].node = kNoNode;
    name_of_.erase(known);
  }
  if (words.empty()) return;
  const auto index = static_cast<std::uint32_t>(names_.size());
  names_.push_back({node, static_cast<std::uint32_t>(name_words_.size()),
                    static_cast<std::uint32_t>(words.size())});
  name_words_.insert(name_words_.end(), words.begin(), words.end());
  name_of_[node] = index;
  for (const std::uint32_t w : words) {
    if (names_with_[w].empty() || names_with_[w].back() != index) names_with_[w].push_back(index);
  }
}

std::string_view SearchIndex::code_text(std::size_t i) const {
  const std::uint64_t end = i + 1 < codes_.size() ? codes_[i + 1].from : codes_text_.size();
  return std::string_view(codes_text_).substr(codes_[i].from, end - codes_[i].from - 1);
}

void SearchIndex::add_code(NodeId node, CodeKind kind, std::string_view folded) {
  if (folded.empty() || folded.size() > kLongestCode || folded.find('\n') != std::string_view::npos)
    return;
  const auto hash = [](NodeId n, CodeKind k, std::string_view text) {
    return hash64(text, std::uint64_t{n} << 8 | static_cast<std::uint8_t>(k));
  };
  if (codes_.size() * 3 >= code_table_.size() * 2) {
    code_table_.assign(std::max<std::size_t>(1024, code_table_.size() * 2), 0);
    for (std::size_t i = 0; i < codes_.size(); ++i) {
      std::size_t s = hash(codes_[i].node, codes_[i].kind, code_text(i)) & (code_table_.size() - 1);
      while (code_table_[s] != 0) s = (s + 1) & (code_table_.size() - 1);
      code_table_[s] = static_cast<std::uint32_t>(i + 1);
    }
  }
  std::size_t s = hash(node, kind, folded) & (code_table_.size() - 1);
  for (; code_table_[s] != 0; s = (s + 1) & (code_table_.size() - 1)) {
    const std::size_t i = code_table_[s] - 1;
    if (codes_[i].node == node && codes_[i].kind == kind && code_text(i) == folded) return;
  }
  codes_.push_back({codes_text_.size(), node, kind});
  codes_text_.append(folded);
  codes_text_ += '\n';
  code_table_[s] = static_cast<std::uint32_t>(codes_.size());
}

void SearchIndex::forget(NodeId node) {
  set_name(node, {});
  for (std::size_t i = 0; i < codes_.size(); ++i) {
    if (codes_[i].node != node) continue;
    std::fill_n(codes_text_.begin() + static_cast<std::ptrdiff_t>(codes_[i].from),
                code_text(i).size(), '\x01');
    codes_[i].node = kNoNode;
  }
}

// --- names
// ----------------------------------------------------------------------------------------

SearchIndex::WordScores SearchIndex::match_word(std::string_view word) const {
  WordScores out;
  const auto note = [&](std::uint32_t id, int score) {
    const auto [at, fresh] = out.try_emplace(id, score);
    if (!fresh) at->second = std::min(at->second, score);
  };
  const std::string_view text = words_.lines();
  const std::string beginning = "\n" + std::string(word);
  const std::string_view needle = word.size() < 3 ? std::string_view(beginning) : word;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  while ((at = static_cast<const char*>(::memmem(at, static_cast<std::size_t>(end - at),
                                                 needle.data(), needle.size()))) != nullptr) {
    const char* const found = at + (needle.size() - word.size());
    const bool starts = found[-1] == '\n',
               ends = found + word.size() < end && found[word.size()] == '\n';
    note(words_.line_at(static_cast<std::uint64_t>(found - text.data())),
         starts ? (ends ? kWhole : kBeginning) : kPart);
    at = found + 1;
  }
  const unsigned typos = allowed_typos(word.size());
  if (typos == 0) return out;
  fuzzy_scan(text, word, typos, text.size(), [&](std::size_t position, unsigned wrong) {
    if (wrong == 0) return;
    const std::uint32_t id = words_.line_at(position);
    const unsigned d = distance(word, words_.at(id), typos);
    note(id, d <= typos ? kTypo - 1 + static_cast<int>(d) : kPartWithTypo);
  });
  // Two neighbours swapped: one slip of the fingers, but two errors for the scan.
  std::string swapped(word);
  for (std::size_t i = 0; i + 1 < swapped.size(); ++i) {
    std::swap(swapped[i], swapped[i + 1]);
    if (const auto id = words_.find(swapped)) note(*id, kTypo);
    std::swap(swapped[i], swapped[i + 1]);
  }
  return out;
}

// The sum over the query's words of the best word of the name; -1 when one has none.
int SearchIndex::name_score(const Name& name, std::span<const WordScores> words) const {
  int sum = 0;
  for (const WordScores& scores : words) {
    int best = -1;
    for (const std::uint32_t w : words_of(name)) {
      const auto at = scores.find(w);
      if (at != scores.end() && (best < 0 || at->second < best)) best = at->second;
    }
    if (best < 0) return -1;
    sum += best;
  }
  return sum;
}

void SearchIndex::search_names(std::string_view query, std::size_t limit, Scores& out) const {
  std::vector<WordScores> words;
  for (const std::string_view w : split_words(query)) words.push_back(match_word(w));
  if (words.empty() || words.size() > 8) return;
  // Candidates come from the query word that the fewest names hold, its best matches first.
  std::size_t rarest = 0;
  std::uint64_t least = ~std::uint64_t{0};
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::uint64_t names = 0;
    for (const auto& [id, score] : words[i]) names += names_with_[id].size();
    if (names < least) {
      least = names;
      rarest = i;
    }
  }
  std::vector<std::pair<int, std::uint32_t>> order;
  for (const auto& [id, score] : words[rarest]) order.emplace_back(score, id);
  std::sort(order.begin(), order.end());
  // A name outside the budget can only be one that fits worse or equally well.
  std::size_t found = 0, budget = 300'000;
  int last = 0;
  for (const auto& [score, id] : order) {
    if (score > last && found >= limit && words.size() == 1) return;
    last = score;
    for (const std::uint32_t index : names_with_[id]) {
      if (names_[index].node == kNoNode) continue;
      if (budget-- == 0 || (words.size() == 1 && found >= limit * 4)) return;
      const int sum = name_score(names_[index], words);
      if (sum < 0) continue;
      keep_least(out, names_[index].node, sum);
      ++found;
    }
  }
}

// --- codes
// ----------------------------------------------------------------------------------------

void SearchIndex::search_codes(std::string_view needle, int score, std::size_t most,
                               Scores& out) const {
  if (needle.size() < 3) return;
  const char* const begin = codes_text_.data();
  const char* const end = begin + codes_text_.size();
  std::size_t found = 0;
  for (const char* at = begin; found < most; ++at) {
    at = static_cast<const char*>(
        ::memmem(at, static_cast<std::size_t>(end - at), needle.data(), needle.size()));
    if (at == nullptr) return;
    const auto position = static_cast<std::uint64_t>(at - begin);
    const Code& code =
        *(std::upper_bound(codes_.begin(), codes_.end(), position,
                           [](std::uint64_t p, const Code& c) { return p < c.from; }) -
          1);
    const bool starts = position == code.from, ends = at[needle.size()] == '\n';
    if (code.node == kNoNode || (code.kind == CodeKind::order && !starts)) continue;
    keep_least(out, code.node,
               score + (starts && ends ? kWhole
                        : starts       ? kBeginning
                        : ends         ? kTypo
                                       : kPart));
    ++found;
  }
}

std::vector<Hit> SearchIndex::search(std::string_view query, std::size_t limit) const {
  Scores scores;
  query = trim(query.substr(0, kLongestQuery));
  const std::string digits = phone_digits(query);
  if (query.find('@') == std::string_view::npos && digits.empty())
    search_names(query, limit, scores);
  if (scores.size() < limit || !digits.empty()) {
    const std::size_t most = limit * 4;
    search_codes(query, 0, most, scores);
    if (!digits.empty() && digits != query && digits.size() >= 5)
      search_codes(digits, 0, most, scores);
    // A number written without its country code, or with another prefix for the trunk.
    if (digits.size() >= 8 && scores.empty())
      search_codes(std::string_view(digits).substr(digits[0] == '0' ? 1 : 2), 1, most, scores);
    std::string compact;
    for (const char c : query) {
      if (c != ' ' && c != '-' && c != '.') compact += c;
    }
    if (digits.empty() && compact != query) search_codes(compact, 1, most, scores);
  }
  std::vector<Hit> hits;
  hits.reserve(scores.size());
  for (const auto& [node, score] : scores) hits.push_back({node, score});
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return a.score != b.score ? a.score < b.score : a.node < b.node;
  });
  if (hits.size() > limit) hits.resize(limit);
  return hits;
}

std::size_t SearchIndex::memory_bytes() const {
  std::size_t n = words_.memory_bytes() + names_.capacity() * sizeof(Name) +
                  name_words_.capacity() * 4 + name_of_.size() * 40 + codes_text_.capacity() +
                  codes_.capacity() * sizeof(Code) + code_table_.capacity() * 4;
  for (const auto& list : names_with_) n += sizeof list + list.capacity() * 4;
  return n;
}

void SearchIndex::each_name(const std::function<void(NodeId, const std::string&)>& each) const {
  for (const Name& n : names_) {
    if (n.node == kNoNode) continue;
    std::string text;
    for (const std::uint32_t w : words_of(n)) {
      if (!text.empty()) text += ' ';
      text += words_.at(w);
    }
    each(n.node, text);
  }
}

void SearchIndex::each_code(
    const std::function<void(NodeId, CodeKind, std::string_view)>& each) const {
  for (std::size_t i = 0; i < codes_.size(); ++i) {
    if (codes_[i].node != kNoNode) each(codes_[i].node, codes_[i].kind, code_text(i));
  }
}

}  // namespace viaggio::profiles
