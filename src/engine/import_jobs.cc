// Imports: a file read in the background, with progress that a screen can show.
#include <filesystem>

#include <nlohmann/json.hpp>

#include "engine/engine.h"

namespace viaggio::engine {

using nlohmann::json;

struct Engine::ImportJob {
  std::string id, name, source, rejected_path;
  std::mutex mutex;
  imports::Progress progress;
  std::string state = "reading";
  std::string error;
  Micros started = 0, ended = 0;
  std::atomic<bool> cancelled{false};
  std::thread thread;

  ~ImportJob() {
    cancelled = true;
    if (thread.joinable()) thread.join();
  }
  json describe() {
    const std::lock_guard lock(mutex);
    const double seconds = static_cast<double>((ended != 0 ? ended : now_micros()) - started) / 1e6;
    const double rate = seconds > 0 ? static_cast<double>(progress.rows) / seconds : 0;
    const double share = progress.bytes_total == 0 ? 0
                                                   : static_cast<double>(progress.bytes) /
                                                         static_cast<double>(progress.bytes_total);
    return {{"id", id},
            {"name", name},
            {"source", source},
            {"state", state},
            {"rows", progress.rows},
            {"bytes", progress.bytes},
            {"bytes_total", progress.bytes_total},
            {"rows_per_second", rate},
            {"seconds_left",
             state == "reading" && share > 0 ? json(seconds * (1 - share) / share) : json(nullptr)},
            {"stored", progress.stored},
            {"duplicates", progress.duplicates},
            {"rejected", progress.rejected},
            {"error", error.empty() ? json(nullptr) : json(error)}};
  }
};

Result<imports::TableAnswer> Engine::store_rows(const std::string& table, const std::string& rows) {
  const json list = json::parse(rows, nullptr, false);
  if (!list.is_array()) return invalid("rows", "must be a list");
  imports::TableAnswer answer;
  std::vector<catalog::Row> sound_rows;
  std::vector<catalog::Fact> sound_facts;
  const auto keep = [&](auto&& read, auto& into, std::size_t i) {
    if (read) {
      into.push_back(std::move(read->front()));
      ++answer.stored;
      return;
    }
    const Error& e = read.error();
    const std::size_t dot = e.field.find('.');  // "rows[0].sku": the place is ours to say
    answer.rejected.push_back(
        {i, e.code, dot == std::string::npos ? "" : e.field.substr(dot + 1), e.detail});
  };
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string one = json::array({list[i]}).dump();
    if (table == "facts")
      keep(catalog::parse_facts(one), sound_facts, i);
    else
      keep(catalog::parse_rows(table, one), sound_rows, i);
  }
  const Status stored = table == "facts" ? catalog_->upsert_facts(sound_facts)
                                         : catalog_->upsert_rows(table, sound_rows);
  if (!stored) return tl::unexpected(stored.error());
  return answer;
}

Result<std::string> Engine::start_import(const imports::Request& given, const std::string& name,
                                         bool remove_file) {
  auto job = std::make_shared<ImportJob>();
  std::error_code ec;
  std::filesystem::create_directories(options_.folder + "/imports", ec);
  job->started = now_micros();
  job->id = "imp-" + std::to_string(job->started);
  job->name = name;
  job->source = given.source;
  job->rejected_path = options_.folder + "/imports/" + job->id + ".rejected.csv";
  imports::Request request = given;
  request.import_id = job->id;
  request.rejected_path = job->rejected_path;
  request.now = job->started;
  request.tables = [this](const std::string& table, const std::string& rows) {
    return store_rows(table, rows);
  };
  {
    const std::lock_guard lock(imports_mutex_);
    import_jobs_.push_back(job);
  }
  ImportJob* j = job.get();
  request.cancelled = &j->cancelled;
  job->thread = std::thread([this, j, request, remove_file] {
    auto done = imports::run_import(
        request,
        [this](std::vector<IncomingEvent>&& events) -> Result<imports::SinkAnswer> {
          auto answer = store(std::move(events), true);
          if (!answer) return tl::unexpected(answer.error());
          return imports::SinkAnswer{answer->stored, answer->duplicates};
        },
        [j](const imports::Progress& p) {
          const std::lock_guard lock(j->mutex);
          j->progress = p;
        });
    {
      const std::lock_guard lock(j->mutex);
      j->ended = now_micros();
      if (done)
        j->progress = *done;
      else
        j->error = done.error().detail;
      j->state = done ? "done" : "failed";
    }
    std::error_code ignored;
    if (remove_file) std::filesystem::remove(request.path, ignored);
    (void)catalog_->put_record("imports", j->id, j->describe().dump());
  });
  return json{{"id", job->id}}.dump();
}

Result<std::string> Engine::imports() const {
  json out;
  out["imports"] = json::array();
  std::vector<std::string> live;
  {
    const std::lock_guard lock(imports_mutex_);
    for (auto at = import_jobs_.rbegin(); at != import_jobs_.rend(); ++at) {
      out["imports"].push_back((*at)->describe());
      live.push_back((*at)->id);
    }
  }
  auto past = catalog_->records("imports");
  if (!past) return tl::unexpected(past.error());
  for (auto at = past->rbegin(); at != past->rend(); ++at) {
    if (std::find(live.begin(), live.end(), at->key) == live.end())
      out["imports"].push_back(json::parse(at->json, nullptr, false));
  }
  return out.dump();
}

Result<std::string> Engine::import_state(std::string_view id) const {
  {
    const std::lock_guard lock(imports_mutex_);
    for (const auto& j : import_jobs_) {
      if (j->id == id) return j->describe().dump();
    }
  }
  auto past = catalog_->record("imports", id);
  if (!past) return tl::unexpected(past.error());
  if (!*past) return fail(ErrorKind::not_found, "unknown_import", "there is no such import");
  return **past;
}

Result<std::string> Engine::import_rejected_file(std::string_view id) const {
  if (auto known = import_state(id); !known) return known;
  return options_.folder + "/imports/" + std::string(id) + ".rejected.csv";
}

}  // namespace viaggio::engine
