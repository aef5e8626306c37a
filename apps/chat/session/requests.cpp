#include "chat/session/requests.hpp"

#include "chat/domain/access.hpp"
#include "chat/session/member_list.hpp"
#include "chat/session/message_writer.hpp"
#include "chat/session/page_size.hpp"
#include "chat/session/session.hpp"

namespace duplex::chat {
namespace {

// One request, handled by the operator of its command.
class RequestHandler {
 public:
  RequestHandler(Session& session, World& world, const std::optional<RequestId>& id)
      : session_(session), world_(world), id_(id) {}

  // session.cpp has answered it.
  void operator()(const Hello&) const {}

  void operator()(const ListRooms& command) const {
    if (is_too_often()) return;
    answer(world_.store.public_rooms({session_.me().id, command.text, command.after, rooms_page_max}),
           [this](const RoomsPage& page) { return write_rooms(*id_, page); });
  }

  void operator()(const Send& command) const {
    if (!session_.admits(command.room, command.cid))
      return session_.refuse(id_, session_.refusal(), session_.refusal_ends_in_ms());
    const TimeMs now = world_.clock.steady_ms();
    if (const auto wait_ms = world_.limiter.take(session_.me().id, Limited::send, now))
      return refuse_for_now(session_, *id_, command, {ErrorCode::rate_limited, "too many messages"},
                            *wait_ms);
    append(command);
  }

  void operator()(const ReadHistory& command) const {
    if (is_limited(Limited::history)) return;
    if (const auto member = require_member(world_.store, command.room, session_.me().id); !member)
      return session_.refuse(id_, member.error());
    auto page = world_.store.history({command.room, command.position, command.limit});
    if (page) fit_page(*page, command.position, history_page_bytes_max);
    answer(page, [&](const HistoryPage& events) {
      return write_history(*id_, events, command.position, session_.me().id);
    });
  }

  void operator()(const Join& command) const {
    if (is_too_often()) return;
    session_.entering(command.room);
    world_.store.join({command.room, session_.me(), world_.clock.utc_ms()}, when_entered(command.room));
  }

  void operator()(const Create& command) const {
    if (is_too_often()) return;
    const auto name = Name::parse(command.name);
    if (!name) return session_.refuse(id_, name.error());
    const RoomId room = RoomId::make(world_.random);
    session_.entering(room);
    world_.store.create_room({room, *name, command.kind, session_.me(), world_.clock.utc_ms()},
                             when_entered(room));
  }

  void operator()(const Leave& command) const {
    if (is_too_often()) return;
    world_.store.leave({command.room, session_.me(), world_.clock.utc_ms()},
                       session_.when_done<RoomLeft>([id = *id_](Session& session, const auto& left) {
                         if (!left) return session.refuse(id, left.error());
                         session.rooms().leave(left->room);
                         session.push(write_left(id, left->room));
                       }));
  }

  void operator()(const SetRead& command) const {
    if (is_too_often()) return;
    world_.store.mark_read({command.room, session_.me().id, command.seq}, when_marked(command.room));
  }

  void operator()(const Who& command) const {
    if (is_too_often()) return;
    if (const auto member = require_member(world_.store, command.room, session_.me().id); !member)
      return session_.refuse(id_, member.error());
    answer(list_members(world_, command.room),
           [this](const MemberList& members) { return write_members(*id_, members); });
  }

  void operator()(const StartTyping& command) const {
    if (is_limited(Limited::typing) || is_outside(command.room)) return;
    world_.typing.start(command.room, session_.me().id, world_.clock.steady_ms());
    done();
  }

  void operator()(const StopTyping& command) const {
    if (is_outside(command.room)) return;
    world_.typing.stop(command.room, session_.me().id);
    done();
  }

  void operator()(const SetPresence& command) const {
    if (is_too_often()) return;
    world_.presence.set_state(session_.me().id, session_.id(), command.state);
    done();
  }

  void operator()(const Ping&) const {
    session_.push(write_pong());
    done();
  }

  void operator()(const Pong&) const {
    session_.pong_received();
    done();
  }

 private:
  void append(const Send& command) const {
    world_.store.append(
        {command.room, session_.me(), command.cid, EventKind::message, command.body, command.reply_to,
         world_.clock.utc_ms()},
        session_.when_done<Appended>([id = *id_, command](Session& session, const auto& sent) {
          if (sent) return session.push(write_sent(id, *sent));
          if (!is_temporary(sent.error().code)) return session.refuse(id, sent.error());
          refuse_for_now(session, id, command, sent.error(), retry_unavailable_ms);
        }));
  }

  // What was sent behind this message must not overtake it when it is sent again.
  static void refuse_for_now(Session& session, const RequestId& id, const Send& command, const Error& error,
                             TimeMs retry_ms) {
    session.refuse(id, error, retry_ms);
    session.shut(command.room, command.cid, error, retry_ms);
  }

  Done<Membership> when_entered(const RoomId& room) const {
    return session_.when_done<Membership>([id = *id_, room](Session& session, const auto& entered) {
      session.entered(room);
      // Whoever has taken over learns of it by the event.
      if (session.is_closed()) return;
      if (!entered) return session.refuse(id, entered.error());
      session.push(write_entered(id, *entered));
      session.rooms().follow(entered->room);
    });
  }

  Done<ReadMarked> when_marked(const RoomId& room) const {
    const UserId user = session_.me().id;
    return session_.when_done<ReadMarked>(
        [id = *id_, room, user, &world = world_](Session& session, const auto& marked) {
          if (!marked) return session.refuse(id, marked.error());
          session.push(write_read_mark(id, room, marked->seq));
          Session* successor = world.sessions.find(user);
          if (successor != nullptr && successor != &session) successor->push(write_read(room, marked->seq));
        });
  }

  template<class T, class Write>
  void answer(const Result<T>& result, Write write) const {
    if (!result) return session_.refuse(id_, result.error());
    session_.push(write(*result));
  }

  void done() const {
    if (id_) session_.push(write_done(*id_));
  }

  // Those who did not ask for an answer get none.
  void refuse_if_asked(const Error& error, std::optional<TimeMs> retry_ms = {}) const {
    if (id_) session_.refuse(id_, error, retry_ms);
  }

  bool is_too_often() const { return refuse_early(session_.take_request()); }

  bool is_limited(Limited what) const {
    return refuse_early(world_.limiter.take(session_.me().id, what, world_.clock.steady_ms()));
  }

  bool refuse_early(std::optional<TimeMs> wait_ms) const {
    if (wait_ms) refuse_if_asked({ErrorCode::rate_limited, "too many requests"}, wait_ms);
    return wait_ms.has_value();
  }

  bool is_outside(const RoomId& room) const {
    if (session_.rooms().contains(room)) return false;
    const auto member = require_member(world_.store, room, session_.me().id);
    if (!member) refuse_if_asked(member.error());
    return !member;
  }

  Session& session_;
  World& world_;
  const std::optional<RequestId>& id_;
};

}  // namespace

void handle_command(Session& session, World& world, const std::optional<RequestId>& id,
                    const Command& command) {
  std::visit(RequestHandler(session, world, id), command);
}

}  // namespace duplex::chat
