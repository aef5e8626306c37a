// Keeps a page of history small enough for one message.
#pragma once

#include <cstddef>

#include "chat/domain/query.hpp"

namespace duplex::chat {

// Drops the events farthest from the position until the rest fits, and says so in `more_before` and
// `more_after`. One event is kept whatever its size.
void fit_page(HistoryPage& page, const HistoryPosition& position, std::size_t bytes_max);

}  // namespace duplex::chat
