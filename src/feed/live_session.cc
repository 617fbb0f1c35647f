#include "feed/live_session.h"

#include <algorithm>
#include <functional>

#include "base/limits.h"

namespace tillcast::feed {

namespace {

Problem not_allowed(const auth::Principal& who) {
  if (!who.signed_in()) {
    return {401, "unauthenticated", "Sign in to follow this room."};
  }
  return {403, "forbidden", "This room is not for you."};
}

/// As the rooms of a session that lacks all of them after `from` if its last event is none after
/// `until`.
std::vector<realtime::SavedRoom> saved_from(const std::vector<auth::RoomName>& rooms, Lsn from,
                                            Lsn until) {
  std::vector<realtime::SavedRoom> saved;
  for (const auth::RoomName& room : rooms) {
    saved.push_back({room.to_string(), realtime::EventPlace::after(from.get()),
                     realtime::EventPlace::after(until.get())});
  }
  return saved;
}

/// Whoever was in these rooms was known before what they have of them began.
Lsn first_known(const std::vector<realtime::SavedRoom>& rooms) {
  Lsn first = kEnd;
  for (const realtime::SavedRoom& room : rooms) first = std::min(first, Lsn{room.from.lsn});
  return first;
}

realtime::Refusal refusal_of(const Problem& problem) {
  return {problem.status == 401 ? kCloseSignInAgain : kCloseTryAgainLater, problem.code,
          problem.detail};
}

}  // namespace

LiveSession::LiveSession(realtime::Peer& peer, LoopStreams& loop,
                         const Authenticator& authenticator)
    : peer_(peer), loop_(loop), authenticator_(authenticator), streams_(loop, peer) {}

LiveSession::~LiveSession() {
  if (who_.signed_in()) loop_.unwatch(who_.user_id, *this);
}

void LiveSession::begin(const Identity& identity, auth::Credential credential) {
  become(identity, std::move(credential));
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): it is kept.
void LiveSession::begin(auth::Credential credential) {
  if (credential.kind == auth::Credential::Kind::kNone) return;
  verify(credential, [credential](LiveSession& self, const Outcome<Identity>& identity) {
    if (!identity) return self.end(identity.error());
    self.become(*identity, credential);
  });
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): it is kept.
void LiveSession::join(auth::RoomName room, std::optional<Position> since, JoinDone done) {
  in_order(
      [this, room = std::move(room), since = std::move(since), done] {
        if (auth::may_join(who_, room)) return streams_.join(room, since, done);
        if (!who_.signed_in()) return done(not_allowed(who_));
        // The right may be newer than what is known of this user here.
        refresh([room, since, done](LiveSession& self) {
          if (!auth::may_join(self.who_, room)) return done(not_allowed(self.who_));
          self.streams_.join(room, since, done);
        });
      },
      done);
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): it is kept.
void LiveSession::leave(auth::RoomName room, std::function<void(Outcome<auth::RoomName>)> done) {
  in_order(
      [this, room = std::move(room), done] {
        streams_.leave(room);
        done(room);
      },
      done);
}

std::vector<auth::RoomName> LiveSession::own_rooms() const {
  const OwnRooms own = loop_.parts().own_rooms;
  std::vector<auth::RoomName> rooms = own == nullptr ? std::vector<auth::RoomName>() : own(who_);
  std::erase_if(rooms, [this](const auto& room) { return !auth::may_join(who_, room); });
  return rooms;
}

void LiveSession::follow_own(const auth::RoomName& room, Lsn since) {
  // Of somebody unknown nothing was read.
  if (!who_.signed_in()) return streams_.join(room, std::nullopt, [](const Outcome<Joined>&) {});
  if (!streams_.follow_own(room, since)) {
    peer_.send(loop_.parts().notices.left(room, "too_many_rooms"));
  }
}

void LiveSession::follow_own_rooms() {
  follows_own_ = true;
  follow_own_since(known_upto_);
}

void LiveSession::follow_own_since(Lsn since) {
  for (const auth::RoomName& room : own_rooms()) follow_own(room, since);
  // Else they go on when it is known who this is.
  if (!verifying_ && !stale_) streams_.release();
}

std::vector<realtime::SavedRoom> LiveSession::own_rooms_to_save() const {
  if (!who_.signed_in()) return {};
  return saved_from(own_rooms(), known_upto_, known_upto_);
}

std::string LiveSession::principal() const {
  return who_.signed_in() ? who_.user_id + '/' + who_.session_id : std::string();
}

std::vector<auth::RoomName> LiveSession::own_rooms_beside(
    const std::vector<realtime::SavedRoom>& saved) const {
  std::vector<auth::RoomName> rooms = own_rooms();
  std::erase_if(rooms, [&](const auth::RoomName& room) {
    return std::any_of(saved.begin(), saved.end(),
                       [name = room.to_string()](const auto& each) { return each.name == name; });
  });
  return rooms;
}

void LiveSession::recover(const realtime::SavedSession& session,
                          std::optional<realtime::EventPlace> last,
                          const realtime::RestoreDone& done) {
  const auto is_theirs = [this](const realtime::SavedRoom& saved) {
    const auto room = auth::parse_room(saved.name);
    return room && auth::may_join(who_, *room);
  };
  realtime::SavedSession theirs = session;
  std::erase_if(theirs.rooms, std::not_fn(is_theirs));
  // What became theirs meanwhile was told in no part: it did after they had the other rooms.
  const Lsn known = first_known(session.rooms);
  const auto gained = saved_from(own_rooms_beside(theirs.rooms), known,
                                 last ? std::max(known, Lsn{last->lsn}) : known);
  theirs.rooms.insert(theirs.rooms.end(), gained.begin(), gained.end());
  const auto found = [=, this, read_upto = known_upto_, rooms = theirs.rooms,
                      all = session.rooms](const std::shared_ptr<const realtime::Missed>& missed) {
    // The rights may have changed while it was read.
    const bool still = !streams_.held() && std::all_of(rooms.begin(), rooms.end(), is_theirs);
    done(still ? missed : nullptr);
    if (!still || missed == nullptr) return false;
    follows_own_ = true;
    // More may have become theirs while it was read. By then the others are followed.
    if (!own_rooms_beside(rooms).empty()) {
      loop_.shard().post([peer = peer_.ref(), read_upto](realtime::Shard&) {
        peer.run(
            [read_upto](realtime::Peer& here) { session_of(here).follow_own_since(read_upto); });
      });
    }
    for (const realtime::SavedRoom& saved : all) {
      const auto room = auth::parse_room(saved.name);
      if (!room || is_theirs(saved)) continue;
      peer_.send(loop_.parts().notices.left(*room, not_allowed(who_).code));
    }
    return true;
  };
  streams_.recover(theirs, last, found);
}

void LiveSession::follow(std::vector<auth::RoomName> rooms, std::optional<Position> since) {
  events_ = std::make_unique<EventStream>(loop_, static_cast<realtime::EventStreamPeer&>(peer_),
                                          std::move(rooms), std::move(since));
  // Rights that changed before the rooms were known are in who_ already, or are being read.
  leave_forbidden_rooms();
  if (streams_.held()) events_->hold();
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): it is kept.
void LiveSession::authenticate(std::string token, Authenticator::Done done) {
  in_order(
      [this, token = std::move(token), done] {
        const auth::Credential credential{auth::Credential::Kind::kBearer, token};
        verify(credential,
               [credential, done](LiveSession& self, const Outcome<Identity>& identity) {
                 if (identity) self.become(*identity, credential);
                 done(identity);
               });
      },
      done);
}

void LiveSession::when_known(Action action) {
  in_order(std::move(action), [](const Problem&) {});
}

void LiveSession::check(Action action, const std::function<void(Problem)>& refuse) {
  in_order(
      [this, action = std::move(action)] {
        if (!who_.signed_in()) return action();
        refresh([action](LiveSession&) { action(); });
      },
      refuse);
}

void LiveSession::end(const Problem& problem) {
  peer_.send(loop_.parts().notices.ended(problem, loop_.shard().clock().unix_ms()));
  peer_.refuse(refusal_of(problem));
}

void LiveSession::in_order(Action action, const std::function<void(Problem)>& refuse) {
  if (!verifying_) return action();
  if (waiting_.size() >= limits::kLiveRequestsWaitingMax) {
    return refuse({429, "too_many_requests",
                   "Too many requests wait while the credential is verified. Wait for answers."});
  }
  waiting_.push_back(std::move(action));
}

void LiveSession::run_waiting() {
  while (!verifying_ && !waiting_.empty()) {
    const Action action = std::move(waiting_.front());
    waiting_.pop_front();
    action();
  }
}

void LiveSession::verify(auth::Credential credential,
                         std::function<void(LiveSession&, Outcome<Identity>)> then) {
  verifying_ = true;
  authenticator_.verify(std::move(credential), [peer = peer_.ref(), then = std::move(then)](
                                                   const Outcome<Identity>& identity) {
    peer.run([identity, then](realtime::Peer& here) {
      LiveSession& self = session_of(here);
      self.verifying_ = false;
      then(self, identity);
      if (!self.verifying_ && self.stale_) self.refresh([](LiveSession&) {});
      self.run_waiting();
    });
  });
}

void LiveSession::become(const Identity& identity, auth::Credential credential) {
  const std::string before = principal();
  const Lsn gained_since = who_.user_id == identity.who.user_id ? known_upto_ : identity.read_at;
  if (who_.signed_in()) loop_.unwatch(who_.user_id, *this);
  who_ = identity.who;
  credential_ = std::move(credential);
  if (who_.signed_in()) loop_.watch(who_.user_id, *this);
  arm_expiry();
  leave_forbidden_rooms();
  if (principal() != before) peer_.save_rooms(streams_.saved_rooms(), {});
  if (follows_own_) {
    for (const auth::RoomName& room : own_rooms()) follow_own(room, gained_since);
  }
  known_upto_ = identity.read_at;
  // A change that came between the reading and the watching was told to nobody.
  if (who_.signed_in() && loop_.identities_changed() > identity.read_at) {
    identity_changed(identity.read_at);
  }
  if (stale_) return;
  streams_.release();
  if (events_) events_->release();
}

void LiveSession::refresh(std::function<void(LiveSession&)> then) {
  stale_ = false;
  verify(credential_, [then = std::move(then)](LiveSession& self,
                                               const Outcome<Identity>& identity) {
    // Whoever cannot be verified does not go on with what they were allowed before.
    if (!identity) return self.end(identity.error());
    if (self.who_.signed_in() && !identity->who.signed_in()) {
      return self.end({401, "unauthenticated", "Your session has ended: sign in again.", {}, {}});
    }
    self.become(*identity, self.credential_);
    then(self);
  });
}

void LiveSession::identity_changed(Lsn since) {
  // What came while it was being found out may not be in what is known.
  if (!streams_.held()) known_upto_ = std::max(known_upto_, since);
  hold();
  // What is being verified may have been read before the change, so it is read once more.
  stale_ = true;
  if (!verifying_) refresh([](LiveSession&) {});
}

void LiveSession::hold() {
  streams_.hold();
  if (events_) events_->hold();
}

void LiveSession::leave_forbidden_rooms() {
  const std::vector<auth::RoomName> rooms = events_ ? events_->rooms() : streams_.rooms();
  for (const auth::RoomName& room : rooms) {
    if (auth::may_join(who_, room)) continue;
    if (events_) {
      events_->leave(room);
    } else {
      streams_.leave(room);
    }
    peer_.send(loop_.parts().notices.left(room, not_allowed(who_).code));
  }
}

void LiveSession::arm_expiry() {
  TimerWheel::disarm(*this);
  if (!who_.signed_in()) return;
  const Clock& clock = loop_.shard().clock();
  const std::int64_t left_ms = who_.expires_at_ms - clock.unix_ms();
  const std::int64_t notice_ms = std::max<std::int64_t>(left_ms - limits::kExpiringNoticeMs, 0);
  loop_.shard().timers().arm(*this, clock.steady_ms() + notice_ms);
}

void LiveSession::on_timer() {
  const Clock& clock = loop_.shard().clock();
  const std::int64_t left_ms = who_.expires_at_ms - clock.unix_ms();
  if (left_ms <= 0) {
    return end({401, "token_expired", "Your session has ended: sign in again.", {}, {}});
  }
  peer_.send(loop_.parts().notices.expiring((left_ms + 999) / 1000));
  loop_.shard().timers().arm(*this, clock.steady_ms() + left_ms);
}

}  // namespace tillcast::feed
