#include "chat/store/sqlite/folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

namespace duplex::chat {
namespace {

Error cannot_use(const std::filesystem::path& path, const std::string& reason) {
  return {ErrorCode::unavailable, "cannot use the data folder " + path.string() + ": " + reason};
}

// A new folder must survive a power loss as well as what is written into it.
void sync_folder(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

std::optional<Error> create_folder(const std::filesystem::path& path) {
  std::error_code failure;
  if (std::filesystem::is_directory(path, failure)) return std::nullopt;
  const std::filesystem::path parent = std::filesystem::absolute(path).lexically_normal().parent_path();
  std::filesystem::create_directories(parent, failure);
  if (failure) return cannot_use(path, failure.message());
  if (::mkdir(path.c_str(), S_IRWXU) != 0) return cannot_use(path, std::strerror(errno));
  sync_folder(parent);
  return std::nullopt;
}

int open_private_file(const std::filesystem::path& path) {
  return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

std::optional<Error> create_database_file(const LockedFolder& folder, const std::filesystem::path& path) {
  const int descriptor = open_private_file(folder.database());
  if (descriptor < 0) return cannot_use(path, std::strerror(errno));
  ::close(descriptor);
  sync_folder(path);
  return std::nullopt;
}

}  // namespace

Result<std::shared_ptr<LockedFolder>> LockedFolder::open(const std::filesystem::path& path) {
  if (auto failed = create_folder(path)) return *failed;
  const int lock = open_private_file(path / "lock");
  if (lock < 0) return cannot_use(path, std::strerror(errno));
  auto folder = std::make_shared<LockedFolder>(path, lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) return cannot_use(path, "another server is using it");
  if (auto failed = create_database_file(*folder, path)) return *failed;
  return folder;
}

LockedFolder::LockedFolder(std::filesystem::path path, int lock_descriptor)
    : path_(std::move(path)), lock_descriptor_(lock_descriptor) {}

LockedFolder::~LockedFolder() { ::close(lock_descriptor_); }

}  // namespace duplex::chat
