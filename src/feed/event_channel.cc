#include "feed/event_channel.h"

#include <algorithm>
#include <utility>

#include "feed/event_stream.h"
#include "feed/loop_streams.h"
#include "feed/merged_page.h"
#include "protocol/sse.h"

namespace tillcast::feed {

std::string encode_events(std::span<const Message> messages, std::string_view epoch) {
  std::string events;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Message& message = messages[i];
    const bool last = i + 1 == messages.size() || messages[i + 1].lsn != message.lsn;
    std::string id;
    if (last) id.append(epoch).append(":").append(std::to_string(message.lsn.get()));
    protocol::sse::append_event(events, realtime::event_name(*message.publication),
                                message.publication->text, id);
  }
  return events;
}

EventChannel::EventChannel(LoopStreams& loop, std::string name,
                           const std::vector<auth::RoomName>& rooms)
    : loop_(loop), name_(std::move(name)), recent_(loop.parts().replay.recent_messages_max) {
  for (const auth::RoomName& room : rooms) {
    RoomStream& stream = loop_.stream(room);
    rooms_.push_back(&stream);
    stream.add(static_cast<RoomWatcher&>(*this));
  }
  was_open_ = is_open();
}

EventChannel::~EventChannel() {
  for (RoomStream* const room : rooms_) {
    room->remove(static_cast<RoomWatcher&>(*this));
    loop_.close_if_unused(*room);
  }
}

bool EventChannel::is_open() const {
  return std::all_of(rooms_.begin(), rooms_.end(),
                     [](const RoomStream* room) { return room->is_open(); });
}

bool EventChannel::anybody_replays() const {
  return std::any_of(streams_.begin(), streams_.end(),
                     [](const EventStream* stream) { return stream->replays(); });
}

void EventChannel::start_replay() {
  if (!anybody_replays()) recent_.restart(loop_.position().lsn);
}

std::optional<std::vector<Message>> EventChannel::recent_after(Lsn lsn) const {
  const ReplayLimits& limits = loop_.parts().replay;
  return recent_.after(lsn, limits.page_changes_max, limits.page_bytes_max);
}

void EventChannel::delivered(const Delivery&, const RoomMessages& messages) {
  arriving_.insert(arriving_.end(), messages.messages.begin(), messages.messages.end());
}

void EventChannel::lost(const auth::RoomName& room, Lsn upto) {
  if (!was_open_) return;
  for (EventStream* const stream : streams_) stream->lost(room, upto);
}

void EventChannel::room_moved() {
  if (!is_open()) return arriving_.clear();
  if (!std::exchange(was_open_, true)) {
    // Nothing was told before all rooms were there, so everybody begins at this moment.
    arriving_.clear();
    for (EventStream* const stream : streams_) stream->begin();
    return;
  }
  if (!arriving_.empty()) publish(std::exchange(arriving_, {}));
}

void EventChannel::publish(std::vector<Message> messages) {
  sort_by_lsn(messages);
  const std::string& epoch = loop_.position().epoch;
  std::shared_ptr<const std::string> events;
  for (EventStream* const stream : streams_) {
    if (stream->replays()) continue;
    if (stream->sent_beyond(messages.front().lsn)) {
      stream->take_rest(messages);
      continue;
    }
    if (!events) events = std::make_shared<const std::string>(encode_events(messages, epoch));
    stream->take(events);
  }
  if (anybody_replays()) recent_.append(messages);
}

}  // namespace tillcast::feed
