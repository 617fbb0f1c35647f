#include "feed/streams.h"

#include <utility>

namespace tillcast::feed {

LoopStreams& Streams::at(realtime::Shard& shard) {
  std::call_once(made_, [this] {
    for (realtime::Shard* const one : parts_.nsp.server().shards()) {
      loops_.push_back(std::make_unique<LoopStreams>(*one, parts_));
    }
  });
  for (const auto& loop : loops_) {
    if (&loop->shard() == &shard) return *loop;
  }
  throw std::logic_error("the streams' server is not attached to this loop");
}

void Streams::read_changes(realtime::Shard& shard, ChangesRequest request, ChangesDone done) {
  LoopStreams& loop = at(shard);
  if (shard.is_this_thread()) return loop.read_changes(std::move(request), std::move(done));
  shard.post([&loop, request = std::move(request), done = std::move(done)](realtime::Shard&) {
    loop.read_changes(request, done);
  });
}

}  // namespace tillcast::feed
