#include "app/housekeeping.h"

#include <chrono>

#include "commerce/idempotency.h"
#include "commerce/sessions.h"

namespace tillcast::app {

namespace {

constexpr std::chrono::minutes kInterval{1};
/// Rows of each table that one command removes, so that orders need not wait for it.
constexpr std::int64_t kRowsMax = 500;

}  // namespace

Housekeeping::Housekeeping(storage::CommitThread& commits, const Clock& clock)
    : commits_(commits), clock_(clock), thread_([this] { run(); }) {}

Housekeeping::~Housekeeping() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Housekeeping::run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kInterval, [this] { return stopping_; })) clean();
}

void Housekeeping::clean() {
  commits_.submit<commerce::Done>(
      [this](storage::Transaction& transaction) -> Outcome<commerce::Done> {
        commerce::prune_sessions(transaction, clock_.unix_ms(), kRowsMax);
        commerce::prune_idempotency_keys(transaction, clock_.unix_ms(), kRowsMax);
        return commerce::Done{};
      },
      // What could not be removed now is removed a minute later.
      [](const Outcome<commerce::Done>&) {});
}

}  // namespace tillcast::app
