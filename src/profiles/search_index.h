#pragma once
// Finds nodes by name or by code (e-mail, telephone, card, order, receipt).
//
// Names: words are kept once, each with the names that hold it; a query word is looked for in the
// list of words with typos (fuzzy_scan.h), which is short however many customers there are. Codes:
// one text, a line a code, searched for the query as a part; an order or receipt from its start.
// All texts are given folded (fold_for_search).
// Threads: one writer, or many readers.
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/event.h"
#include "profiles/string_pool.h"

namespace viaggio::profiles {

enum class CodeKind : std::uint8_t { identifier, order };

struct Hit {
  NodeId node = kNoNode;
  int score = 0;  // less is better: 0 whole words, then beginnings, typos, parts, parts with typos
};

class SearchIndex {
 public:
  void set_name(NodeId node, std::string_view folded);  // replaces; empty removes
  void add_code(NodeId node, CodeKind kind,
                std::string_view folded);  // the same twice is kept once
  void forget(NodeId node);

  // Best first, at most `limit` nodes, each once.
  std::vector<Hit> search(std::string_view folded_query, std::size_t limit) const;

  std::size_t memory_bytes() const;
  // For the checkpoint: what the calls above would have to be repeated with.
  void each_name(const std::function<void(NodeId, const std::string&)>& each) const;
  void each_code(const std::function<void(NodeId, CodeKind, std::string_view)>& each) const;

 private:
  using Scores = std::unordered_map<NodeId, int>;
  struct Name {
    NodeId node = kNoNode;              // kNoNode: replaced or forgotten
    std::uint32_t from = 0, count = 0;  // in name_words_
  };
  struct Code {
    std::uint64_t from = 0;
    NodeId node = kNoNode;
    CodeKind kind = CodeKind::identifier;
  };
  using WordScores = std::unordered_map<std::uint32_t, int>;

  std::span<const std::uint32_t> words_of(const Name& n) const {
    return {name_words_.data() + n.from, n.count};
  }
  std::string_view code_text(std::size_t i) const;
  WordScores match_word(std::string_view word) const;
  int name_score(const Name& name, std::span<const WordScores> words) const;
  void search_names(std::string_view query, std::size_t limit, Scores& out) const;
  void search_codes(std::string_view needle, int score, std::size_t most, Scores& out) const;

  StringPool words_;
  std::vector<std::vector<std::uint32_t>> names_with_;  // by word: indexes into names_
  std::vector<Name> names_;
  std::vector<std::uint32_t> name_words_;
  std::unordered_map<NodeId, std::uint32_t> name_of_;
  std::string codes_text_ = "\n";
  std::vector<Code> codes_;
  std::vector<std::uint32_t> code_table_;  // index + 1 by hash of (node, kind, text)
};

}  // namespace viaggio::profiles
