#include "chat/store/sqlite/sqlite_tables.hpp"

#include <algorithm>
#include <utility>

namespace duplex::chat {
namespace {

// The columns of a Room, in the order in which room_from() reads them.
constexpr const char* room_columns = "r.id, r.name, r.name_key, r.kind, r.topic, r.last, r.floor, r.members";
constexpr int room_columns_count = 8;

// Messages of others among the newest events above the read mark; the inner LIMIT bounds the work.
const std::string unread_column =
    "(SELECT count(*) FROM (SELECT kind, author FROM events WHERE room = m.room AND seq > m.read"
    " ORDER BY seq DESC LIMIT " +
    std::to_string(unread_count_max) + ") WHERE kind = 1 AND author <> m.user)";

const std::string select_membership = std::string("SELECT ") + room_columns + ", m.role, m.read, " +
                                      unread_column + " FROM members m JOIN rooms r ON r.number = m.room ";

const std::string select_event =
    "SELECT e.seq, e.prev, e.ts, e.kind, u.id, e.author_name, e.cid, e.body, e.target"
    " FROM events e JOIN users u ON u.number = e.author"
    " WHERE e.room = (SELECT number FROM rooms WHERE id = ?) ";

// What was checked before it was written is trusted when it is read; anything else is a damaged file.
template<class Parsed>
Parsed expect(std::optional<Parsed> parsed) {
  if (!parsed) throw StorageFailure("the database holds an id that this program cannot have written");
  return *std::move(parsed);
}

User user_from(const Run& run) {
  return {expect(UserId::parse(run.text(0))), Name::restore(run.text(1), run.text(2))};
}

Room room_from(const Run& run) {
  return {expect(RoomId::parse(run.text(0))),
          Name::restore(run.text(1), run.text(2)),
          static_cast<RoomKind>(run.integer(3)),
          run.text(4),
          run.integer(5),
          run.integer(6),
          static_cast<std::size_t>(run.integer(7))};
}

Membership membership_from(const Run& run) {
  return {room_from(run), static_cast<Role>(run.integer(room_columns_count)),
          run.integer(room_columns_count + 1), static_cast<std::size_t>(run.integer(room_columns_count + 2))};
}

std::optional<Cid> cid_from(const Run& run, int column) {
  const Blob blob = run.blob(column);
  Cid::Bytes bytes{};
  if (blob.size() != bytes.size()) return std::nullopt;
  std::copy(blob.begin(), blob.end(), bytes.begin());
  return Cid(bytes);
}

Event event_from(const Run& run, const RoomId& room) {
  Event event{room,
              run.integer(0),
              run.integer(1),
              run.integer(2),
              static_cast<EventKind>(run.integer(3)),
              {expect(UserId::parse(run.text(4))), run.text(5)},
              cid_from(run, 6),
              run.text(7),
              std::nullopt};
  if (!run.is_null(8)) event.target = run.integer(8);
  return event;
}

std::vector<Event> events_from(Run& run, const RoomId& room) {
  std::vector<Event> events;
  while (run.next()) events.push_back(event_from(run, room));
  return events;
}

template<class Limit>
std::int64_t bounded(std::size_t limit, Limit limit_max) {
  return static_cast<std::int64_t>(std::clamp<std::size_t>(limit, 1, limit_max));
}

// One row more than the page holds was read to know whether there is more.
template<class Row>
bool drop_the_surplus(std::vector<Row>& rows, std::int64_t limit) {
  if (rows.size() <= static_cast<std::size_t>(limit)) return false;
  rows.pop_back();
  return true;
}

}  // namespace

struct SqliteTables::Statements {
  explicit Statements(const Database& borrowed) : database(borrowed) {}

  Statement prepare(const std::string& sql) const { return {database, sql}; }

  const Database& database;

  Statement find_user_by_id = prepare("SELECT id, name, name_key FROM users WHERE id = ?");
  Statement find_user_by_token = prepare("SELECT id, name, name_key FROM users WHERE token = ?");
  Statement insert_user =
      prepare("INSERT INTO users (id, name, name_key, token, created) VALUES (?, ?, ?, ?, ?)");

  Statement find_room =
      prepare(std::string("SELECT ") + room_columns + ", r.last_ts FROM rooms r WHERE r.id = ?");
  Statement find_public_name = prepare("SELECT 1 FROM rooms WHERE kind = 1 AND name_key = ?");
  Statement count_rooms = prepare("SELECT count(*) FROM rooms");
  Statement insert_room =
      prepare("INSERT INTO rooms (id, name, name_key, kind, created) VALUES (?, ?, ?, ?, ?)");
  Statement find_public_rooms =
      prepare(std::string("SELECT ") + room_columns +
              " FROM rooms r WHERE r.kind = 1"
              " AND r.name_key > ifnull((SELECT name_key FROM rooms WHERE id = ?), '')"
              " AND instr(r.name_key, ?) > 0 AND NOT EXISTS (SELECT 1 FROM members m WHERE m.room = r.number"
              " AND m.user = (SELECT number FROM users WHERE id = ?)) ORDER BY r.name_key LIMIT ?");

  Statement find_member = prepare(
      "SELECT 1 FROM members WHERE room = (SELECT number FROM rooms WHERE id = ?)"
      " AND user = (SELECT number FROM users WHERE id = ?)");
  Statement find_membership =
      prepare(select_membership + "WHERE r.id = ? AND m.user = (SELECT number FROM users WHERE id = ?)");
  Statement find_memberships =
      prepare(select_membership + "WHERE m.user = (SELECT number FROM users WHERE id = ?) ORDER BY r.id");
  Statement count_memberships =
      prepare("SELECT count(*) FROM members WHERE user = (SELECT number FROM users WHERE id = ?)");
  Statement find_members = prepare(
      "SELECT u.id, u.name, u.name_key, m.role FROM members m JOIN users u ON u.number = m.user"
      " WHERE m.room = (SELECT number FROM rooms WHERE id = ?)"
      " AND m.user > ifnull((SELECT number FROM users WHERE id = ?), 0) ORDER BY m.user LIMIT ?");
  Statement insert_member = prepare(
      "INSERT INTO members (room, user, role, read) VALUES ((SELECT number FROM rooms WHERE id = ?),"
      " (SELECT number FROM users WHERE id = ?), ?, ?)");
  Statement remove_member = prepare(
      "DELETE FROM members WHERE room = (SELECT number FROM rooms WHERE id = ?)"
      " AND user = (SELECT number FROM users WHERE id = ?)");
  Statement add_to_member_count = prepare("UPDATE rooms SET members = members + ? WHERE id = ?");
  Statement set_read = prepare(
      "UPDATE members SET read = ? WHERE room = (SELECT number FROM rooms WHERE id = ?)"
      " AND user = (SELECT number FROM users WHERE id = ?)");

  Statement insert_event = prepare(
      "INSERT INTO events (room, seq, prev, ts, kind, author, author_name, cid, target, body) VALUES"
      " ((SELECT number FROM rooms WHERE id = ?), ?, ?, ?, ?, (SELECT number FROM users WHERE id = ?), ?, ?, "
      "?, ?)");
  Statement set_log_end = prepare("UPDATE rooms SET last = ?, last_ts = ? WHERE id = ?");
  Statement insert_sent = prepare(
      "INSERT INTO sent (user, cid, room, seq, ts) VALUES ((SELECT number FROM users WHERE id = ?), ?,"
      " (SELECT number FROM rooms WHERE id = ?), ?, ?)");
  Statement find_sent = prepare(
      "SELECT r.id, s.seq, s.ts FROM sent s JOIN rooms r ON r.number = s.room"
      " WHERE s.user = (SELECT number FROM users WHERE id = ?) AND s.cid = ?");
  Statement remove_events =
      prepare("DELETE FROM events WHERE room = (SELECT number FROM rooms WHERE id = ?) AND seq <= ?");
  Statement set_floor = prepare("UPDATE rooms SET floor = ? WHERE id = ?");
  Statement events_below = prepare(select_event + "AND e.seq < ? ORDER BY e.seq DESC LIMIT ?");
  Statement events_above = prepare(select_event + "AND e.seq > ? ORDER BY e.seq LIMIT ?");
};

SqliteTables::SqliteTables(std::unique_ptr<Database> database)
    : database_(std::move(database)), statements_(std::make_unique<Statements>(*database_)) {}

SqliteTables::~SqliteTables() = default;

std::optional<User> SqliteTables::find_user(const UserId& id) {
  Run run(statements_->find_user_by_id, id.text());
  return run.next() ? std::optional(user_from(run)) : std::nullopt;
}

std::optional<User> SqliteTables::find_user(const TokenHash& token) {
  Run run(statements_->find_user_by_token, Blob(token));
  return run.next() ? std::optional(user_from(run)) : std::nullopt;
}

void SqliteTables::insert_user(const User& user, const TokenHash& token, TimeMs created) {
  Run(statements_->insert_user, user.id.text(), user.name.text(), user.name.key(), Blob(token), created)
      .finish();
}

std::optional<RoomRecord> SqliteTables::find_room(const RoomId& id) {
  Run run(statements_->find_room, id.text());
  if (!run.next()) return std::nullopt;
  Room room = room_from(run);
  const LogEnd end{room.last, run.integer(room_columns_count)};
  return RoomRecord{std::move(room), end};
}

bool SqliteTables::has_public_room_named(const Name& name) {
  return Run(statements_->find_public_name, name.key()).next();
}

std::size_t SqliteTables::count_rooms() {
  Run run(statements_->count_rooms);
  return run.next() ? static_cast<std::size_t>(run.integer(0)) : 0;
}

void SqliteTables::insert_room(const RoomId& id, const Name& name, RoomKind kind, TimeMs created) {
  Run(statements_->insert_room, id.text(), name.text(), name.key(), static_cast<int>(kind), created).finish();
}

RoomsPage SqliteTables::find_public_rooms(const RoomsQuery& query) {
  const std::int64_t limit = bounded(query.limit, rooms_page_max);
  const std::string text = search_key(query.text);
  const std::string after = query.after ? query.after->text() : std::string();
  Run run(statements_->find_public_rooms, after, text, query.user.text(), limit + 1);
  RoomsPage page;
  while (run.next()) page.rooms.push_back(room_from(run));
  page.more = drop_the_surplus(page.rooms, limit);
  return page;
}

bool SqliteTables::is_member(const RoomId& room, const UserId& user) {
  return Run(statements_->find_member, room.text(), user.text()).next();
}

std::optional<Membership> SqliteTables::find_membership(const RoomId& room, const UserId& user) {
  Run run(statements_->find_membership, room.text(), user.text());
  return run.next() ? std::optional(membership_from(run)) : std::nullopt;
}

std::vector<Membership> SqliteTables::find_memberships(const UserId& user) {
  Run run(statements_->find_memberships, user.text());
  std::vector<Membership> memberships;
  while (run.next()) memberships.push_back(membership_from(run));
  return memberships;
}

std::size_t SqliteTables::count_memberships(const UserId& user) {
  Run run(statements_->count_memberships, user.text());
  return run.next() ? static_cast<std::size_t>(run.integer(0)) : 0;
}

MembersPage SqliteTables::find_members(const MembersQuery& query) {
  const std::int64_t limit = bounded(query.limit, members_page_max);
  const std::string after = query.after ? query.after->text() : std::string();
  Run run(statements_->find_members, query.room.text(), after, limit + 1);
  MembersPage page;
  while (run.next()) page.members.push_back({user_from(run), static_cast<Role>(run.integer(3))});
  page.more = drop_the_surplus(page.members, limit);
  return page;
}

void SqliteTables::insert_member(const MemberRecord& member) {
  Run(statements_->insert_member, member.room.text(), member.user.text(), static_cast<int>(member.role),
      member.read)
      .finish();
  Run(statements_->add_to_member_count, 1, member.room.text()).finish();
}

void SqliteTables::remove_member(const RoomId& room, const UserId& user) {
  Run(statements_->remove_member, room.text(), user.text()).finish();
  Run(statements_->add_to_member_count, -1, room.text()).finish();
}

void SqliteTables::set_read(const RoomId& room, const UserId& user, Seq seq) {
  Run(statements_->set_read, seq, room.text(), user.text()).finish();
}

void SqliteTables::insert_event(const Event& event) {
  const auto cid = event.cid ? std::optional<Blob>(event.cid->bytes()) : std::nullopt;
  Run(statements_->insert_event, event.room.text(), event.seq, event.prev, event.ts,
      static_cast<int>(event.kind), event.author.id.text(), event.author.name, cid, event.target, event.body)
      .finish();
  Run(statements_->set_log_end, event.seq, event.ts, event.room.text()).finish();
  if (cid)
    Run(statements_->insert_sent, event.author.id.text(), *cid, event.room.text(), event.seq, event.ts)
        .finish();
}

std::optional<SentRecord> SqliteTables::find_sent(const UserId& user, const Cid& cid) {
  Run run(statements_->find_sent, user.text(), Blob(cid.bytes()));
  if (!run.next()) return std::nullopt;
  return SentRecord{expect(RoomId::parse(run.text(0))), run.integer(1), run.integer(2)};
}

void SqliteTables::remove_events_through(const RoomId& room, Seq floor) {
  Run(statements_->remove_events, room.text(), floor).finish();
  Run(statements_->set_floor, floor, room.text()).finish();
}

std::vector<Event> SqliteTables::events_below(const RoomId& room, Seq seq, std::size_t limit) {
  Run run(statements_->events_below, room.text(), seq, static_cast<std::int64_t>(limit));
  std::vector<Event> events = events_from(run, room);
  std::reverse(events.begin(), events.end());
  return events;
}

std::vector<Event> SqliteTables::events_above(const RoomId& room, Seq seq, std::size_t limit) {
  Run run(statements_->events_above, room.text(), seq, static_cast<std::int64_t>(limit));
  return events_from(run, room);
}

}  // namespace duplex::chat
