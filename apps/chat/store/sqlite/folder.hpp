// The data folder: private to its owner, and used by one server at a time.
#pragma once

#include <filesystem>
#include <memory>

#include "chat/domain/result.hpp"

namespace duplex::chat {

// Holds the lock of the folder while it lives. The lock is the kernel's (flock), so it ends with the process,
// however that ends; the lock file stays behind and means nothing.
class LockedFolder {
 public:
  // Creates the folder (0700) and an empty database file (0600; SQLite gives its side files the same mode)
  // where they are missing. The error is one line that names the path.
  static Result<std::shared_ptr<LockedFolder>> open(const std::filesystem::path& path);

  LockedFolder(std::filesystem::path path, int lock_descriptor);
  ~LockedFolder();
  LockedFolder(const LockedFolder&) = delete;
  LockedFolder& operator=(const LockedFolder&) = delete;

  std::filesystem::path database() const { return path_ / "chat.db"; }

 private:
  std::filesystem::path path_;
  int lock_descriptor_;
};

}  // namespace duplex::chat
