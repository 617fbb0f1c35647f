// The only way from a commit to a screen. A thread of its own takes committed batches in log order,
// has each change told once a room and contract, and hands every loop what its open rooms get.
//
// Rooms are opened and closed through the same queue as the batches, so that a loop knows exactly
// from which lsn on it gets a room.
//
// Shutting down: stop the loops, then stop() the feed, then destroy subscribers and feed.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "auth/policy.h"
#include "base/limits.h"
#include "feed/subscriber.h"
#include "feed/tailer.h"
#include "storage/database.h"

namespace tillcast::feed {

struct FeedOptions {
  std::size_t changes_queued_max = limits::kFeedChangesQueuedMax;
  std::size_t messages_in_flight_max = limits::kFeedMessagesInFlightMax;
  std::size_t reread_changes_max = limits::kFeedRereadChangesMax;
  /// Told of reads of the log that failed and are tried again; on the feed's thread.
  storage::FailureReport report{};
};

/// Owns a reader of the database and a thread. Any thread may call it, but for step(). Outlives its
/// subscribers and the deliveries that they hold.
class Feed {
 public:
  /// Starts at the log's present end: construct it before the first command runs.
  explicit Feed(storage::Database& database, FeedOptions options = {});
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  void start();
  /// Ends the thread; what is queued stays in the log. Calls that follow do nothing.
  void stop();

  /// The door for every committed batch, in log order. Never waits: a feed that has fallen behind
  /// by more than changes_queued_max drops what is queued and reads it back from the log.
  void publish(std::shared_ptr<const storage::CommittedBatch> batch);

  /// Another process has committed up to `head`: what is missing is read from the log. Never waits.
  void announce(Lsn head);

  /// From now on the subscriber is told of changed users. Once, before its first open().
  void attach(Subscriber& subscriber);
  /// Subscriber::opened() answers, with `token`. One open() a room, until close().
  void open(const auth::RoomName& room, Subscriber& subscriber, std::uint64_t token);
  /// Deliveries that are already on their way may still have the room.
  void close(const auth::RoomName& room, Subscriber& subscriber);
  /// Calls `told` on the feed's thread once all that was committed up to `lsn` is handed to the
  /// subscribers, with how far that is; what is not here yet is read from the log. A reader has
  /// seen `lsn`.
  void when_told(Lsn lsn, std::function<void(Lsn at)> told);
  /// The epoch of the log, which stays while the server runs.
  [[nodiscard]] const std::string& epoch() const { return epoch_; }

  /// Handles one queued thing, or a part of it; false if there is none. For tests and simulators,
  /// which drive the feed themselves instead of starting its thread. Throws StorageFailure and can
  /// be called again then.
  bool step();

 private:
  struct Item {
    std::shared_ptr<const storage::CommittedBatch> batch;
    std::function<void(Tailer&)> action;
    Lsn head{};
  };
  void push(std::function<void(Tailer&)> action);
  void send(Subscriber& subscriber, std::shared_ptr<const Delivery> delivery);
  void landed(std::size_t messages);
  bool take_next();
  void run();

  FeedOptions options_;
  Tailer tailer_;
  std::string epoch_;
  /// What step() works at; the feed's thread alone.
  std::optional<Item> current_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> queue_;
  /// What was announced and is not looked at yet; 0 if nothing.
  Lsn announced_{};
  std::size_t changes_queued_ = 0;
  std::size_t messages_in_flight_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tillcast::feed
