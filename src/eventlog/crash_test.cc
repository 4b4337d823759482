// A process that stores events is killed at any moment; whatever it reported as stored is there
// afterwards, and nothing half. VIAGGIO_TEST_ALL=1 kills more often.
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <random>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "eventlog/rocksdb_log.h"
#include "eventlog/test_events.h"

namespace viaggio::eventlog {
namespace {

using namespace testing;  // NOLINT: this folder's own

// The child runs this one test, in a program of its own: RocksDB's threads do not survive a fork.
// Appends for ever and reports each acknowledged sequence through the pipe.
[[noreturn]] void store_for_ever(const std::string& folder, int report, unsigned seed) {
  RocksdbOptions o;
  o.tail_ids = 300;
  o.write_buffer = 256u << 10;  // flushes and moves all the time
  auto log = open_rocksdb_log(folder, o);
  if (!log) _exit(3);
  std::mt19937 random(seed);
  for (;;) {
    const MadeUpCommit c((*log)->next_sequence(), 1 + random() % 200);
    if (!(*log)->append(c.commit)) _exit(4);
    const Sequence acknowledged = (*log)->next_sequence() - 1;
    if (::write(report, &acknowledged, sizeof acknowledged) != sizeof acknowledged) _exit(5);
  }
}

TEST(EventLogCrash, DISABLED_Writer) {
  const char* folder = std::getenv("VIAGGIO_CRASH_FOLDER");
  ASSERT_NE(folder, nullptr) << "runs only as the child of the next test";
  store_for_ever(folder, std::atoi(std::getenv("VIAGGIO_CRASH_REPORT")),
                 static_cast<unsigned>(std::atol(std::getenv("VIAGGIO_CRASH_SEED"))));
}

TEST(EventLogCrash, AKilledProcessLosesNothingItReported) {
  const TempFolder folder;
  const int kills = std::getenv("VIAGGIO_TEST_ALL") != nullptr ? 60 : 4;
  std::mt19937 random(23);
  Sequence acknowledged = 0;
  for (int kill_number = 0; kill_number < kills; ++kill_number) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const unsigned seed = random();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe_ends[0]);
      ::setenv("VIAGGIO_CRASH_FOLDER", folder.path().c_str(), 1);
      ::setenv("VIAGGIO_CRASH_REPORT", std::to_string(pipe_ends[1]).c_str(), 1);
      ::setenv("VIAGGIO_CRASH_SEED", std::to_string(seed).c_str(), 1);
      ::execl("/proc/self/exe", "eventlog_test", "--gtest_also_run_disabled_tests",
              "--gtest_filter=EventLogCrash.DISABLED_Writer", "--gtest_brief=1", nullptr);
      _exit(6);
    }
    ::close(pipe_ends[1]);
    // Killed after a number of reports, so at no particular place of its work.
    Sequence reported = 0;
    const unsigned reports = 5 + random() % 60;
    for (unsigned i = 0;
         i < reports && ::read(pipe_ends[0], &reported, sizeof reported) == sizeof reported; ++i) {
    }
    ::kill(child, SIGKILL);
    while (::read(pipe_ends[0], &reported, sizeof reported) == sizeof reported) {
    }
    ::close(pipe_ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
    ASSERT_GT(reported, acknowledged);
    acknowledged = reported;
    RocksdbOptions o;
    o.tail_ids = 300;
    const auto log = open_rocksdb_log(folder.path(), o);
    ASSERT_TRUE(log) << log.error().detail;
    const Sequence stored = (*log)->next_sequence() - 1;
    ASSERT_GE(stored, acknowledged);
    ASSERT_TRUE(holds_exactly(**log, stored));
    ASSERT_TRUE((*log)->verify());
    std::vector<std::string> ids;
    std::vector<EventLog::MessageKey> keys;
    for (Sequence s = 1; s <= stored + 100; ++s) ids.push_back(id_of(s));
    for (Sequence s = 1; s <= stored + 100; ++s)
      keys.push_back({s % 2 ? "web" : "till", ids[s - 1]});
    const auto found = (*log)->find(keys);
    ASSERT_TRUE(found);
    for (Sequence s = 1; s <= stored + 100; ++s) ASSERT_EQ((*found)[s - 1], s <= stored ? s : 0);
  }
}

}  // namespace
}  // namespace viaggio::eventlog
