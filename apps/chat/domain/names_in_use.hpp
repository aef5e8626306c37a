// A guest's name is its own while it is connected. This is the list of names that are taken right now.
#pragma once

#include <string>
#include <unordered_map>

#include "chat/domain/id.hpp"
#include "chat/domain/name.hpp"
#include "chat/domain/result.hpp"

namespace duplex::chat {

// In memory, loop thread only. Every successful claim is ended by release() when the user's last connection
// is gone, or at once when creating the guest failed.
class NamesInUse {
 public:
  // For a new guest, before it is stored, so that two who ask at the same time cannot both get the name:
  // `conflict` while another user holds it.
  Result<Name> claim(const UserId& user, const Name& name);

  // For a user who comes back. Nobody is turned away from their own conversations: whoever finds the name
  // taken by somebody who is connected is shown as "Name 2" (or the next free number) until the last
  // connection ends. The stored name stays as it is. A user who is connected already keeps the name in use.
  Name claim_or_number(const UserId& user, const Name& name);

  void release(const UserId& user);

 private:
  bool is_free(const Name& name) const;
  Name take(const UserId& user, const Name& name);

  std::unordered_map<std::string, UserId> holder_by_key_;
  std::unordered_map<UserId, Name> name_by_user_;
};

}  // namespace duplex::chat
