#include "feed/room_stream.h"

#include <algorithm>

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

bool RoomStream::anybody_replays() const {
  return std::any_of(behind_.begin(), behind_.end(), [](const Subscription* subscription) {
    return subscription->progress == Progress::kReplaying;
  });
}

void RoomStream::start_replay(Subscription& subscription, Lsn delivered) {
  if (!anybody_replays()) recent_.restart(delivered);
  subscription.progress = Progress::kReplaying;
}

std::optional<std::vector<Message>> RoomStream::recent_after(Lsn lsn) const {
  return recent_.after(lsn, limits_.page_changes_max, limits_.page_bytes_max);
}

void RoomStream::went_live(Subscription& subscription) {
  subscription.progress = Progress::kLive;
  std::erase(behind_, &subscription);
}

void RoomStream::deliver(const Delivery& delivery, const RoomMessages& messages) {
  if (!open_) return;  // posted before the room was closed and asked for again
  const std::vector<Subscription*> behind = behind_;
  for (Subscription* const one : behind) {
    const bool caught_up = one->progress == Progress::kWaiting && one->cursor < delivery.first;
    if (caught_up) one->peer.go_live(*one);
  }
  for (const Message& message : messages.messages) space_.publish(name_, message.publication);
  // What the feed read back from the log may reach beyond a page's snapshot in its middle.
  for (Subscription* const one : behind_) {
    if (one->progress != Progress::kWaiting || one->cursor >= delivery.last) continue;
    one->peer.send(messages.messages, one->cursor);
    one->cursor = delivery.last;
  }
  if (anybody_replays()) recent_.append(messages.messages);
  if (!messages.messages.empty()) head_ = messages.messages.back().lsn;
}

}  // namespace tillcast::feed
