#include "feed/event_stream.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "feed/loop_streams.h"
#include "protocol/sse.h"

namespace tillcast::feed {

EventStream::EventStream(LoopStreams& loop, realtime::EventStreamPeer& peer,
                         std::vector<auth::RoomName> rooms, std::optional<Position> since)
    : loop_(loop),
      peer_(peer),
      handle_(loop.event_streams_.insert(this)),
      rooms_(std::move(rooms)),
      since_(std::move(since)) {
  realtime::Shard& shard = loop_.shard();
  shard.timers().arm(*this, shard.clock().steady_ms() + limits::kEventStreamIdMs);
  enter();
}

EventStream::~EventStream() {
  loop_.event_streams_.erase(handle_);
  if (channel_ == nullptr) return;
  channel_->remove(*this);
  loop_.close_if_unused(*channel_);
}

void EventStream::enter() {
  channel_ = &loop_.channel(rooms_);
  channel_->add(*this);
  if (channel_->is_open()) begin();
}

void EventStream::begin() {
  if (!since_) return go_live();
  if (since_->epoch != loop_.position().epoch) {
    for (const auth::RoomName& room : rooms_) start_over(room, ResetReason::kOtherEpoch);
    return go_live();
  }
  cursor_ = since_->lsn;
  channel_->start_replay();
  progress_ = Progress::kReplaying;
  next_page();
}

void EventStream::leave(const auth::RoomName& room) {
  if (std::erase(rooms_, room) == 0) return;
  std::erase_if(lost_, [&](const RoomSince& one) { return one.room == room; });
  if (held_) return;
  note_place();
  EventChannel* const before = std::exchange(channel_, nullptr);
  // The new channel is there before the old one goes, so that its rooms stay open.
  if (!rooms_.empty()) enter();
  before->remove(*this);
  loop_.close_if_unused(*before);
}

void EventStream::note_place() {
  forget_page();
  // A stream that has not begun begins where it was asked to.
  if (progress_ == Progress::kLive) since_ = loop_.position();
  if (progress_ == Progress::kReplaying || progress_ == Progress::kWaiting) {
    since_ = Position{loop_.position().epoch, cursor_};
  }
  progress_ = Progress::kOpening;
}

void EventStream::hold() {
  if (held_ || std::all_of(rooms_.begin(), rooms_.end(), auth::is_public)) return;
  held_ = true;
  note_place();
  EventChannel* const before = std::exchange(channel_, nullptr);
  before->remove(*this);
  loop_.close_if_unused(*before);
}

void EventStream::release() {
  if (std::exchange(held_, false) && !rooms_.empty()) enter();
}

void EventStream::go_live() {
  progress_ = Progress::kLive;
  send_id();
}

void EventStream::send(const std::vector<Message>& messages) {
  if (!messages.empty()) peer_.send_events(encode_events(messages, loop_.position().epoch));
}

void EventStream::send_id() {
  Position position = loop_.position();
  const bool is_opening = progress_ == Progress::kOpening && channel_ != nullptr;
  if (is_opening || held_) return;
  if (replays() || progress_ == Progress::kWaiting) position.lsn = cursor_;
  std::string id;
  protocol::sse::append_id(id, position.to_string());
  peer_.send_events(id);
}

void EventStream::start_over(const auth::RoomName& room, ResetReason reason) {
  peer_.send(loop_.parts().notices.reset(room, reason));
}

void EventStream::take(const std::shared_ptr<const std::string>& events) {
  // Whoever waited was sent the log up to before this.
  progress_ = Progress::kLive;
  peer_.send_events(events);
}

void EventStream::take_rest(const std::vector<Message>& messages) {
  std::vector<Message> rest;
  std::copy_if(messages.begin(), messages.end(), std::back_inserter(rest),
               [&](const Message& message) { return message.lsn > cursor_; });
  send(rest);
  if (cursor_ <= loop_.position().lsn) progress_ = Progress::kLive;
}

void EventStream::lost(const auth::RoomName& room, Lsn upto) {
  if (progress_ == Progress::kOpening) return;
  lost_.push_back({room, upto});
  // A page on its way was read before, so it goes first.
  if (!replays()) tell_lost();
}

void EventStream::tell_lost() {
  for (const RoomSince& one : std::exchange(lost_, {})) {
    Lsn& from = from_[one.room.to_string()];
    // Who read the log up to there in time has all of it, or was told to start over by the page.
    const bool knows = from >= one.since || (progress_ != Progress::kLive && cursor_ >= one.since);
    if (knows) continue;
    start_over(one.room, ResetReason::kTooOld);
    from = one.since;
  }
}

void EventStream::forget_page() {
  ++attempt_;
  retry_ = false;
}

void EventStream::next_page() {
  peer_.when_drained([&loop = loop_, handle = handle_, attempt = attempt_](realtime::Peer&) {
    EventStream* const self = loop.event_streams_.find(handle);
    if (self != nullptr && self->attempt_ == attempt) self->ask_for_page();
  });
}

void EventStream::ask_for_page() {
  std::vector<RoomSince> rooms;
  for (const auth::RoomName& room : rooms_) {
    const auto from = from_.find(room.to_string());
    rooms.push_back({room, from == from_.end() ? cursor_ : std::max(cursor_, from->second)});
  }
  loop_.parts().read([&loop = loop_, handle = handle_, attempt = attempt_,
                      rooms = std::move(rooms)](storage::Queries* queries) {
    const StreamParts& parts = loop.parts();
    std::shared_ptr<const MergedPage> page;
    if (queries != nullptr) {
      page = std::make_shared<const MergedPage>(
          read_merged_page(*queries, parts.projection, rooms, parts.replay));
    }
    loop.shard().post([&loop, handle, attempt, page](realtime::Shard&) {
      const auto arrived = [&loop, handle, attempt, page] {
        EventStream* const self = loop.event_streams_.find(handle);
        if (self != nullptr) self->page_arrived(attempt, page.get());
      };
      if (page == nullptr) return arrived();
      loop.when_told(page->head, arrived);
    });
  });
}

void EventStream::page_arrived(std::uint32_t attempt, const MergedPage* page) {
  if (attempt != attempt_) return;
  if (page == nullptr) {
    retry_ = true;
    realtime::Shard& shard = loop_.shard();
    shard.timers().arm(*this, shard.clock().steady_ms() + limits::kFeedRetryMs);
    return;
  }
  for (const MergedPage::Reset& reset : page->resets) {
    start_over(reset.room, reset.reason);
    from_[reset.room.to_string()] = page->head;
  }
  send(page->messages);
  cursor_ = page->end;
  tell_lost();
  if (page->complete) return log_is_read(page->head);
  next_page();
}

void EventStream::log_is_read(Lsn snapshot) {
  const auto missed = channel_->recent_after(snapshot);
  // The log is the place to read it.
  if (!missed) return next_page();
  send(*missed);
  if (snapshot <= loop_.position().lsn) return go_live();
  progress_ = Progress::kWaiting;
}

void EventStream::on_timer() {
  realtime::Shard& shard = loop_.shard();
  shard.timers().arm(*this, shard.clock().steady_ms() + limits::kEventStreamIdMs);
  if (std::exchange(retry_, false)) return ask_for_page();
  send_id();
}

}  // namespace tillcast::feed
