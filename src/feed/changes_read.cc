#include "feed/changes_read.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "feed/loop_streams.h"

namespace tillcast::feed {

Problem reset_problem(ResetReason reason) {
  Problem problem{410, "reset",
                  "The changes since this position are not known any more. Fetch the room's "
                  "snapshot and go on from its position."};
  problem.extra_json = "\"reason\":\"" + std::string(to_string(reason)) + "\"";
  return problem;
}

ChangesRead::ChangesRead(LoopStreams& loop, std::uint64_t id, ChangesRequest request,
                         ChangesDone done)
    : loop_(loop), id_(id), request_(std::move(request)), done_(std::move(done)) {}

ChangesRead::~ChangesRead() { stop_waiting(); }

void ChangesRead::start() {
  if (request_.since.epoch != loop_.parts().feed.epoch()) {
    return finish(reset_problem(ResetReason::kOtherEpoch));
  }
  read();
}

void ChangesRead::read() {
  loop_.read_page(request_.room, request_.since.lsn,
                  [&loop = loop_, id = id_](const ReplayPage* page) {
                    const auto found = loop.changes_reads_.find(id);
                    if (found != loop.changes_reads_.end()) found->second->page_arrived(page);
                  });
}

void ChangesRead::page_arrived(const ReplayPage* page) {
  if (page == nullptr) {
    return finish(Problem{503, "busy", "The changes cannot be read now. Try again in a while."});
  }
  if (!page->exact) return finish(reset_problem(ResetReason::kTooOld));
  if (request_.since.lsn > page->head) return finish(reset_problem(ResetReason::kAhead));
  const bool may_wait = request_.wait_ms > 0;
  if (page->messages.empty() && page->complete && may_wait) return wait(page->head);

  const std::size_t count = std::min(page->messages.size(), request_.messages_max);
  const auto end = page->messages.begin() + static_cast<std::ptrdiff_t>(count);
  ChangesPage found{{page->messages.begin(), end}, {request_.since.epoch, page->end}};
  if (count < page->messages.size()) {
    found.position.lsn = count == 0 ? request_.since.lsn : found.messages.back().lsn;
  }
  finish(std::move(found));
}

void ChangesRead::wait(Lsn read_upto) {
  empty_upto_ = read_upto;
  if (!waited_) {
    waited_ = true;
    realtime::Shard& shard = loop_.shard();
    shard.timers().arm(*this, shard.clock().steady_ms() + request_.wait_ms);
  }
  waiting_for_ = &loop_.stream(request_.room);
  waiting_for_->add(*this);
  room_moved();
}

void ChangesRead::room_moved() {
  // What the page has seen already may still be on its way to this loop.
  if (!waiting_for_->is_open() || waiting_for_->head() <= empty_upto_) return;
  stop_waiting();
  read();
}

void ChangesRead::on_timer() {
  request_.wait_ms = 0;
  // A page that is on its way is the answer, whatever it has.
  if (waiting_for_ == nullptr) return;
  finish(ChangesPage{{}, {request_.since.epoch, empty_upto_}});
}

void ChangesRead::stop() { on_timer(); }

void ChangesRead::stop_waiting() {
  if (waiting_for_ == nullptr) return;
  RoomStream& stream = *std::exchange(waiting_for_, nullptr);
  stream.remove(*this);
  loop_.close_if_unused(stream);
}

void ChangesRead::finish(Outcome<ChangesPage> outcome) {
  const ChangesDone done = std::move(done_);
  loop_.end_read(id_);
  done(std::move(outcome));
}

}  // namespace tillcast::feed
