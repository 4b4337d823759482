#include "engine/copying.h"

#include <chrono>

#include <nlohmann/json.hpp>

#include "base/give_way.h"
#include "engine/engine.h"
#include "files/sql.h"
#include "open_copy/tables.h"

namespace viaggio::engine {

using nlohmann::json;

namespace {

constexpr auto kBegin = std::chrono::seconds(5);   // after opening: the first page comes first
constexpr auto kPause = std::chrono::seconds(20);  // and what is stored meanwhile waits so long
constexpr Micros kUnnoticed = 300'000;
constexpr std::size_t kRows = 1'000, kMostRows = 100'000;

struct Asked {
  std::string query;
  std::size_t rows = kRows;
};

Result<Asked> read_asked(std::string_view body) {
  const json j = json::parse(body, nullptr, false);
  if (!j.is_object()) return invalid("", "a JSON object with \"query\" is needed");
  Asked asked;
  if (!j.contains("query") || !j["query"].is_string())
    return invalid("query", "a SELECT is needed, as text");
  asked.query = j["query"].get<std::string>();
  if (j.contains("limit")) {
    if (!j["limit"].is_number_unsigned() || j["limit"] == 0 || j["limit"] > kMostRows)
      return invalid("limit", "1 to " + std::to_string(kMostRows));
    asked.rows = j["limit"].get<std::size_t>();
  }
  for (const auto& [name, value] : j.items()) {
    if (name != "query" && name != "limit") return invalid(name, "unknown");
  }
  return asked;
}

// Numbers as numbers, where JSON has them; all else as text.
json cell(const std::optional<std::string>& text, const std::string& type) {
  if (!text) return nullptr;
  if (type == "BOOLEAN") return *text == "true";
  if (type == "INTEGER" || type == "DOUBLE" || type == "DECIMAL") {
    json number = json::parse(*text, nullptr, false);
    if (number.is_number()) return number;
  }
  return *text;
}

Result<json> answer_over(const open_copy::Manifest& manifest, const std::string& folder,
                         std::string_view body) {
  auto asked = read_asked(body);
  if (!asked) return tl::unexpected(asked.error());
  const auto begin = std::chrono::steady_clock::now();
  files::SqlLimits limits;
  limits.rows = asked->rows;
  auto answer = files::select_sql(open_copy::sql_tables(manifest, folder), open_copy::sql_views(),
                                  asked->query, limits);
  if (!answer) return tl::unexpected(answer.error());
  json columns = json::array(), rows = json::array();
  for (const auto& c : answer->columns) columns.push_back({{"name", c.name}, {"type", c.type}});
  for (const auto& row : answer->rows) {
    json cells = json::array();
    for (std::size_t c = 0; c < row.size(); ++c)
      cells.push_back(cell(row[c], answer->columns[c].type));
    rows.push_back(std::move(cells));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return json{{"columns", std::move(columns)},
              {"rows", std::move(rows)},
              {"more", answer->more},
              {"upto", manifest.upto},
              {"seconds", took.count()}};
}

std::string text_of(const json& j) {
  return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string copy_folder(const std::string& data_folder) { return data_folder + "/copy"; }

}  // namespace

Copying::Copying(Engine& engine, const open_copy::Options& options, bool thread)
    : engine_(engine), folder_(copy_folder(engine.folder())), options_(options) {
  if (thread) thread_ = std::thread([this] { run(); });
}

Copying::~Copying() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Copying::run() {
  give_way();
  std::unique_lock lock(mutex_);
  std::chrono::steady_clock::duration pause = kBegin;
  while (!wake_.wait_for(lock, pause, [this] { return stopping_; })) {
    lock.unlock();
    const auto begin = std::chrono::steady_clock::now();
    const auto more = step();
    const auto took = std::chrono::steady_clock::now() - begin;
    // Catching up takes a third of one core at most.
    pause = more && *more ? std::chrono::steady_clock::duration(2 * took)
                          : std::chrono::steady_clock::duration(kPause);
    lock.lock();
  }
}

Result<bool> Copying::step() {
  const std::lock_guard one(stepping_);
  auto scene = engine_.scene(Common{});
  if (!scene) return tl::unexpected(scene.error());
  if (!copy_) {
    auto opened = open_copy::OpenCopy::open(folder_, scene->epoch.sequence, options_);
    if (!opened) return tl::unexpected(opened.error());
    copy_ = std::move(*opened);
    done_ = {};
  } else if (scene->epoch.sequence == done_.sequence && scene->epoch.revision == done_.revision) {
    return false;
  }
  const Micros begin = now_micros();
  auto more = copy_->refresh({*engine_.world().log, scene->context, scene->epoch.sequence});
  if (!more) {
    copy_.reset();  // to be opened anew
    return more;
  }
  took_ = now_micros() - begin;
  if (!*more) done_ = scene->epoch;
  return more;
}

Status Copying::catch_up() {
  for (;;) {
    auto more = step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
  }
}

Result<open_copy::Manifest> Copying::fresh_manifest() {
  auto known = open_copy::read_manifest(folder_);
  if (known && took_ > kUnnoticed) return known;
  if (auto step_done = step(); !step_done) return tl::unexpected(step_done.error());
  return open_copy::read_manifest(folder_);
}

std::uint64_t Copying::behind(const open_copy::Manifest& manifest) const {
  const Sequence end = engine_.world().log->next_sequence() - 1;
  return end > manifest.upto ? end - manifest.upto : 0;
}

Result<std::string> Copying::sql(std::string_view body) {
  // A file may be replaced between reading the list and reading the file.
  for (int attempt = 0;; ++attempt) {
    auto known = fresh_manifest();
    if (!known) return tl::unexpected(known.error());
    auto answer = answer_over(*known, folder_, body);
    if (answer) {
      (*answer)["behind"] = behind(*known);
      return text_of(*answer);
    }
    const auto now = open_copy::read_manifest(folder_);
    if (attempt == 3 || !now || now->written == known->written)
      return tl::unexpected(answer.error());
  }
}

Result<std::string> Copying::tables() {
  auto known = fresh_manifest();
  if (!known) return tl::unexpected(known.error());
  json tables = json::array();
  const auto shape = open_copy::sql_shape();
  for (const auto& table : shape) {
    json columns = json::array();
    for (const auto& c : table.columns) columns.push_back({{"name", c.name}, {"type", c.type}});
    tables.push_back({{"name", table.name}, {"columns", std::move(columns)}});
  }
  return text_of(
      {{"tables", std::move(tables)}, {"upto", known->upto}, {"behind", behind(*known)}});
}

Result<std::string> sql_over_copy(const std::string& data_folder, std::string_view body) {
  const std::string folder = copy_folder(data_folder);
  auto known = open_copy::read_manifest(folder);
  if (!known) return tl::unexpected(known.error());
  auto answer = answer_over(*known, folder, body);
  if (!answer) return tl::unexpected(answer.error());
  return text_of(*answer);
}

}  // namespace viaggio::engine
