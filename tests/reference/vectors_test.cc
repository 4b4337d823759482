#include <gtest/gtest.h>
TEST(Vectors, Placeholder) { SUCCEED(); }
