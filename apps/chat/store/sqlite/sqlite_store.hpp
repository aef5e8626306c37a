// The store that keeps the chat in one SQLite database on the local disk. See ../README.md for the durability
// promise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "chat/domain/store.hpp"

namespace duplex::chat {

struct SqliteStoreOptions {
  // Created with mode 0700 when missing; the files in it get 0600.
  std::filesystem::path folder;
  Post post;
  RandomBytes random;
  // Changes that wait for the disk; one more is answered `unavailable`.
  std::size_t queue_requests_max = 4096;
  // Told on the loop thread, in one line for the operator, why changes were refused. May be empty.
  std::function<void(const std::string&)> report;
  // Bounds the size of the database file; a full one is answered `unavailable`. 0 leaves it to the disk.
  std::uint32_t database_pages_max = 0;
};

// Opens or creates the database, starts the writer thread. The error is one line for the operator: the folder
// cannot be used, another server uses it, or the database was made by a newer version.
Result<std::unique_ptr<Store>> open_sqlite_store(SqliteStoreOptions options);

}  // namespace duplex::chat
