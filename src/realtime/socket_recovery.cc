#include "realtime/socket_recovery.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "realtime/room.h"
#include "realtime/server.h"
#include "realtime/shard.h"

namespace tillcast::realtime {

namespace json = boost::json;

namespace {

/// Runs `step` on the socket's loop, if the socket is still there. Any thread.
template <class Step>
void on_loop(PeerRef socket, Step step) {
  socket.run([step = std::move(step)](Peer& peer) {
    if (SocketRecovery* const self = SocketRecovery::of(&peer)) step(*self);
  });
}

/// A text member; nothing if it is missing, null, or no text.
std::optional<std::string_view> text_member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  const json::string* const text = value == nullptr ? nullptr : value->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string_view(text->data(), text->size());
}

}  // namespace

SocketRecovery* SocketRecovery::of(Peer* socket) {
  return socket == nullptr ? nullptr : static_cast<Socket*>(socket)->recovery_.get();
}

SocketRecovery::SocketRecovery(Socket& socket, Recovery& recovery, const json::value& auth)
    : socket_(socket), recovery_(recovery) {
  read_request(auth);
}

void SocketRecovery::read_request(const json::value& auth) {
  const json::object* const sent = auth.if_object();
  if (sent == nullptr) return;
  const auto pid = text_member(*sent, "pid");
  if (!pid || pid->size() != kSidLength) return;
  Request request{std::string(*pid), {}, false};
  const json::value* const offset = sent->if_contains("offset");
  if (offset != nullptr && !offset->is_null()) {
    request.offset = text_member(*sent, "offset").value_or(std::string_view());
    request.has_offset = true;
  }
  request_ = std::make_unique<Request>(std::move(request));
}

const RecoveryHooks* SocketRecovery::hooks() const { return socket_.nsp().recovery_hooks(); }

std::string SocketRecovery::principal() const {
  return hooks() != nullptr && hooks()->principal ? hooks()->principal(socket_) : std::string();
}

std::string_view SocketRecovery::pid() const {
  return state_ == State::kSettled ? pid_.view() : std::string_view();
}

bool SocketRecovery::understands_offset() {
  if (!request_->has_offset) return true;
  const auto offset = Offset::parse(request_->offset);
  if (!offset || offset->epoch != recovery_.store.epoch()) return false;
  last_ = offset->place;
  return true;
}

void SocketRecovery::begin() {
  const bool presents_session =
      request_ && understands_offset() && recovery_.holders.claim(request_->pid, socket_.ref());
  if (!presents_session) return start_anew();
  pid_ = Sid(request_->pid);
  state_ = State::kClaiming;
  look_up();
}

void SocketRecovery::look_up() {
  recovery_.store.find(pid_text(), [ref = socket_.ref()](std::optional<SavedSession> session) {
    on_loop(ref, [session = std::move(session)](SocketRecovery& self) { self.found(session); });
  });
}

void SocketRecovery::found(const std::optional<SavedSession>& session) {
  const bool is_theirs = session && session->sid.size() == kSidLength &&
                         session->nsp == socket_.nsp().name() && session->principal == principal();
  if (!is_theirs) return start_anew();
  const PeerRef holder = recovery_.holders.take_from_holder(pid_text());
  if (holder == PeerRef()) return claim(*session);
  // The old connection may be dead without having noticed. It must not live on beside this one, and
  // what it still did is part of the session, so the session is read once more when it is over.
  holder.visit([ref = socket_.ref()](Peer* old) {
    if (old != nullptr) static_cast<Socket*>(old)->superseded();
    on_loop(ref, [](SocketRecovery& self) { self.look_up(); });
  });
}

void SocketRecovery::claim(const SavedSession& session) {
  claimed_ = true;
  recovery_.store.claim(session, [ref = socket_.ref(), session](bool is_ours) {
    on_loop(ref, [is_ours, session](SocketRecovery& self) {
      return is_ours ? self.restore(session) : self.start_anew();
    });
  });
}

void SocketRecovery::restore(const SavedSession& session) {
  const RestoreDone done = [ref = socket_.ref(), session](std::shared_ptr<const Missed> missed) {
    if (SocketRecovery* const self = of(ref.find())) self->restored(session, missed);
  };
  if (hooks() != nullptr && hooks()->restore) {
    return hooks()->restore(socket_, session, last_, done);
  }
  if (socket_.nsp().server().shards().size() == 1) {
    return recovery_.store.missed(session, last_, done);
  }
  // Behind what was recorded before is in this loop's queue, and before what comes after.
  const std::lock_guard lock(recovery_.order);
  recovery_.store.missed(session, last_,
                         [&shard = socket_.shard(), done](std::shared_ptr<const Missed> missed) {
                           shard.post([done, missed](Shard&) { done(missed); });
                         });
}

void SocketRecovery::restored(const SavedSession& session,
                              const std::shared_ptr<const Missed>& missed) {
  if (missed == nullptr) {
    recovery_.store.forget(pid_text());
    return start_anew();
  }
  recovered_ = true;
  socket_.id_ = Sid(session.sid);
  rooms_ = session.rooms;
  // The client keeps these until it is told that it is connected, and then sees them first.
  for (const SharedPublication& event : missed->events) socket_.send_event(*event, event->place);
  settle();
}

void SocketRecovery::start_anew() {
  if (state_ == State::kClaiming) recovery_.holders.give_up(pid_text(), socket_.ref());
  pid_ = socket_.shard().new_sid();
  state_ = State::kNew;
  if (hooks() == nullptr || !hooks()->restore) {
    const EventPlace here = socket_.space().place();
    rooms_ = {{"", here, here}};
  } else if (hooks()->first_rooms) {
    rooms_ = hooks()->first_rooms(socket_);
  }
  recovery_.store.save(
      {pid_text(), std::string(socket_.id()), socket_.nsp().name(), principal(), rooms_},
      [ref = socket_.ref()](bool saved) {
        on_loop(ref, [saved](SocketRecovery& self) {
          if (!saved) self.state_ = State::kNone;
          self.settle();
        });
      });
}

void SocketRecovery::settle() {
  request_.reset();
  if (state_ != State::kNone) {
    state_ = State::kSettled;
    recovery_.holders.settle(pid_text(), socket_.ref());
  }
  socket_.confirm();
}

void SocketRecovery::save(std::vector<SavedRoom> rooms, std::function<void(bool)> done) {
  if (state_ != State::kSettled) {
    if (done) done(true);
    return;
  }
  RecoveryStore::Saved saved;
  if (done) {
    saved = [ref = socket_.ref(), done = std::move(done)](bool good) {
      ref.run([done, good](Peer&) { done(good); });
    };
  }
  recovery_.store.save(
      {pid_text(), std::string(socket_.id()), socket_.nsp().name(), principal(), std::move(rooms)},
      std::move(saved));
}

void SocketRecovery::join_rooms() {
  if (hooks() != nullptr && hooks()->restore) return;
  joining_ = true;
  for (const SavedRoom& room : rooms_) socket_.join(room.name);
  joining_ = false;
}

void SocketRecovery::rooms_changed() {
  if (state_ != State::kSettled || joining_ || (hooks() != nullptr && hooks()->restore)) return;
  std::vector<SavedRoom> now = {};
  for (const std::string& name : socket_.all_rooms()) {
    const auto known = std::find_if(rooms_.begin(), rooms_.end(),
                                    [&](const SavedRoom& room) { return room.name == name; });
    const EventPlace here = socket_.space().place();
    now.push_back(known == rooms_.end() ? SavedRoom{name, here, here} : *known);
  }
  rooms_ = std::move(now);
  save(rooms_, {});
}

void SocketRecovery::closed(bool for_good) {
  const State state = std::exchange(state_, State::kNone);
  const std::string pid = pid_text();
  switch (state) {
    case State::kClaiming:
      if (claimed_) recovery_.store.release(pid);
      return recovery_.holders.give_up(pid, socket_.ref());
    case State::kNew:
      return recovery_.store.forget(pid);
    case State::kSettled:
      // A session that was taken over is the business of the other socket.
      if (!recovery_.holders.release(pid, socket_.ref())) return;
      return for_good ? recovery_.store.forget(pid) : recovery_.store.release(pid);
    case State::kWaiting:
    case State::kNone:
      return;
  }
}

}  // namespace tillcast::realtime
