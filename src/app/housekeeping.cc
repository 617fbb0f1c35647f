#include "app/housekeeping.h"

#include <chrono>
#include <functional>

#include "commerce/idempotency.h"
#include "commerce/pictures.h"
#include "commerce/reviews.h"
#include "commerce/sessions.h"
#include "feed/recovery_rows.h"
#include "storage/change_log.h"

namespace tillcast::app {

namespace {

constexpr std::chrono::minutes kInterval{1};
/// Rows of each table that one command removes, so that orders need not wait for it.
constexpr std::int64_t kRowsMax = 500;

/// What a step says of the work after it.
struct StepResult {
  bool more = false;
};

/// A piece of work small enough for one command. True: there may be more.
using Step = std::function<bool(storage::Transaction&)>;

/// Does `step` again and again, each time behind the commands that have queued in the meantime.
/// What fails, or is left when the server stops, is done a minute or a start later.
void repeat(storage::CommitThread& commits, const Step& step) {
  commits.submit<StepResult>(
      [step](storage::Transaction& transaction) -> Outcome<StepResult> {
        return StepResult{step(transaction)};
      },
      [&commits, step](const Outcome<StepResult>& done) {
        if (done && done->more) repeat(commits, step);
      });
}

}  // namespace

Housekeeping::Housekeeping(storage::CommitThread& commits, const Clock& clock,
                           const storage::LogRetention& history, bool is_shared)
    : commits_(commits), clock_(clock), history_(history), is_shared_(is_shared), thread_([this] {
        run();
      }) {}

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
  do {
    clean();
  } while (!wake_.wait_for(lock, kInterval, [this] { return stopping_; }));
}

void Housekeeping::clean() {
  // The commands may run after this object is gone.
  const Clock& clock = clock_;
  repeat(commits_, [&clock, is_shared = is_shared_](storage::Transaction& transaction) {
    if (is_shared) feed::release_orphans(transaction, clock.unix_ms());
    commerce::prune_sessions(transaction, clock.unix_ms(), kRowsMax);
    commerce::prune_idempotency_keys(transaction, clock.unix_ms(), kRowsMax);
    feed::prune_recovery_sessions(transaction, clock.unix_ms(), kRowsMax);
    return false;
  });
  // A few a minute; where the next ones begin is known to the commands alone.
  repeat(commits_, [&clock, after = last_picture_](storage::Transaction& transaction) {
    *after = commerce::prune_pictures(transaction, clock.unix_ms(), *after);
    return false;
  });
  repeat(commits_, [&clock](storage::Transaction& transaction) {
    return commerce::move_waiting_reviews(transaction, clock.unix_ms());
  });
  repeat(commits_, [&clock, history = history_](storage::Transaction& transaction) {
    return storage::prune_log_step(transaction, history, clock.unix_ms());
  });
}

}  // namespace tillcast::app
