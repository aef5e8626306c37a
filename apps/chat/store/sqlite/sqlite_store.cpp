#include "chat/store/sqlite/sqlite_store.hpp"

#include <utility>

#include "chat/store/ledger_store.hpp"
#include "chat/store/sqlite/schema.hpp"
#include "chat/store/sqlite/writer.hpp"

namespace duplex::chat {
namespace {

std::unique_ptr<SqliteTables> open_tables(std::shared_ptr<LockedFolder> folder, Access access) {
  return std::make_unique<SqliteTables>(std::make_unique<Database>(std::move(folder), access));
}

// The lobby is not part of the schema, because what it is called is a rule of the chat.
void prepare_lobby(SqliteTables& tables) {
  tables.database().begin();
  create_lobby(tables);
  tables.database().commit();
}

Result<std::unique_ptr<Store>> open_in(const std::shared_ptr<LockedFolder>& folder,
                                       SqliteStoreOptions& options) {
  auto database = std::make_unique<Database>(folder, Access::read_write);
  auto epoch = prepare_database(*database, options.random);
  if (!epoch) return epoch.error();
  if (options.database_pages_max > 0)
    database->execute("PRAGMA max_page_count = " + std::to_string(options.database_pages_max));
  auto written = std::make_unique<SqliteTables>(std::move(database));
  prepare_lobby(*written);
  auto read = open_tables(folder, Access::read_only);
  WriterOptions writer_options{std::move(options.post), std::move(options.report),
                               options.queue_requests_max};
  auto writer = std::make_unique<Writer>(std::move(written), std::move(writer_options));
  return std::unique_ptr<Store>(new LedgerStore(std::move(*epoch), std::move(read), std::move(writer)));
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(SqliteStoreOptions options) {
  const auto folder = LockedFolder::open(options.folder);
  if (!folder) return folder.error();
  const std::string path = (*folder)->database().string();
  try {
    auto store = open_in(*folder, options);
    if (!store) return Error{store.error().code, "cannot open " + path + ": " + store.error().message};
    return store;
  } catch (const StorageFailure& failure) {
    return Error{ErrorCode::unavailable, "cannot open " + path + ": " + failure.what()};
  }
}

}  // namespace duplex::chat
