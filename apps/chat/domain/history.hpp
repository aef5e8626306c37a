// How a page of a room's history is put together from the events on either side of a seq.
#pragma once

#include "chat/domain/query.hpp"
#include "chat/domain/result.hpp"
#include "chat/domain/tables.hpp"

namespace duplex::chat {

// `not_found` when there is no such room.
Result<HistoryPage> read_history(Tables& tables, const HistoryQuery& query);

}  // namespace duplex::chat
