// The database's shape. It is documented here, in SQL, because operators and other programs read it.
#pragma once

#include <cstdint>
#include <string>

#include "chat/domain/id.hpp"
#include "chat/domain/result.hpp"
#include "chat/store/sqlite/database.hpp"

namespace duplex::chat {

// Kept in `PRAGMA user_version`. A change of the schema adds a step from each version to the next.
inline constexpr std::int64_t schema_version = 1;

// Sets the journal mode and durability of a read-write connection, creates the schema in an empty database.
// The value is the epoch; the error is one line for the operator, for example that a newer version made this
// database.
Result<std::string> prepare_database(Database& database, const RandomBytes& random);

}  // namespace duplex::chat
