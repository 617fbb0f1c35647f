// The feed's work without its thread: which rooms are open where, how far each has come, and what
// every subscriber is told of a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "auth/policy.h"
#include "base/ids.h"
#include "feed/subscriber.h"
#include "storage/change_log.h"
#include "storage/database.h"

namespace tillcast::feed {

/// One thread. A call that throws StorageFailure has changed nothing that a second try would
/// repeat.
class Tailer {
 public:
  using Send = std::function<void(Subscriber&, std::shared_ptr<const Delivery>)>;

  /// Starts at the log's present end. Reads at most about `reread_changes_max` back at once.
  Tailer(std::unique_ptr<storage::Reader> reader, Send send, std::size_t reread_changes_max);

  void attach(Subscriber& subscriber) { subscribers_.push_back(&subscriber); }
  void open(const auth::RoomName& room, Subscriber& subscriber, std::uint64_t token);
  void close(const auth::RoomName& room, Subscriber& subscriber);

  /// Tells the batch. One that was told before is passed over; what is missing before it is read
  /// back from the log. False if that is more than is read at once: call again with this batch.
  [[nodiscard]] bool handle(const storage::CommittedBatch& batch);

  /// Reads what another process has committed up to `head` from the log and tells it; nothing if
  /// that was told before. False if there is more than is read at once: call again.
  [[nodiscard]] bool catch_up(Lsn head);

  /// The epoch, and the last lsn that was told.
  [[nodiscard]] const Position& position() const { return position_; }

 private:
  /// What the running batch means in one contract's words.
  struct Told {
    const Projection* projection;
    std::shared_ptr<RoomMessages> messages;
  };
  struct OpenRoom {
    auth::RoomName name;
    storage::RoomFilter filter;
    /// The room's last lsn.
    Lsn head;
    std::vector<Subscriber*> subscribers;
    /// Of the running transaction and the running batch.
    std::vector<const storage::Change*> slice;
    std::vector<Told> told;
  };
  using RoomKey = std::pair<storage::Audience, std::string_view>;
  struct RoomKeyHash {
    std::size_t operator()(const RoomKey& key) const {
      return std::hash<std::string_view>{}(key.second) ^ static_cast<std::size_t>(key.first);
    }
  };

  [[nodiscard]] OpenRoom* find(storage::Audience audience, std::string_view key) const;
  void read_up_to(Lsn end);
  void read_back();
  /// As one delivery, or as several of which each but the last ends with changed rights.
  void tell(const storage::CommittedBatch& batch, const std::vector<OpenRoom*>& lost = {});
  void sort_into_rooms(const storage::Change& change, std::vector<OpenRoom*>& touched) const;
  void project_slice(OpenRoom& room) const;
  void deliver(const Delivery& frame, const std::vector<RoomReset>& resets,
               const std::vector<OpenRoom*>& touched);

  std::unique_ptr<storage::Reader> reader_;
  Send send_;
  std::size_t reread_changes_max_;
  Position position_;
  std::vector<Subscriber*> subscribers_;
  /// Keys look into the rooms' own filters.
  std::unordered_map<RoomKey, std::unique_ptr<OpenRoom>, RoomKeyHash> rooms_;
};

}  // namespace tillcast::feed
