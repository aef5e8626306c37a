#include "chat/session/greeting.hpp"

#include <utility>

#include "chat/domain/resume.hpp"
#include "chat/domain/token.hpp"
#include "chat/session/client_version.hpp"
#include "chat/session/message_writer.hpp"
#include "chat/session/session.hpp"

namespace duplex::chat {
namespace {

// One hello on its way. A value, because the store answers later.
struct Greeter {
  World& world;
  RequestId id;
  std::optional<Resume> resume;

  void operator()(Session& session, const Anonymous&) const {
    session.greeting_refused(id,
                             {ErrorCode::unauthorized, "say who you are: \"auth\" has a name or a token"});
  }

  void operator()(Session& session, const ByToken& credentials) const {
    const auto user = world.store.user_by_token(hash_token(credentials.token));
    if (!user) return session.greeting_refused(id, user.error());
    if (!*user) return session.greeting_refused(id, {ErrorCode::unauthorized, "this token is not known"});
    const auto memberships = world.store.memberships((*user)->id);
    if (!memberships) return session.greeting_refused(id, memberships.error());
    const Name name = world.names.claim_or_number((*user)->id, (*user)->name);
    welcome(session, {(*user)->id, name.text()}, credentials.token, *memberships);
  }

  void operator()(Session& session, const ByName& credentials) const {
    const auto parsed = Name::parse(credentials.name);
    if (!parsed) return session.greeting_refused(id, parsed.error());
    const UserId user = UserId::make(world.random);
    const auto name = world.names.claim(user, *parsed);
    if (!name) return session.greeting_refused(id, name.error());
    const std::string token = make_token(world.random);
    session.greeting_started();
    // Not when_done(): the name has to be given back even if nobody waits for the answer any more.
    world.store.create_guest({user, *name, hash_token(token), world.clock.utc_ms()},
                             [greeter = *this, session_id = session.id(), user, token](Result<User> made) {
                               greeter.guest_made(session_id, user, token, made);
                             });
  }

  void guest_made(SessionId session_id, const UserId& user, const std::string& token,
                  const Result<User>& made) const {
    Session* session = world.sessions.find(session_id);
    if (session == nullptr || session->is_closed()) return world.names.release(user);
    const auto memberships =
        made ? world.store.memberships(user) : Result<std::vector<Membership>>(made.error());
    if (memberships) {
      welcome(*session, {user, made->name.text()}, token, *memberships);
    } else {
      world.names.release(user);
      session->greeting_refused(id, memberships.error());
    }
    session->advance();
  }

  void welcome(Session& session, const Author& me, const std::string& token,
               const std::vector<Membership>& memberships) const {
    session.greeting_done(me);
    take_over(session);
    session.push(write_greeting(id, {me, token, world.store.epoch(), world.options.rates.send, memberships}));
    for (const Membership& membership : memberships) enter(session, membership.room);
  }

  // The new connection is there before the old one goes, so that nobody sees the user leave.
  void take_over(Session& session) const {
    Session* old = world.sessions.find(session.me().id);
    world.presence.connect(session.me().id, session.me().name, session.id());
    world.sessions.assign(session.me().id, session.id());
    if (old == nullptr) return;
    // Two clients with one token would throw each other out for ever, so the loser should take its time.
    old->close(ChatClose::taken_over, "another connection has taken over", restart_retry_ms_max);
  }

  void enter(Session& session, const Room& room) const {
    const auto cursor = find_cursor(room.id);
    if (!cursor) return session.rooms().follow(room);
    const bool is_same_log = resume->epoch == world.store.epoch();
    const EpochMatch epoch = is_same_log ? EpochMatch::same : EpochMatch::different;
    session.rooms().resume(room, plan_resume(epoch, *cursor, room));
  }

  std::optional<Seq> find_cursor(const RoomId& room) const {
    if (!resume) return std::nullopt;
    const auto cursor = resume->cursors.find(room);
    if (cursor == resume->cursors.end()) return std::nullopt;
    return cursor->second;
  }
};

}  // namespace

void greet(Session& session, World& world, const RequestId& id, const Hello& hello) {
  if (is_outdated(hello.client, world.options.client_versions_min)) {
    session.refuse(id, {ErrorCode::bad_request, "this client is too old for this server"});
    return session.close(ChatClose::outdated, "this client is too old for this server");
  }
  const Greeter greeter{world, id, hello.resume};
  std::visit([&](const auto& credentials) { greeter(session, credentials); }, hello.credentials);
}

}  // namespace duplex::chat
