// SQLite as two small classes: a connection, and a prepared statement that is run with values bound in order.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "chat/store/sqlite/folder.hpp"

namespace duplex::chat {

enum class Access { read_only, read_write };

// One connection, used by one thread at a time. Everything throws StorageFailure with SQLite's text.
class Database {
 public:
  // Every connection holds the folder's lock, which thus ends with the last of them.
  Database(std::shared_ptr<LockedFolder> folder, Access access);

  sqlite3* handle() const { return handle_.get(); }
  void execute(const std::string& sql);

  void begin();
  void commit() { execute("COMMIT"); }
  // Undoes what is open, if anything is; SQLite has done it by itself after some failures.
  void rollback() noexcept;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };

  std::shared_ptr<LockedFolder> folder_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::string begin_;
};

class Statement {
 public:
  // Borrows the database.
  Statement(const Database& database, std::string_view sql);
  sqlite3_stmt* handle() const { return handle_.get(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

using Blob = std::span<const std::uint8_t>;

// One run of a statement: binds, steps, and leaves the statement ready for the next. Text and blobs are
// borrowed until it ends.
class Run {
 public:
  template<class... Values>
  explicit Run(const Statement& statement, const Values&... values) : handle_(statement.handle()) {
    int place = 0;
    (bind(++place, values), ...);
  }
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // Goes on to the next row: false at the end.
  bool next();
  // For statements without rows.
  void finish() {
    while (next()) {
    }
  }

  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_, column); }
  std::string text(int column) const;
  Blob blob(int column) const;
  bool is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

 private:
  void bind(int place, std::int64_t value);
  void bind(int place, std::string_view value);
  void bind(int place, Blob value);
  void bind(int place, const std::optional<std::int64_t>& value);
  void bind(int place, const std::optional<Blob>& value);
  void check(int code) const;

  sqlite3_stmt* handle_;
};

}  // namespace duplex::chat
