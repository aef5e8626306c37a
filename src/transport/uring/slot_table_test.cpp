#include "transport/uring/slot_table.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace duplex::transport {
namespace {

TEST(SlotTable, ATicketFindsItsObjectUntilThatIsTakenOut) {
  SlotTable<std::unique_ptr<int>> table;
  const Ticket one = table.add(std::make_unique<int>(1));
  const Ticket two = table.add(std::make_unique<int>(2));
  EXPECT_EQ(**table.find(one), 1);
  EXPECT_EQ(**table.find(two), 2);
  EXPECT_EQ(*table.take(one), 1);
  EXPECT_EQ(table.find(one), nullptr);
  EXPECT_EQ(**table.find(two), 2);
}

TEST(SlotTable, AnOldTicketDoesNotFindTheNextOwnerOfItsPlace) {
  SlotTable<std::unique_ptr<int>> table;
  const Ticket old = table.add(std::make_unique<int>(1));
  table.take(old);
  const Ticket anew = table.add(std::make_unique<int>(2));
  EXPECT_EQ(anew.index, old.index);
  EXPECT_EQ(table.find(old), nullptr);
  EXPECT_EQ(**table.find(anew), 2);
}

TEST(SlotTable, ATicketOfNothingFindsNothing) {
  SlotTable<std::unique_ptr<int>> table;
  EXPECT_EQ(table.find(Ticket()), nullptr);
}

TEST(SlotTable, WhatIsInItIsVisited) {
  SlotTable<std::unique_ptr<int>> table;
  table.take(table.add(std::make_unique<int>(1)));
  table.add(std::make_unique<int>(2));
  table.add(std::make_unique<int>(3));
  int sum = 0;
  table.for_each([&sum](const std::unique_ptr<int>& each) { sum += *each; });
  EXPECT_EQ(sum, 5);
}

}  // namespace
}  // namespace duplex::transport
