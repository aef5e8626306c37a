#include "chat/domain/history.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace duplex::chat {
namespace {

// The part of a page on one side of a seq. One more than wanted is read to know whether there is more.
struct Side {
  std::vector<Event> events;
  bool more = false;
};

Side read_below(Tables& tables, const RoomId& room, Seq seq, std::size_t limit) {
  Side side{tables.events_below(room, seq, limit + 1), false};
  side.more = side.events.size() > limit;
  if (side.more) side.events.erase(side.events.begin());
  return side;
}

Side read_above(Tables& tables, const RoomId& room, Seq seq, std::size_t limit) {
  Side side{tables.events_above(room, seq, limit + 1), false};
  side.more = side.events.size() > limit;
  if (side.more) side.events.pop_back();
  return side;
}

// Reads the sides of the page that a position asks for.
struct PageReader {
  Tables& tables;
  const Room& room;
  std::size_t limit;

  HistoryPage page(Side below, Side above) const {
    HistoryPage page{std::move(below.events), below.more, above.more, room.floor, room.last};
    std::move(above.events.begin(), above.events.end(), std::back_inserter(page.events));
    return page;
  }

  HistoryPage operator()(const Before& before) const {
    Side below = read_below(tables, room.id, before.seq, limit);
    return page(std::move(below), {{}, before.seq <= room.last});
  }

  HistoryPage operator()(const After& after) const {
    return page({{}, after.seq > room.floor}, read_above(tables, room.id, after.seq, limit));
  }

  HistoryPage operator()(const Around& around) const {
    const std::size_t below = limit / 2;
    return page(read_below(tables, room.id, around.seq, below),
                read_above(tables, room.id, around.seq - 1, limit - below));
  }

  HistoryPage operator()(const Latest&) const {
    return page(read_below(tables, room.id, room.last + 1, limit), {});
  }
};

}  // namespace

Result<HistoryPage> read_history(Tables& tables, const HistoryQuery& query) {
  const auto record = tables.find_room(query.room);
  if (!record) return no_such_room();
  const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, history_page_events_max);
  return std::visit(PageReader{tables, record->room, limit}, query.position);
}

}  // namespace duplex::chat
