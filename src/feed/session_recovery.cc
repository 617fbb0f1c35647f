#include "feed/session_recovery.h"

#include <algorithm>
#include <utility>

#include "feed/loop_streams.h"
#include "feed/peer_streams.h"
#include "feed/recovery_store.h"

namespace tillcast::feed {

using realtime::Missed;
using realtime::SharedPublication;

namespace {

/// A read is done again if the rooms dropped what follows it; more often than this nobody tries.
constexpr int kReadsMax = 4;

}  // namespace

SessionRecovery::SessionRecovery(LoopStreams& loop, PeerStreams& peer,
                                 realtime::SavedSession session,
                                 std::optional<realtime::EventPlace> last, Done done)
    : loop_(loop),
      peer_(peer),
      session_(std::move(session)),
      last_(last),
      done_(std::move(done)),
      number_(++peer.recoveries_),
      reads_left_(kReadsMax) {}

SessionRecovery::~SessionRecovery() {
  for (RoomStream* const stream : streams_) {
    if (keeping_) stream->stop_keeping();
    stream->remove(static_cast<RoomWatcher&>(*this));
    loop_.close_if_unused(*stream);
  }
}

void SessionRecovery::start() {
  for (const realtime::SavedRoom& room : session_.rooms) {
    const auto name = auth::parse_room(room.name);
    if (!name) return finish(nullptr);
    RoomStream& stream = loop_.stream(*name);
    stream.add(static_cast<RoomWatcher&>(*this));
    streams_.push_back(&stream);
  }
  room_moved();
}

void SessionRecovery::room_moved() {
  const bool all_open = std::all_of(streams_.begin(), streams_.end(),
                                    [](const RoomStream* stream) { return stream->is_open(); });
  if (keeping_ || !all_open) return;
  if (const auto nothing = nothing_missed()) return finish(nothing);
  keeping_ = true;
  for (RoomStream* const stream : streams_) stream->start_keeping(loop_.position().lsn);
  read();
}

std::shared_ptr<const Missed> SessionRecovery::nothing_missed() const {
  // An event may be one of several of its place.
  if (last_) return nullptr;
  const auto nothing = std::make_shared<Missed>();
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    const realtime::EventPlace from = session_.rooms[i].from;
    if (streams_[i]->head() > Lsn{from.lsn}) return nullptr;
    nothing->end = std::max(nothing->end, from);
  }
  return nothing;
}

void SessionRecovery::read() {
  --reads_left_;
  loop_.parts().recovery->missed(
      session_, last_,
      [&loop = loop_, peer = peer_.handle_,
       number = number_](const std::shared_ptr<const Missed>& missed) {
        loop.shard().post([&loop, peer, number, missed](realtime::Shard&) {
          const auto arrived = [&loop, peer, number, missed] {
            PeerStreams* const streams = loop.find(peer);
            if (streams == nullptr || streams->recovery_ == nullptr) return;
            // What was read for an earlier one may be of rooms that were left since.
            if (streams->recovery_->number_ == number) streams->recovery_->arrived(missed);
          };
          if (missed == nullptr) return arrived();
          loop.when_told(Lsn{missed->end.lsn}, arrived);
        });
      });
}

std::optional<std::vector<SharedPublication>> SessionRecovery::recent_after(Lsn lsn) const {
  std::vector<SharedPublication> recent;
  for (const RoomStream* const stream : streams_) {
    const auto messages = stream->recent_after(lsn);
    if (!messages) return std::nullopt;
    for (const Message& message : *messages) {
      if (!is_told_elsewhere(message, session_)) recent.push_back(message.publication);
    }
  }
  std::stable_sort(recent.begin(), recent.end(),
                   [](const auto& a, const auto& b) { return a->place < b->place; });
  return recent;
}

void SessionRecovery::arrived(const std::shared_ptr<const Missed>& missed) {
  if (missed == nullptr) return finish(nullptr);
  const auto recent = recent_after(Lsn{missed->end.lsn});
  if (!recent) return reads_left_ > 0 ? read() : finish(nullptr);
  if (recent->empty()) return finish(missed);
  const auto all = std::make_shared<Missed>(*missed);
  all->events.insert(all->events.end(), recent->begin(), recent->end());
  finish(all);
}

void SessionRecovery::finish(const std::shared_ptr<const Missed>& missed) {
  // The streams stay open until this object goes, at the end of this call.
  const std::unique_ptr<SessionRecovery> self = std::move(peer_.recovery_);
  if (!done_(missed) || missed == nullptr) return;
  // What the rooms kept reaches to the loop's position, so that is sent too.
  const Lsn sent = std::max(Lsn{missed->end.lsn}, loop_.position().lsn);
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    peer_.follow_on(*streams_[i], session_.rooms[i], sent);
  }
  peer_.peer_.save_rooms(peer_.saved_rooms(), {});
}

}  // namespace tillcast::feed
