#include "journey/variants/variant_table.h"

#include <set>

#include <gtest/gtest.h>

namespace viaggio::journey {
namespace {

using Sequence = std::vector<std::uint8_t>;

TEST(VariantTable, EqualHashesAreToldApart) {
  VariantTable table;
  const Sequence ab{1, 2}, ba{2, 1}, longer{1, 2, 0};
  table.add(7, ab).count += 3;
  table.add(7, ba).count += 1;
  table.add(7, longer).count += 5;
  ASSERT_EQ(table.entries().size(), 3u);
  EXPECT_EQ(table.find(7, ab)->count, 3u);
  EXPECT_EQ(table.find(7, ba)->count, 1u);
  EXPECT_EQ(table.find(7, longer)->count, 5u);
  EXPECT_EQ(table.find(7, Sequence{1}), nullptr);
  EXPECT_EQ(table.find(8, ab), nullptr);
}

TEST(VariantTable, GrowsWithoutLosingAnything) {
  VariantTable table;
  for (std::uint32_t round = 1; round <= 2; ++round) {
    for (std::uint32_t i = 0; i < 5000; ++i) {
      const Sequence s{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i >> 8)};
      ++table.add(VariantTable::hash(s), s).count;
    }
  }
  ASSERT_EQ(table.entries().size(), 5000u);
  for (const auto& e : table.entries()) EXPECT_EQ(e.count, 2u);
}

TEST(VariantTable, EachByteOfASequenceCountsInItsHash) {
  for (std::size_t size = 1; size <= 70; ++size) {
    std::set<std::uint64_t> seen{VariantTable::hash(Sequence(size, 0))};
    for (std::size_t at = 0; at < size; ++at) {
      Sequence s(size, 0);
      s[at] = 1;
      seen.insert(VariantTable::hash(s));
    }
    EXPECT_EQ(seen.size(), size + 1) << size;
  }
}

TEST(NodeBytes, OrderOfBytesIsOrderOfNodes) {
  for (const std::size_t labels : {200u, 60'000u, 100'000u}) {
    const NodeBytes nodes(labels);
    const std::vector<select::Node> low{1, 0}, high{1, static_cast<select::Node>(labels - 1)};
    Sequence a(nodes.size_of(2)), b(nodes.size_of(2));
    nodes.write(low, a.data());
    nodes.write(high, b.data());
    EXPECT_LT(a, b);
    std::vector<select::Node> back;
    nodes.read(b, back);
    EXPECT_EQ(back, high);
  }
}

}  // namespace
}  // namespace viaggio::journey
