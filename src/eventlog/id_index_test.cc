#include "eventlog/id_index.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "eventlog/test_events.h"

namespace viaggio::eventlog {
namespace {

using testing::TempFolder;
namespace fs = std::filesystem;

// Hashes of which some share a bucket, a fingerprint or everything.
std::uint64_t hash_of(Sequence s) {
  if (s % 50 == 0) return 0xFFFF'FFFF'FFFF'FFFFull;
  if (s % 50 == 1) return s % 7;
  if (s % 50 == 2) return (s * 0x9E3779B97F4A7C15ull) << 16 | 0xABCD;
  return s * 0x9E3779B97F4A7C15ull;
}

class Model {
 public:
  void add(IdIndex& index, Sequence from, Sequence to) {
    std::vector<IdEntry> batch;
    for (Sequence s = from; s < to; ++s) {
      if (s % 11 == 0) continue;  // an event without an id
      batch.push_back({hash_of(s), s});
      known_.emplace(hash_of(s), s);
    }
    index.add(batch, to);
  }
  void expect_equal(const IdIndex& index, Sequence upto) const {
    std::vector<std::uint64_t> hashes;
    for (Sequence s = 1; s < upto; ++s) hashes.push_back(hash_of(s));
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    std::vector<IdIndex::Candidate> got;
    ASSERT_TRUE(index.candidates(hashes, got));
    std::vector<std::pair<std::uint64_t, Sequence>> found, expected(known_.begin(), known_.end());
    for (const auto& c : got) found.emplace_back(hashes[c.key], c.sequence);
    std::sort(found.begin(), found.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(found, expected);
  }

 private:
  std::multimap<std::uint64_t, Sequence> known_;
};

std::unique_ptr<IdIndex> open_index(const std::string& folder, Sequence next,
                                    std::size_t tail = 500) {
  auto index = IdIndex::open(folder, next, tail);
  EXPECT_TRUE(index);
  return std::move(*index);
}

std::vector<fs::path> levels_in(const std::string& folder) {
  std::vector<fs::path> out;
  for (const auto& e : fs::directory_iterator(folder)) out.push_back(e.path());
  std::sort(out.begin(), out.end());
  return out;
}

TEST(IdIndex, AnswersAsAMapDoesThroughMergesAndReopenings) {
  const TempFolder folder;
  Model model;
  std::mt19937 random(11);
  Sequence next = 1;
  for (int opening = 0; opening < 5; ++opening) {
    const auto index = open_index(folder.path(), next);
    model.add(*index, index->covered(),
              next);  // what was only in memory is replayed; a set of pairs once
    for (int round = 0; round < 40; ++round) {
      const Sequence to = next + 1 + random() % 300;
      model.add(*index, next, to);
      next = to;
      if (round % 8 == 0) index->settle();
    }
    EXPECT_EQ(index->covered(), next);
    index->settle();
    EXPECT_GT(index->figures().levels, 0u);
    EXPECT_LE(index->figures().levels, 6u);
    if (opening == 0) model.expect_equal(*index, next + 1000);
  }
  Model fresh;  // against everything that was ever added
  const auto index = open_index(folder.path(), next);
  std::vector<IdIndex::Candidate> got;
  for (Sequence s = 1; s < index->covered(); ++s) {
    const std::uint64_t h = hash_of(s);
    ASSERT_TRUE(index->candidates(std::span(&h, 1), got));
    const bool there =
        std::any_of(got.begin(), got.end(), [&](const auto& c) { return c.sequence == s; });
    EXPECT_EQ(there, s % 11 != 0) << s;
  }
}

TEST(IdIndex, AFileOfAnotherFutureIsNotTrusted) {
  const TempFolder folder;
  Model model;
  {
    const auto index = open_index(folder.path(), 1);
    model.add(*index, 1, 5000);
  }
  const auto index = open_index(folder.path(), 4000);  // the log lost its end
  EXPECT_LE(index->covered(), 4000u);
}

TEST(IdIndex, DamageAnywhereIsNoticed) {
  const TempFolder folder;
  {
    Model model;
    const auto index = open_index(folder.path(), 1, 1u << 20);
    model.add(*index, 1, 200'000);
  }
  const auto files = levels_in(folder.path());
  ASSERT_EQ(files.size(), 1u);
  std::ifstream in(files.front(), std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(in)), {});
  std::vector<std::uint64_t> hashes;
  for (Sequence s = 1; s < 200'000; ++s) hashes.push_back(hash_of(s));
  std::mt19937 random(5);
  int noticed_late = 0, noticed_early = 0;
  for (int round = 0; round < 40; ++round) {
    std::string wrong = good;
    // Not the padding between the parts: nothing is read from it.
    const std::size_t at = round == 0   ? 9
                           : round == 1 ? 4100
                                        : good.size() - 1 - random() % (good.size() - 300'000);
    wrong[at] = static_cast<char>(wrong[at] ^ 1);
    std::ofstream(files.front(), std::ios::binary | std::ios::trunc) << wrong;
    const auto index = open_index(folder.path(), 200'000, 1u << 20);
    if (index->covered() == 1) {
      ++noticed_early;  // at opening: deleted, to be replayed
      EXPECT_TRUE(levels_in(folder.path()).empty());
      continue;
    }
    std::vector<IdIndex::Candidate> got;
    EXPECT_FALSE(index->candidates(hashes, got)) << at;
    EXPECT_TRUE(index->damaged());
    ++noticed_late;
    index->reset();
    EXPECT_EQ(index->covered(), 1u);
  }
  EXPECT_GT(noticed_early, 1);
  EXPECT_GT(noticed_late, 1);
}

TEST(IdIndex, CutAndEmptyFilesAreDeleted) {
  const TempFolder folder;
  {
    Model model;
    const auto index = open_index(folder.path(), 1);
    model.add(*index, 1, 3000);
  }
  for (const auto& f : levels_in(folder.path())) fs::resize_file(f, fs::file_size(f) - 1);
  std::ofstream(folder.path() + "/ids-0000000000000001-0000000000000002.level");
  std::ofstream(folder.path() + "/something.tmp");
  const auto index = open_index(folder.path(), 3000);
  EXPECT_EQ(index->covered(), 1u);
  EXPECT_TRUE(levels_in(folder.path()).empty());
}

TEST(IdIndex, KeepsAboutTwoBytesAnIdInMemory) {
  const TempFolder folder;
  const auto index = open_index(folder.path(), 1, 1u << 18);
  std::vector<IdEntry> batch;
  for (Sequence s = 1; s <= 3u << 20; ++s) {
    batch.push_back({s * 0x9E3779B97F4A7C15ull, s});
    if (batch.size() == 1u << 18) {
      index->add(batch, s + 1);
      index->settle();
      batch.clear();
    }
  }
  index->settle();
  const auto f = index->figures();
  EXPECT_EQ(f.ids, 3u << 20);
  EXPECT_LT(static_cast<double>(f.resident_bytes) / static_cast<double>(f.ids), 2.4);
}

}  // namespace
}  // namespace viaggio::eventlog
