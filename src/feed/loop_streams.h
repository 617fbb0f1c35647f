// The rooms of one loop as one contract tells them: brings what the feed delivers to the peers that
// follow it live, and what is in the log to those that were away.
//
// A peer that was away is a cursor: it is sent one page of the log at a time, the next one when its
// socket took the last, so a long absence costs no memory. When the log has no more, it is sent
// what its room got in the meantime and becomes a member of the realtime room, all in one loop
// turn. Nothing is lost or doubled in between, because a page says at which lsn it was read.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/timer_wheel.h"
#include "feed/feed.h"
#include "feed/log_pages.h"
#include "feed/projection.h"
#include "feed/room_stream.h"
#include "feed/subscriber.h"
#include "realtime/http.h"
#include "realtime/server.h"
#include "realtime/shard.h"
#include "storage/reader_pool.h"

namespace tillcast::feed {

class ChangesRead;
class EventChannel;
class EventStream;
class PeerStreams;
struct ChangesRequest;
struct ChangesPage;

/// Brings a read to a reader thread (storage::ReaderPool::post).
using PostRead = std::function<void(storage::ReaderPool::Read)>;

/// What the streams of a contract work with. All of it outlives them.
struct StreamParts {
  Feed& feed;
  const Projection& projection;
  const Notices& notices;
  /// The namespace whose rooms carry the native rooms' names.
  const realtime::Namespace& nsp;
  PostRead read;
  ReplayLimits replay{};
  /// Where lost sessions are found again; null if they are not.
  realtime::RecoveryStore* recovery = nullptr;
  /// Null if connections are in the rooms that they ask for and no others; else `recovery` is
  /// there.
  OwnRooms own_rooms = nullptr;
};

/// Is told when the role or the memberships of a user may have changed, and that they had not
/// before `since`. On the loop.
class IdentityWatcher {
 public:
  virtual void identity_changed(Lsn since) = 0;

 protected:
  ~IdentityWatcher() = default;
};

/// The loop's thread only, but for what Subscriber says. Outlives the loop's peers.
class LoopStreams final : public Subscriber, private Timer {
 public:
  LoopStreams(realtime::Shard& shard, const StreamParts& parts);
  ~LoopStreams() override;
  LoopStreams(const LoopStreams&) = delete;
  LoopStreams& operator=(const LoopStreams&) = delete;

  [[nodiscard]] realtime::Shard& shard() const { return shard_; }
  [[nodiscard]] const StreamParts& parts() const { return parts_; }

  /// One page of `GET rooms/{room}/changes`; the caller has asked the policy. `done` is called
  /// once, on this loop. 410 `reset` with the member `reason`, 503 `busy`.
  void read_changes(ChangesRequest request, std::function<void(Outcome<ChangesPage>)> done);

  /// The last lsn that may have changed anybody's identity, as far as this loop was told: what was
  /// read of an identity before it may be old.
  [[nodiscard]] Lsn identities_changed() const { return identities_changed_; }
  void watch(const std::string& user_id, IdentityWatcher& watcher);
  void unwatch(const std::string& user_id, IdentityWatcher& watcher);

  // Subscriber: the feed's thread.
  [[nodiscard]] const Projection& projection() const override { return parts_.projection; }
  void opened(const auth::RoomName& room, std::uint64_t token, Lsn head, Lsn at) override;
  void deliver(std::shared_ptr<const Delivery> delivery) override;

 private:
  friend class ChangesRead;
  friend class EventChannel;
  friend class EventStream;
  friend class PeerStreams;
  friend class SessionRecovery;

  /// Calls `then` on this loop once it was told of everything up to `lsn`, rights that ended among
  /// it: what a reader saw up to there of a room that is not public may be sent to those who are
  /// not held then, and to nobody before.
  void when_told(Lsn lsn, std::function<void()> then);

  /// Null if the read failed. On the loop; whoever asked may be gone, so it names them by a handle.
  using PageDone = std::function<void(const ReplayPage* page)>;

  /// The room's stream, opened at the feed if nobody followed it; whoever asks adds themselves.
  RoomStream& stream(const auth::RoomName& room);
  void close_if_unused(RoomStream& stream);
  /// The channel of just these rooms.
  EventChannel& channel(const std::vector<auth::RoomName>& rooms);
  void close_if_unused(EventChannel& channel);
  /// Reads a page of the room's log; that of a room that is not public waits until when_told().
  /// Those who want the same page share it.
  void read_page(const auth::RoomName& room, Lsn since, PageDone done);
  using PageKey = std::pair<std::string, Lsn>;
  void page_arrived(const PageKey& key, const ReplayPage* page);
  /// Everything of the open rooms up to here was told.
  [[nodiscard]] Position position() const { return {parts_.feed.epoch(), delivered_}; }

  void on_opened(const auth::RoomName& room, std::uint64_t token, Lsn head, Lsn at);
  void on_delivery(const Delivery& delivery);
  /// Tells the messages of several rooms in the order of their places.
  struct RoomPart {
    RoomStream* stream;
    const RoomMessages* messages;
  };
  static void tell(const std::vector<RoomPart>& parts);
  void identities_changed(const Delivery& delivery);
  /// Answers those who wait for changes with none.
  void drain();
  [[nodiscard]] PeerStreams* find(realtime::Handle peer) const { return peers_.find(peer); }
  void retry_later(realtime::Handle peer);
  void on_timer() override;
  void end_read(std::uint64_t read);

  realtime::Shard& shard_;
  StreamParts parts_;
  Lsn delivered_;
  Lsn identities_changed_;
  std::uint64_t next_token_ = 1;
  std::unordered_map<std::string, std::unique_ptr<RoomStream>> streams_;
  realtime::SlotMap<PeerStreams> peers_;
  std::map<PageKey, std::vector<PageDone>> reading_;
  std::unordered_map<std::string, std::unique_ptr<EventChannel>> channels_;
  realtime::SlotMap<EventStream> event_streams_;
  std::vector<realtime::Handle> retries_;
  std::unordered_map<std::uint64_t, std::unique_ptr<ChangesRead>> changes_reads_;
  std::uint64_t next_read_ = 1;
  std::unordered_multimap<std::string, IdentityWatcher*> watchers_;
};

}  // namespace tillcast::feed
