// Whether files have changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace duplex::cli {

/// Which file a path leads to, and when that was written last. Links are followed: certificate managers write
/// a new folder and turn a link to it. A value.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;
  off_t bytes = -1;  ///< -1: there is no such file

  bool operator==(const FileStamp&) const = default;
};

std::vector<FileStamp> stamps_of(const std::vector<std::string>& paths);

}  // namespace duplex::cli
