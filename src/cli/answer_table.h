#pragma once
// An answer as tables for people, or one of them as CSV for programs. Pure.
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace viaggio::cli {

// Rows of equal columns. Cells are JSON scalars; null is an empty cell.
struct AnswerTable {
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::vector<nlohmann::json>> rows;
};

// Every list of the answer, what identifies a row first; lists inside rows are spread out.
std::vector<AnswerTable> answer_tables(const std::string& kind, const nlohmann::json& answer);
// The members that are no lists, in one line each.
std::string answer_facts(const nlohmann::json& answer);
// Numbers to four digits, durations as "2d 3h"; columns of numbers stand to the right.
std::string as_text(const AnswerTable& table);
// Numbers as they are.
std::string as_csv(const AnswerTable& table);
// The list that a question is mostly about; null: the answer has none.
const AnswerTable* main_table(const std::vector<AnswerTable>& tables);

}  // namespace viaggio::cli
