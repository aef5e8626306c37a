// A store that keeps everything in memory: for tests, and for a chat that may forget. See ../README.md.
#pragma once

#include <memory>

#include "chat/domain/store.hpp"

namespace duplex::chat {

struct MemoryStoreOptions {
  Post post;
  RandomBytes random;
};

std::unique_ptr<Store> make_memory_store(MemoryStoreOptions options);

}  // namespace duplex::chat
