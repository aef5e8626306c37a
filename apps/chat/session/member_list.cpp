#include "chat/session/member_list.hpp"

#include <set>
#include <utility>

#include "chat/session/session.hpp"

namespace duplex::chat {
namespace {

Result<MembersPage> read_members(Store& store, const RoomId& room) {
  MembersPage all;
  MembersQuery query{room, std::nullopt, members_page_max};
  do {
    auto page = store.members(query);
    if (!page) return page.error();
    all.members.insert(all.members.end(), page->members.begin(), page->members.end());
    all.more = page->more && !page->members.empty();
    if (!all.members.empty()) query.after = all.members.back().user.id;
  } while (all.more && all.members.size() < who_members_max);
  return all;
}

class Lister {
 public:
  Lister(const World& world, const RoomId& room) : world_(world), list_{room, {}, false} {}

  void add_those_here() {
    for (const SessionId id : world_.sessions.ids()) {
      const Session& session = *world_.sessions.find(id);
      if (session.rooms().contains(list_.room)) add(session.me().id, session.me().name);
    }
  }

  // Under the name in use when they are here, else under their own.
  void add(const Member& member) {
    const Session* session = world_.sessions.find(member.user.id);
    add(member.user.id, session != nullptr ? session->me().name : member.user.name.text());
  }

  MemberList take(bool more) {
    list_.more = more || is_cut_;
    return std::move(list_);
  }

 private:
  void add(const UserId& user, const std::string& name) {
    if (listed_.contains(user)) return;
    if (list_.members.size() >= who_members_max) {
      is_cut_ = true;
      return;
    }
    listed_.insert(user);
    list_.members.push_back({user, name, world_.presence.state(user)});
  }

  const World& world_;
  MemberList list_;
  std::set<UserId> listed_;
  bool is_cut_ = false;
};

}  // namespace

Result<MemberList> list_members(World& world, const RoomId& room) {
  const auto page = read_members(world.store, room);
  if (!page) return page.error();
  Lister lister(world, room);
  if (page->more || page->members.size() > who_members_max) lister.add_those_here();
  for (const Member& member : page->members) lister.add(member);
  return lister.take(page->more);
}

}  // namespace duplex::chat
