// A set of rooms on one loop, merged for all who follow just these as one stream of server-sent
// events.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/policy.h"
#include "feed/recent_messages.h"
#include "feed/room_stream.h"

namespace tillcast::feed {

class EventStream;
class LoopStreams;

/// The messages as events, in their order; the last one of each lsn has the position as its id.
std::string encode_events(std::span<const Message> messages, std::string_view epoch);

/// Owned by LoopStreams while anybody follows it; keeps its rooms open. The loop's thread only.
/// What a delivery brings is encoded once, and shared by all streams that are live.
class EventChannel final : private RoomWatcher {
 public:
  EventChannel(LoopStreams& loop, std::string name, const std::vector<auth::RoomName>& rooms);
  ~EventChannel();
  EventChannel(const EventChannel&) = delete;
  EventChannel& operator=(const EventChannel&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  /// The loop gets all of its rooms.
  [[nodiscard]] bool is_open() const;

  void add(EventStream& stream) { streams_.push_back(&stream); }
  void remove(EventStream& stream) { std::erase(streams_, &stream); }
  [[nodiscard]] bool unused() const { return streams_.empty(); }

  /// From now on the messages are kept for a stream that reads the log.
  void start_replay();
  /// What the rooms got after `lsn`; nothing if the log has to be read again for it.
  [[nodiscard]] std::optional<std::vector<Message>> recent_after(Lsn lsn) const;

 private:
  [[nodiscard]] bool anybody_replays() const;
  void delivered(const Delivery& delivery, const RoomMessages& messages) override;
  void lost(const auth::RoomName& room, Lsn upto) override;
  void room_moved() override;
  void publish(std::vector<Message> messages);

  LoopStreams& loop_;
  std::string name_;
  std::vector<RoomStream*> rooms_;
  std::vector<EventStream*> streams_;
  bool was_open_ = false;
  /// Of the delivery that is being handled.
  std::vector<Message> arriving_;
  RecentMessages recent_;
};

}  // namespace tillcast::feed
