// link: engine bench_peers
// The same questions of the same events, asked of Viaggio and of two well-known systems in one run.
//   peers_bench [--events N] [--seed N] [--questions N] [--folder DIR] [--clickhouse LIBCHDB]
// Stores N events of an invented shop, asks Viaggio five different questions of each kind, hands
// the events (customers resolved, sessions made) to DuckDB and, where its library is given, to
// embedded ClickHouse, asks them the same in SQL (bench/peers/PEER/*.sql) and compares every
// number. One system is open at a time; each answers one question of a kind before the clock runs.
//   --folder DIR  keeps the folder; what is there already is not made again
//   --tried       times the other ways of SQL too (FILE.tried-*.sql)
// docs/decisions/peers.md says why the queries and settings are what they are.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <numeric>

#include "base/parallel.h"
#include "engine/engine.h"
#include "invented_shop.h"
#include "peers/clickhouse_peer.h"
#include "peers/duckdb_peer.h"
#include "peers/export.h"
#include "peers/peer_questions.h"

namespace viaggio::bench {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

struct Settings {
  std::uint64_t events = 1'000'000, seed = 1;
  std::size_t questions = 5;
  std::string folder, clickhouse;
  bool keep = false, tried = false;
};

// Seconds by kind, and the answers of Viaggio to compare with.
using Times = std::map<std::string, std::vector<double>>;
struct Asked {
  PeerQuestion question;
  Figures figures;
};
using AskedByKind = std::map<std::string, std::vector<Asked>>;

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) / 2];
}

[[noreturn]] void stop(const Error& e) {
  std::fprintf(stderr, "%s %s: %s\n", e.code.c_str(), e.field.c_str(), e.detail.c_str());
  std::exit(1);
}
void must(const Status& status) {
  if (!status) stop(status.error());
}

double folder_bytes(const fs::path& folder) {
  double bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
  }
  return bytes;
}

std::unique_ptr<engine::Engine> open(const Settings& s, bool bulk) {
  engine::Options options;
  options.folder = s.folder + "/viaggio";
  options.name = "Bench";
  options.background = false;
  if (bulk) {
    options.timeline.tail_share = 1.0;
    options.sync = false;  // synced at the end, by the checkpoint
  }
  auto engine = engine::Engine::open(options);
  if (!engine) stop(engine.error());
  return std::move(*engine);
}

void fill(const Settings& s) {
  constexpr std::size_t kBatch = 20'000;
  auto engine = open(s, true);
  if (engine->figures().events != 0) return;
  const auto start = Clock::now();
  InventedShop shop(s.seed, s.events);
  std::vector<IncomingEvent> batch = shop.next(kBatch);
  while (!batch.empty()) {
    auto following = std::async(std::launch::async, [&] { return shop.next(kBatch); });
    if (auto done = engine->store(std::move(batch), true); !done) stop(done.error());
    for (int i = 0; i < 4; ++i) {
      const auto more = engine->world().timeline->reseal_one();
      if (!more) stop(more.error());
      if (!*more) break;
    }
    batch = following.get();
  }
  must(engine->seal());
  must(engine->checkpoint());
  std::printf("viaggio     loaded in %.1f s (messages parsed, people resolved, log and timeline)\n",
              since(start));
}

// Bytes a second that the cores together read from memory, the best of five.
double bandwidth() {
  constexpr std::size_t kWords = 48u << 20;
  const unsigned threads = worker_threads();
  const std::vector<std::uint64_t> words(kWords, 1);
  double best = 0;
  std::vector<std::uint64_t> sums(threads);
  for (int round = 0; round < 5; ++round) {
    const auto start = Clock::now();
    parallel_for(threads, threads, [&](std::size_t part, unsigned) {
      const auto from = words.begin() + static_cast<std::ptrdiff_t>(part * kWords / threads);
      const auto to = words.begin() + static_cast<std::ptrdiff_t>((part + 1) * kWords / threads);
      sums[part] += std::accumulate(from, to, std::uint64_t{0});
    });
    best = std::max(best, kWords * 8 / since(start));
  }
  if (std::accumulate(sums.begin(), sums.end(), std::uint64_t{0}) != 5 * kWords) std::abort();
  return best;
}

// Bytes of an event's columns that a question of the kind cannot do without: two of what happened,
// eight of when, a bit of "begins a session", two of the session's first event.
double bytes_needed(const std::string& kind) {
  if (kind == "transitions" || kind == "paths") return 2 + 1.0 / 8;
  if (kind == "attribution") return 2 + 8 + 1.0 / 8 + 2;
  return 2 + 8;
}

AskedByKind ask_viaggio(const Settings& s, Times& times) {
  auto engine = open(s, false);
  for (const auto& [id, model] : peer_stage_models()) {
    if (auto ok = engine->put_stage_model(id, model.dump(), "");
        !ok && ok.error().kind != ErrorKind::conflict)
      stop(ok.error());
  }
  AskedByKind out;
  for (const std::string kind : kPeerKinds) {
    auto list = peer_questions(kind, s.seed, s.questions);
    auto warm = engine->query(kind, peer_questions(kind, s.seed + 1, 1)[0].question.dump());
    if (!warm) stop(warm.error());
    for (PeerQuestion& q : list) {
      const std::string text = q.question.dump();
      const auto start = Clock::now();
      auto answer = engine->query(kind, text);
      times[kind].push_back(since(start));
      if (!answer) stop(answer.error());
      Figures figures = figures_of(q, json::parse(*answer));
      out[kind].push_back({std::move(q), std::move(figures)});
    }
  }
  if (!fs::exists(s.folder + "/events.parquet")) {
    const auto start = Clock::now();
    auto scene = engine->scene(Common{});
    if (!scene) stop(scene.error());
    must(export_events(scene->context, s.folder + "/export.duckdb", s.folder));
    std::printf("exported for the peers in %.1f s\n", since(start));
  }
  return out;
}

int failures = 0;

void compare(const Peer& peer, const Asked& asked, const Figures& theirs, const std::string& file) {
  const std::string what = difference(asked.figures, theirs);
  if (what.empty()) return;
  ++failures;
  std::printf("DIFFERS %s %s %s: %s\n", peer.name().c_str(), file.c_str(),
              asked.question.question.dump().c_str(), what.c_str());
}

double ask_peer(Peer& peer, const Asked& asked, const std::string& file) {
  auto sql = sql_of(peer.name(), file, asked.question.parameters);
  if (!sql) stop(sql.error());
  const auto start = Clock::now();
  auto rows = peer.ask(*sql);
  const double seconds = since(start);
  if (!rows) stop(rows.error());
  compare(peer, asked, figures_of(*rows), file);
  return seconds;
}

// FILE.tried-*.sql of one question, timed and compared like the chosen one.
void ask_tried(Peer& peer, const Asked& asked, double chosen) {
  const std::string& file = asked.question.file;
  for (const char* letter : {"a", "b", "c", "d"}) {
    const std::string other = file + ".tried-" + letter;
    if (!has_sql(peer.name(), other)) continue;
    (void)ask_peer(peer, asked, other);
    std::printf("  %-10s %-20s %.3f s, chosen %.3f s\n", peer.name().c_str(), other.c_str(),
                ask_peer(peer, asked, other), chosen);
  }
}

// What a peer says its tables take, or else the files of its folder.
double data_bytes(Peer& peer, const fs::path& data) {
  if (!has_sql(peer.name(), "size")) return folder_bytes(data);
  const auto sql = sql_of(peer.name(), "size", {});
  if (!sql) stop(sql.error());
  const auto rows = peer.ask(*sql);
  if (!rows) stop(rows.error());
  return std::strtod(rows->at(0).at(0).c_str(), nullptr);
}

void load_peer(Peer& peer, const Settings& s, const fs::path& data) {
  const auto start = Clock::now();
  const Parameters parameters{{"parquet", s.folder},
                              {"export", s.folder + "/export.duckdb"},
                              {"threads", std::to_string(worker_threads())}};
  const std::string mark = s.folder + "/" + peer.name() + ".loaded";
  must(run_file(peer, "settings", parameters));
  if (fs::exists(mark)) return;
  must(run_file(peer, "load", parameters));
  std::fclose(std::fopen(mark.c_str(), "w"));
  std::printf("%-11s loaded in %.1f s from rows already in order, %.1f bytes/event on disk\n",
              peer.name().c_str(), since(start),
              data_bytes(peer, data) / static_cast<double>(s.events));
}

Times ask_peer_all(Peer& peer, const Settings& s, const AskedByKind& asked) {
  Times times;
  for (const auto& [kind, list] : asked) {
    (void)ask_peer(peer, list.back(), list.back().question.file);  // warm
    for (const Asked& a : list) {
      times[kind].push_back(ask_peer(peer, a, a.question.file));
      if (s.tried) ask_tried(peer, a, times[kind].back());
    }
  }
  return times;
}

void report(const Settings& s, const Times& viaggio,
            const std::vector<std::pair<std::string, Times>>& peers, double per_second) {
  std::printf("\n%-12s %12s", "median, ms", "viaggio");
  for (const auto& [name, times] : peers) std::printf(" %12s", name.c_str());
  std::printf(" %12s %14s\n", "better by", "over memory");
  double logs = 0, counted = 0;
  for (const std::string kind : kPeerKinds) {
    const double ours = median(viaggio.at(kind));
    std::printf("%-12s %12.2f", kind.c_str(), ours * 1000);
    double best = 0;
    for (const auto& [name, times] : peers) {
      const double theirs = median(times.at(kind));
      std::printf(" %12.2f", theirs * 1000);
      best = best == 0 ? theirs : std::min(best, theirs);
    }
    const double needed = bytes_needed(kind) * static_cast<double>(s.events) / per_second;
    std::printf(" %11.1fx %13.1fx\n", best / ours, ours / needed);
    if (kind != "trend") {
      logs += std::log(best / ours);
      ++counted;
    }
  }
  std::printf("geometric mean without trend: %.1f times faster than the better peer\n",
              std::exp(logs / counted));
  std::printf(
      "memory bandwidth of this run %.1f GB/s; \"over memory\" is the time over that of reading\n"
      "the columns needed once (funnel, retention, stages, trend 10 bytes an event,\n"
      "transitions and paths 2.1, attribution 12.1)\n",
      per_second / 1e9);
}

int run(Settings s) {
  if (s.folder.empty()) {
    s.folder =
        (fs::temp_directory_path() / "viaggio-peers-bench").string() + std::to_string(getpid());
  } else {
    s.keep = true;
  }
  fs::create_directories(s.folder);
  fill(s);
  Times viaggio;
  const AskedByKind asked = ask_viaggio(s, viaggio);
  std::printf("viaggio     timeline %.1f bytes/event on disk; with the log of all messages %.1f\n",
              folder_bytes(s.folder + "/viaggio/timeline") / static_cast<double>(s.events),
              folder_bytes(s.folder + "/viaggio") / static_cast<double>(s.events));
  std::vector<std::pair<std::string, Times>> peers;
  {
    const std::string file = s.folder + "/duckdb/peer.duckdb";
    fs::create_directories(s.folder + "/duckdb");
    auto peer = DuckdbPeer::open(file);
    if (!peer) stop(peer.error());
    load_peer(**peer, s, s.folder + "/duckdb");
    peers.emplace_back("duckdb", ask_peer_all(**peer, s, asked));
  }
  if (!s.clickhouse.empty()) {
    auto peer = ClickhousePeer::open(s.clickhouse, s.folder + "/clickhouse");
    if (!peer) stop(peer.error());
    load_peer(**peer, s, s.folder + "/clickhouse");
    peers.emplace_back("clickhouse", ask_peer_all(**peer, s, asked));
  } else {
    std::printf("clickhouse  is not here: --clickhouse PATH/libchdb.so\n");
  }
  report(s, viaggio, peers, bandwidth());
  std::printf("every answer of the peers equals Viaggio's: %s\n", failures == 0 ? "yes" : "NO");
  if (!s.keep) fs::remove_all(s.folder);
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace viaggio::bench

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  viaggio::bench::Settings s;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    auto number = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
    if (flag == "--events") {
      s.events = number();
    } else if (flag == "--seed") {
      s.seed = number();
    } else if (flag == "--questions") {
      s.questions = number();
    } else if (flag == "--folder" && i + 1 < argc) {
      s.folder = argv[++i];
    } else if (flag == "--clickhouse" && i + 1 < argc) {
      s.clickhouse = argv[++i];
    } else if (flag == "--tried") {
      s.tried = true;
    } else {
      std::fprintf(stderr, "peers_bench: what is %s?\n", flag.c_str());
      return 2;
    }
  }
  return viaggio::bench::run(s);
}
