// A page of a room's changes for those who poll: at once if there are any, or when there are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "auth/policy.h"
#include "base/ids.h"
#include "base/problem.h"
#include "base/timer_wheel.h"
#include "feed/log_pages.h"
#include "feed/room_stream.h"

namespace tillcast::feed {

class LoopStreams;

struct ChangesRequest {
  auth::RoomName room;
  Position since;
  /// At most this many messages, and not more than limits::kReplayPageChangesMax.
  std::size_t messages_max;
  /// How long to wait for the first one; 0 answers at once.
  std::int64_t wait_ms = 0;
};

struct ChangesPage {
  std::vector<Message> messages;
  /// Where to go on.
  Position position;
};
using ChangesDone = std::function<void(Outcome<ChangesPage>)>;

/// 410 `reset`.
Problem reset_problem(ResetReason reason);

/// One such read, from its start to its answer; LoopStreams owns it. The loop's thread only.
class ChangesRead final : private Timer, private RoomWatcher {
 public:
  ChangesRead(LoopStreams& loop, std::uint64_t id, ChangesRequest request, ChangesDone done);
  ~ChangesRead();
  ChangesRead(const ChangesRead&) = delete;
  ChangesRead& operator=(const ChangesRead&) = delete;

  void start();
  /// Answers with what is known, because the server goes away.
  void stop();

 private:
  void read();
  void page_arrived(const ReplayPage* page);
  void wait(Lsn read_upto);
  void on_timer() override;
  void room_moved() override;
  void stop_waiting();
  /// Answers and ends this object.
  void finish(Outcome<ChangesPage> outcome);

  LoopStreams& loop_;
  std::uint64_t id_;
  ChangesRequest request_;
  ChangesDone done_;
  /// The room has nothing after `since` up to here.
  Lsn empty_upto_;
  RoomStream* waiting_for_ = nullptr;
  bool waited_ = false;
};

}  // namespace tillcast::feed
