#include "chat/store/sqlite/schema.hpp"

#include "chat/domain/ledger.hpp"

namespace duplex::chat {
namespace {

// Things have a number inside and an opaque id outside: numbers make indexes small and stay in the file.
constexpr const char* schema_sql = R"sql(
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,       -- names are unique among the connected only: see the domain
  token BLOB UNIQUE,            -- SHA-256
  created INTEGER NOT NULL      -- every time is milliseconds since the Unix epoch, UTC
) STRICT;

CREATE TABLE rooms (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  kind INTEGER NOT NULL,        -- 1 public, 2 private, 3 direct
  topic TEXT NOT NULL DEFAULT '',
  last INTEGER NOT NULL DEFAULT 0,
  last_ts INTEGER NOT NULL DEFAULT 0,
  floor INTEGER NOT NULL DEFAULT 0,
  members INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL
) STRICT;
-- Only public names are unique: a conflict with a private one would tell that it exists.
CREATE UNIQUE INDEX rooms_by_public_name ON rooms (name_key) WHERE kind = 1;

CREATE TABLE members (
  room INTEGER NOT NULL REFERENCES rooms,
  user INTEGER NOT NULL REFERENCES users,
  role INTEGER NOT NULL,        -- 1 guest, 2 member, 3 moderator, 4 admin, 5 owner
  read INTEGER NOT NULL,
  PRIMARY KEY (room, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_by_user ON members (user);

CREATE TABLE events (
  number INTEGER PRIMARY KEY,   -- the order of commits over all rooms
  room INTEGER NOT NULL REFERENCES rooms,
  seq INTEGER NOT NULL,
  prev INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  kind INTEGER NOT NULL,        -- 1 msg, 2 edit, 3 del, 4 react, 5 join, 6 leave, 7 meta, 8 kick, 9 ban
  author INTEGER NOT NULL REFERENCES users,
  author_name TEXT NOT NULL,    -- as it was then
  cid BLOB,                     -- the UUID's 16 bytes
  target INTEGER,
  body TEXT NOT NULL,
  UNIQUE (room, seq)
) STRICT;

-- Which client ids were used: kept when their events are trimmed, so that a repetition is recognised for good.
CREATE TABLE sent (
  user INTEGER NOT NULL REFERENCES users,
  cid BLOB NOT NULL,
  room INTEGER NOT NULL REFERENCES rooms,
  seq INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  PRIMARY KEY (user, cid)
) STRICT, WITHOUT ROWID;
)sql";

std::int64_t read_version(const Database& database) {
  const Statement version(database, "PRAGMA user_version");
  Run run(version);
  return run.next() ? run.integer(0) : 0;
}

std::string read_epoch(const Database& database) {
  const Statement epoch(database, "SELECT value FROM meta WHERE key = 'epoch'");
  Run run(epoch);
  return run.next() ? run.text(0) : std::string();
}

bool set_write_ahead_log(const Database& database) {
  const Statement journal_mode(database, "PRAGMA journal_mode = WAL");
  Run run(journal_mode);
  return run.next() && run.text(0) == "wal";
}

void create_schema(Database& database, const RandomBytes& random) {
  database.begin();
  database.execute(schema_sql);
  const std::string epoch = make_epoch(random);
  const Statement insert(database, "INSERT INTO meta VALUES ('epoch', ?)");
  Run(insert, epoch).finish();
  database.execute("PRAGMA user_version = " + std::to_string(schema_version));
  database.commit();
}

Error refuse(const std::string& reason) { return {ErrorCode::unavailable, reason}; }

}  // namespace

Result<std::string> prepare_database(Database& database, const RandomBytes& random) {
  const std::int64_t version = read_version(database);
  if (version > schema_version)
    return refuse("this database was made by a newer version (schema " + std::to_string(version) +
                  ", this program knows " + std::to_string(schema_version) + ")");
  if (!set_write_ahead_log(database)) return refuse("this file system cannot hold a write-ahead log");
  // FULL syncs the log at every commit: an acknowledged message survives the loss of power, not only of the
  // process.
  database.execute(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864");
  if (version == 0) create_schema(database, random);
  return read_epoch(database);
}

}  // namespace duplex::chat
