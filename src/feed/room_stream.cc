#include "feed/room_stream.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "feed/peer_streams.h"

namespace tillcast::feed {

using Progress = Subscription::Progress;

void RoomStream::add(Subscription& subscription) {
  ++subscriptions_;
  behind_.push_back(&subscription);
}

void RoomStream::remove(Subscription& subscription) {
  --subscriptions_;
  std::erase(behind_, &subscription);
}

void RoomStream::opened(Lsn head) {
  open_ = true;
  head_ = head;
  // Who goes live leaves the list.
  const std::vector<Subscription*> waiting = behind_;
  for (Subscription* const subscription : waiting) subscription->peer.begin(*subscription);
}

bool RoomStream::keeps_messages() const {
  return keepers_ > 0 ||
         std::any_of(behind_.begin(), behind_.end(), [](const Subscription* subscription) {
           return subscription->progress == Progress::kReplaying;
         });
}

void RoomStream::start_replay(Subscription& subscription, Lsn delivered) {
  if (!keeps_messages()) recent_.restart(delivered);
  subscription.progress = Progress::kReplaying;
}

void RoomStream::start_keeping(Lsn delivered) {
  if (!keeps_messages()) recent_.restart(delivered);
  ++keepers_;
}

std::optional<std::vector<Message>> RoomStream::recent_after(Lsn lsn) const {
  return recent_.after(lsn, limits_.page_changes_max, limits_.page_bytes_max);
}

void RoomStream::went_live(Subscription& subscription) {
  subscription.progress = Progress::kLive;
  std::erase(behind_, &subscription);
}

void RoomStream::hold(Subscription& subscription, Lsn sent) {
  if (subscription.progress == Progress::kLive) behind_.push_back(&subscription);
  subscription.progress = Progress::kHeld;
  subscription.cursor = sent;
}

void RoomStream::lost(Lsn upto, realtime::Publication notice) {
  if (!open_) return;
  space_.publish(name_, std::make_shared<const realtime::Publication>(std::move(notice)));
  const std::vector<Subscription*> behind = behind_;
  for (Subscription* const one : behind) {
    // Who waits was sent the log up to the cursor.
    const bool has_all =
        (one->progress == Progress::kWaiting || one->progress == Progress::kHeld) &&
        one->cursor >= upto;
    if (!has_all) one->peer.start_over(*one, ResetReason::kTooOld);
  }
  for (RoomWatcher* const watcher : watchers_) watcher->lost(room_, upto);
  head_ = std::max(head_, upto);
}

void RoomStream::begin_delivery(const Delivery& delivery) {
  const std::vector<Subscription*> behind = behind_;
  for (Subscription* const one : behind) {
    const bool caught_up = one->progress == Progress::kWaiting && one->cursor < delivery.first;
    if (caught_up) one->peer.go_live(*one);
  }
}

void RoomStream::tell_others(const Message& message) const {
  const realtime::Room* const room = space_.find(name_);
  if (room == nullptr) return;
  std::vector<realtime::Peer*> others;
  for (realtime::Peer* const member : room->members()) {
    const auto is_in = [member](const std::string& name) { return member->in(name); };
    if (std::none_of(message.unless_in.begin(), message.unless_in.end(), is_in)) {
      others.push_back(member);
    }
  }
  space_.send(others, *message.publication);
}

void RoomStream::tell(const Message& message) {
  if (message.unless_in.empty()) {
    space_.publish(name_, message.publication);
  } else {
    tell_others(message);
  }
  // What the feed read back from the log may reach beyond a page's snapshot in its middle.
  for (Subscription* const one : behind_) {
    if (one->progress != Progress::kWaiting || one->cursor >= message.lsn) continue;
    if (one->peer.is_told_elsewhere(message)) continue;
    one->peer.peer_.send(*message.publication);
  }
}

void RoomStream::end_delivery(const Delivery& delivery, const RoomMessages& messages) {
  for (Subscription* const one : behind_) {
    if (one->progress == Progress::kWaiting) one->cursor = std::max(one->cursor, delivery.last);
  }
  for (RoomWatcher* const watcher : watchers_) watcher->delivered(delivery, messages);
  if (keeps_messages()) recent_.append(messages.messages);
  if (!messages.messages.empty()) head_ = messages.messages.back().lsn;
}

}  // namespace tillcast::feed
