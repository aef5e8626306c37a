#include "chat/store/sqlite/database.hpp"

#include <utility>

#include "chat/domain/tables.hpp"

namespace duplex::chat {
namespace {

// Only a tool of the operator can hold a lock of SQLite's. The writer may wait for it, the loop thread
// hardly.
constexpr int writer_busy_timeout_ms = 5000;
constexpr int reader_busy_timeout_ms = 100;

[[noreturn]] void fail(sqlite3* handle) { throw StorageFailure(sqlite3_errmsg(handle)); }

}  // namespace

Database::Database(std::shared_ptr<LockedFolder> folder, Access access)
    : folder_(std::move(folder)), begin_(access == Access::read_only ? "BEGIN" : "BEGIN IMMEDIATE") {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(folder_->database().c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(handle);
  sqlite3_busy_timeout(handle, access == Access::read_only ? reader_busy_timeout_ms : writer_busy_timeout_ms);
  if (access == Access::read_only) execute("PRAGMA query_only = ON");
}

void Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(handle());
}

void Database::begin() { execute(begin_); }

void Database::rollback() noexcept {
  if (sqlite3_get_autocommit(handle()) == 0) sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Statement::Statement(const Database& database, std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(database.handle());
}

Run::~Run() {
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

bool Run::next() {
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  fail(sqlite3_db_handle(handle_));
}

std::string Run::text(int column) const {
  const Blob bytes = blob(column);
  return {bytes.begin(), bytes.end()};
}

// SQLite answers a blob of no bytes with a null pointer, and gives the bytes of a text as they are.
Blob Run::blob(int column) const {
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_, column));
  const int length = sqlite3_column_bytes(handle_, column);
  return bytes == nullptr ? Blob() : Blob(bytes, static_cast<std::size_t>(length));
}

void Run::bind(int place, std::int64_t value) { check(sqlite3_bind_int64(handle_, place, value)); }

void Run::bind(int place, std::string_view value) {
  // A null pointer would be NULL, not the empty text.
  const char* bytes = value.data() == nullptr ? "" : value.data();
  check(sqlite3_bind_text(handle_, place, bytes, static_cast<int>(value.size()), SQLITE_STATIC));
}

void Run::bind(int place, Blob value) {
  check(sqlite3_bind_blob(handle_, place, value.data(), static_cast<int>(value.size()), SQLITE_STATIC));
}

void Run::bind(int place, const std::optional<std::int64_t>& value) {
  value ? bind(place, *value) : check(sqlite3_bind_null(handle_, place));
}

void Run::bind(int place, const std::optional<Blob>& value) {
  value ? bind(place, *value) : check(sqlite3_bind_null(handle_, place));
}

void Run::check(int code) const {
  if (code != SQLITE_OK) fail(sqlite3_db_handle(handle_));
}

}  // namespace duplex::chat
