#include "feed/peer_streams.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "feed/loop_streams.h"

namespace tillcast::feed {

using Progress = Subscription::Progress;

namespace {

/// The library's room of everybody takes one of a socket's rooms.
constexpr std::size_t kRoomsMax = limits::kRoomsPerSocketMax - 1;

Problem too_many_rooms() {
  return {429, "too_many_rooms",
          "A connection can follow " + std::to_string(kRoomsMax) + " rooms: leave one first."};
}

Problem not_saved() {
  return {503, "not_committed",
          "The room could not be stored with your session. Try again in a while."};
}

Problem superseded() {
  return {409, "superseded", "The room was joined again or left before this join was answered."};
}

}  // namespace

PeerStreams::PeerStreams(LoopStreams& loop, realtime::Peer& peer)
    : loop_(loop), peer_(peer), handle_(loop.peers_.insert(this)) {}

PeerStreams::~PeerStreams() {
  recovery_.reset();
  loop_.peers_.erase(handle_);
  for (const auto& subscription : subscriptions_) {
    RoomStream& stream = subscription->stream;
    stream.remove(*subscription);
    loop_.close_if_unused(stream);
  }
}

Subscription* PeerStreams::find(const auth::RoomName& room) const {
  for (const auto& subscription : subscriptions_) {
    if (subscription->stream.room() == room) return subscription.get();
  }
  return nullptr;
}

bool PeerStreams::is_told_elsewhere(const Message& message) const {
  const auto& rooms = message.unless_in;
  const auto follows = [&](const auto& one) {
    return std::find(rooms.begin(), rooms.end(), one->stream.name()) != rooms.end();
  };
  return std::any_of(rooms.begin(), rooms.end(),
                     [this](const std::string& room) { return peer_.in(room); }) ||
         (!rooms.empty() && std::any_of(subscriptions_.begin(), subscriptions_.end(), follows));
}

std::vector<auth::RoomName> PeerStreams::rooms() const {
  std::vector<auth::RoomName> rooms;
  for (const auto& subscription : subscriptions_) rooms.push_back(subscription->stream.room());
  for (const OwnRoom& own : own_) rooms.push_back(own.name);
  return rooms;
}

std::vector<realtime::SavedRoom> PeerStreams::saved_rooms() const {
  using realtime::EventPlace;
  std::vector<realtime::SavedRoom> rooms;
  for (const auto& one : subscriptions_) {
    if (one->progress == Progress::kOpening) continue;
    realtime::SavedRoom room{one->stream.name(), EventPlace::after(one->from.get()),
                             EventPlace::after(one->until.get())};
    // A room that is joined again is there twice for a moment, the new one last.
    std::erase_if(rooms, [&](const realtime::SavedRoom& other) { return other.name == room.name; });
    rooms.push_back(std::move(room));
  }
  for (const OwnRoom& own : own_) rooms.push_back(to_save(own));
  return rooms;
}

void PeerStreams::recover(const realtime::SavedSession& session,
                          std::optional<realtime::EventPlace> last, SessionRecovery::Done done) {
  recovery_ = std::make_unique<SessionRecovery>(loop_, *this, session, last, std::move(done));
  recovery_->start();
}

void PeerStreams::join(const auth::RoomName& room, const std::optional<Position>& since,
                       JoinDone done) {
  Subscription* const present = find(room);
  if (present == nullptr) {
    if (subscriptions_.size() >= kRoomsMax) return done(too_many_rooms());
    return add(loop_.stream(room), since, std::move(done));
  }
  if (present->progress == Progress::kLive && !since) return done(Joined{loop_.position(), false});
  if (present->progress == Progress::kLive) peer_.leave(present->stream.name());
  // The new one is there before the old one goes, so that the stream stays open.
  add(present->stream, since, std::move(done));
  drop(*present);
}

bool PeerStreams::follow_own(const auth::RoomName& room, Lsn since) {
  const auto is_it = [&](const OwnRoom& own) { return own.name == room; };
  if (find(room) != nullptr || std::any_of(own_.begin(), own_.end(), is_it)) return true;
  if (subscriptions_.size() + own_.size() >= kRoomsMax) return false;
  hold();
  own_.push_back({room, since});
  return true;
}

void PeerStreams::add(RoomStream& stream, const std::optional<Position>& since, JoinDone done) {
  subscriptions_.push_back(std::make_unique<Subscription>(Subscription{.peer = *this,
                                                                       .stream = stream,
                                                                       .since = since,
                                                                       .number = ++last_number_,
                                                                       .done = std::move(done)}));
  Subscription& subscription = *subscriptions_.back();
  stream.add(subscription);
  if (stream.is_open()) begin(subscription);
}

void PeerStreams::leave(const auth::RoomName& room) {
  std::erase_if(own_, [&](const OwnRoom& own) { return own.name == room; });
  if (Subscription* const subscription = find(room)) {
    peer_.leave(subscription->stream.name());
    drop(*subscription);
    peer_.save_rooms(saved_rooms(), {});
  }
  // What is being read has the room.
  if (reads_held_) catch_up();
}

void PeerStreams::drop(Subscription& subscription) {
  answer(subscription, superseded());
  std::erase(replaying_, &subscription);
  if (asked_for_ == &subscription) asked_for_ = nullptr;
  RoomStream& stream = subscription.stream;
  stream.remove(subscription);
  std::erase_if(subscriptions_, [&](const auto& one) { return one.get() == &subscription; });
  loop_.close_if_unused(stream);
}

void PeerStreams::begin(Subscription& subscription) {
  subscription.progress = Progress::kSaving;
  if (subscription.since) {
    subscription.from = subscription.since->lsn;
    subscription.until = kEnd;
  } else {
    subscription.from = subscription.until = loop_.position().lsn;
  }
  // Who is told that it follows a room must find it again after a crash.
  peer_.save_rooms(saved_rooms(),
                   [&loop = loop_, handle = handle_, number = subscription.number](bool good) {
                     if (PeerStreams* const self = loop.find(handle)) self->saved(number, good);
                   });
}

void PeerStreams::saved(std::uint32_t number, bool good) {
  const auto found =
      std::find_if(subscriptions_.begin(), subscriptions_.end(),
                   [&](const auto& subscription) { return subscription->number == number; });
  if (found == subscriptions_.end()) return;
  Subscription& subscription = **found;
  if (good) return follow(subscription);
  answer(subscription, not_saved());
  drop(subscription);
}

bool PeerStreams::is_held(const Subscription& subscription) const {
  return held_ && !auth::is_public(subscription.stream.room());
}

void PeerStreams::hold() {
  stop_catching_up();
  if (std::exchange(held_, true)) return;
  sent_ = subscriptions_.empty() ? Lsn{} : loop_.position().lsn;
  for (const auto& subscription : subscriptions_) {
    if (!is_held(*subscription)) continue;
    RoomStream& stream = subscription->stream;
    if (subscription->progress == Progress::kLive) {
      peer_.leave(stream.name());
      stream.hold(*subscription, loop_.position().lsn);
    } else if (subscription->progress == Progress::kWaiting) {
      stream.hold(*subscription, subscription->cursor);
    }
  }
}

void PeerStreams::release() {
  if (!held_) return;
  const bool moved = std::any_of(subscriptions_.begin(), subscriptions_.end(), [](const auto& one) {
    return one->progress == Progress::kHeld && one->stream.head() > one->cursor;
  });
  const bool has_own = loop_.parts().own_rooms != nullptr;
  return !own_.empty() || (has_own && moved) ? catch_up() : go_on_all();
}

void PeerStreams::go_on_all() {
  held_ = false;
  for (const auto& subscription : subscriptions_) {
    if (const auto reset = std::exchange(subscription->reset, std::nullopt)) {
      start_over(*subscription, *reset);
    } else if (std::exchange(subscription->saved, false)) {
      follow(*subscription);
    } else if (subscription->progress == Progress::kHeld) {
      go_on(*subscription);
    }
  }
  next_page();
}

// What the rooms got of which this peer has been told nothing yet may lie before what it was told
// of others last. So it is told with the place of the end of those, and whoever has an event of
// that place has it.
realtime::SavedRoom PeerStreams::to_save(const OwnRoom& room) const {
  const Lsn until{sent_ == Lsn{} ? 0 : sent_.get() - 1};
  return {room.name.to_string(), realtime::EventPlace::after(room.since.get()),
          realtime::EventPlace::after(std::max(room.since, until).get())};
}

void PeerStreams::stop_catching_up() {
  ++catch_up_;
  if (std::exchange(reads_held_, false)) recovery_.reset();
}

void PeerStreams::catch_up() {
  stop_catching_up();
  // A new session has its own rooms from the start.
  if (own_.empty() || sent_ == Lsn{}) return read_held();
  // One that is lost from now on must know of the rooms before anything of them is sent.
  peer_.save_rooms(saved_rooms(), [&loop = loop_, handle = handle_, number = catch_up_](bool) {
    PeerStreams* const self = loop.find(handle);
    if (self != nullptr && self->catch_up_ == number) self->read_held();
  });
}

void PeerStreams::read_held() {
  realtime::SavedSession session;
  for (const auto& one : subscriptions_) {
    if (one->progress != Progress::kHeld || one->reset) continue;
    const auto from = realtime::EventPlace::after(one->cursor.get());
    session.rooms.push_back({one->stream.name(), from, from});
  }
  for (const OwnRoom& own : own_) session.rooms.push_back(to_save(own));
  reads_held_ = true;
  recover(session, std::nullopt, [this](const std::shared_ptr<const realtime::Missed>& missed) {
    held_arrived(missed);
    return false;
  });
}

void PeerStreams::held_arrived(const std::shared_ptr<const realtime::Missed>& missed) {
  reads_held_ = false;
  const Position position = loop_.position();
  const std::vector<OwnRoom> own = own_;
  if (missed != nullptr) {
    for (const auto& event : missed->events) {
      peer_.send(*event, std::max(event->place, realtime::EventPlace::after(sent_.get())));
    }
    // What the rooms kept reaches to the loop's position, so that is sent too.
    const Lsn sent = std::max(Lsn{missed->end.lsn}, position.lsn);
    for (const auto& one : subscriptions_) {
      if (one->progress == Progress::kHeld) one->cursor = std::max(one->cursor, sent);
    }
    for (const OwnRoom& room : own) follow_on(loop_.stream(room.name), to_save(room), sent);
    own_.clear();
  } else {
    // It is too much, or not there any more: each room by itself.
    own_.clear();
    for (const OwnRoom& room : own) {
      add(loop_.stream(room.name), Position{position.epoch, room.since}, {});
    }
  }
  go_on_all();
}

void PeerStreams::go_on(Subscription& subscription) {
  const Position position = loop_.position();
  if (subscription.cursor > position.lsn) {
    subscription.progress = Progress::kWaiting;
  } else if (subscription.stream.head() <= subscription.cursor) {
    // The room got nothing meanwhile.
    go_live(subscription);
  } else {
    subscription.since = Position{position.epoch, subscription.cursor};
    subscription.until = kEnd;
    peer_.save_rooms(saved_rooms(), {});
    start_replay(subscription);
  }
}

void PeerStreams::start_replay(Subscription& subscription) {
  subscription.cursor = subscription.since->lsn;
  subscription.stream.start_replay(subscription, loop_.position().lsn);
  replaying_.push_back(&subscription);
  next_page();
}

void PeerStreams::follow(Subscription& subscription) {
  if (is_held(subscription)) {
    subscription.saved = true;
    return;
  }
  const auto& since = subscription.since;
  if (!since) {
    go_live(subscription);
    return answer(subscription, Joined{loop_.position(), false});
  }
  if (since->epoch != loop_.position().epoch) {
    return start_over(subscription, ResetReason::kOtherEpoch);
  }
  start_replay(subscription);
}

void PeerStreams::follow_on(RoomStream& stream, const realtime::SavedRoom& room, Lsn sent) {
  subscriptions_.push_back(
      std::make_unique<Subscription>(Subscription{.peer = *this,
                                                  .stream = stream,
                                                  .progress = Progress::kWaiting,
                                                  .cursor = sent,
                                                  .from = Lsn{room.from.lsn},
                                                  .until = Lsn{room.until.lsn},
                                                  .number = ++last_number_}));
  Subscription& subscription = *subscriptions_.back();
  stream.add(subscription);
  if (is_held(subscription)) {
    stream.hold(subscription, sent);
  } else if (sent <= loop_.position().lsn) {
    go_live(subscription);
  }
}

void PeerStreams::go_live(Subscription& subscription) {
  peer_.join(subscription.stream.name());
  subscription.stream.went_live(subscription);
  if (subscription.until != kEnd) return;
  // From now on its messages come in order.
  subscription.until = loop_.position().lsn;
  peer_.save_rooms(saved_rooms(), {});
}

void PeerStreams::answer(Subscription& subscription, Outcome<Joined> outcome) {
  if (const JoinDone done = std::exchange(subscription.done, nullptr)) done(std::move(outcome));
}

void PeerStreams::start_over(Subscription& subscription, ResetReason reason) {
  std::erase(replaying_, &subscription);
  if (asked_for_ == &subscription) asked_for_ = nullptr;
  if (is_held(subscription)) {
    subscription.progress = Progress::kHeld;
    subscription.reset = reason;
    return;
  }
  const auth::RoomName room = subscription.stream.room();
  // A session that is lost before it got the notice must not go on as if it had.
  subscription.from = kEnd;
  go_live(subscription);
  answer(subscription, Joined{loop_.position(), false});
  peer_.send(loop_.parts().notices.reset(room, reason));
}

void PeerStreams::send(const std::vector<Message>& messages, Lsn after) {
  // Out of order as they are, their offset is how far the other rooms have come.
  const auto place = realtime::EventPlace::after(loop_.position().lsn.get());
  for (const Message& message : messages) {
    if (message.lsn <= after || is_told_elsewhere(message)) continue;
    peer_.send(*message.publication, place);
  }
}

void PeerStreams::next_page() {
  if (busy_ || held_ || replaying_.empty()) return;
  busy_ = true;
  peer_.when_drained([&loop = loop_, handle = handle_](realtime::Peer&) {
    if (PeerStreams* const self = loop.find(handle)) self->ask_for_page();
  });
}

void PeerStreams::ask_for_page() {
  if (held_ || replaying_.empty()) {
    busy_ = false;
    return;
  }
  asked_for_ = replaying_.front();
  loop_.read_page(asked_for_->stream.room(), asked_for_->cursor,
                  [&loop = loop_, handle = handle_](const ReplayPage* page) {
                    if (PeerStreams* const self = loop.find(handle)) self->page_arrived(page);
                  });
}

void PeerStreams::page_arrived(const ReplayPage* page) {
  if (page == nullptr) return loop_.retry_later(handle_);
  busy_ = false;
  Subscription* const subscription = std::exchange(asked_for_, nullptr);
  // It is read again when the peer is let go on.
  if (held_) return;
  if (subscription != nullptr) {
    take_page(*subscription, *page);
  }
  next_page();
}

void PeerStreams::take_page(Subscription& subscription, const ReplayPage& page) {
  if (!page.exact) return start_over(subscription, ResetReason::kTooOld);
  if (subscription.cursor > page.head) return start_over(subscription, ResetReason::kAhead);
  answer(subscription, Joined{*subscription.since, true});
  send(page.messages, subscription.cursor);
  subscription.cursor = page.end;
  if (page.complete) log_is_read(subscription, page.head);
}

void PeerStreams::log_is_read(Subscription& subscription, Lsn snapshot) {
  const auto missed = subscription.stream.recent_after(snapshot);
  if (!missed) return;  // the log is the place to read it: another page follows
  std::erase(replaying_, &subscription);
  send(*missed, snapshot);
  if (snapshot <= loop_.position().lsn) return go_live(subscription);
  subscription.progress = Progress::kWaiting;
}

}  // namespace tillcast::feed
