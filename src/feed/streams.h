// All loops' rooms of one contract.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "feed/changes_read.h"
#include "feed/loop_streams.h"

namespace tillcast::feed {

/// Owns a LoopStreams for each loop that the namespace's server is attached to. Any thread.
/// Outlives the reactor, because its peers leave their rooms when they end.
class Streams {
 public:
  explicit Streams(StreamParts parts) : parts_(std::move(parts)) {}

  /// The loop's own. Not before the server is attached to its loops.
  LoopStreams& at(realtime::Shard& shard);

  /// As LoopStreams::read_changes(); `done` is called on `shard`'s loop.
  void read_changes(realtime::Shard& shard, ChangesRequest request, ChangesDone done);

 private:
  StreamParts parts_;
  std::once_flag made_;
  std::vector<std::unique_ptr<LoopStreams>> loops_;
};

}  // namespace tillcast::feed
