#include "app/enrichment_worker.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "commerce/context.h"
#include "commerce/fields.h"
#include "commerce/pictures.h"

namespace tillcast::app {

namespace {

/// How long it sleeps at most: other servers' jobs are not noticed by themselves.
constexpr std::int64_t kSleepMsMax = 60'000;
constexpr std::int64_t kSharedSleepMsMax = 2'000;
/// How often it looks for jobs that a server was at when it ended.
constexpr std::int64_t kReleaseMs = 60'000;
constexpr std::int64_t kSharedReleaseMs = 5'000;
/// After a step that the database did not take.
constexpr std::int64_t kFailedStepMs = 1'000;

using Kind = EnrichmentOutcome::Kind;

commerce::Values values_of(const EnrichmentOutcome& outcome) {
  return {{commerce::product::kGeneratedImageUrl,
           commerce::picture_url(outcome.picture.hash, pictures::kSizes.back())},
          {commerce::product::kCaption, outcome.caption}};
}

}  // namespace

EnrichmentWorker::EnrichmentWorker(storage::CommitThread& commits, const Clock& clock,
                                   const commerce::EnrichmentRules& rules, bool is_shared,
                                   storage::FailureReport report)
    : commits_(commits),
      clock_(clock),
      rules_(rules),
      is_shared_(is_shared),
      report_(std::move(report)) {}

EnrichmentWorker::~EnrichmentWorker() { stop(); }

void EnrichmentWorker::add(std::string_view name, std::unique_ptr<Enricher> enricher) {
  enrichers_.emplace(name, std::move(enricher));
}

void EnrichmentWorker::start() {
  thread_ = std::thread([this] { run(); });
}

void EnrichmentWorker::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  for (const auto& [name, enricher] : enrichers_) enricher->stop();
  if (thread_.joinable()) thread_.join();
}

void EnrichmentWorker::notice(const storage::CommittedBatch& batch) {
  const auto is_new_job = [](const storage::Change& change) {
    return change.op == storage::Op::kCreated && change.kind == "job";
  };
  const bool any = std::any_of(
      batch.transactions.begin(), batch.transactions.end(), [&](const auto& transaction) {
        return std::any_of(transaction.changes.begin(), transaction.changes.end(), is_new_job);
      });
  if (!any) return;
  {
    const std::lock_guard lock(mutex_);
    noticed_ = true;
  }
  wake_.notify_one();
}

void EnrichmentWorker::run() {
  const std::int64_t release_ms = is_shared_ ? kSharedReleaseMs : kReleaseMs;
  std::int64_t released_ms = clock_.steady_ms() - release_ms;
  while (!stopping_) {
    if (clock_.steady_ms() - released_ms >= release_ms) {
      released_ms = clock_.steady_ms();
      run_step([this](storage::Transaction& transaction) {
        commerce::release_lost_enrichments(transaction, clock_.unix_ms());
      });
    }
    const auto taken = take();
    if (!taken) {
      sleep(kFailedStepMs);
    } else if (taken->work) {
      work_at(*taken->work);
    } else {
      const std::int64_t longest = is_shared_ ? kSharedSleepMsMax : kSleepMsMax;
      const std::int64_t until_due = taken->next_due_ms - clock_.unix_ms();
      sleep(taken->next_due_ms == 0 ? longest : std::clamp<std::int64_t>(until_due, 1, longest));
    }
  }
}

std::optional<commerce::TakenEnrichment> EnrichmentWorker::take() {
  commerce::TakenEnrichment taken;
  const bool done = run_step([&](storage::Transaction& transaction) {
    taken = commerce::take_enrichment(transaction, rules_, clock_.unix_ms());
  });
  if (!done) return std::nullopt;
  return taken;
}

void EnrichmentWorker::work_at(const commerce::EnrichmentWork& work) {
  const auto enricher = enrichers_.find(work.worker);
  EnrichmentOutcome outcome;
  if (enricher == enrichers_.end()) {
    outcome.error = "This server has no worker of this name.";
  } else {
    try {
      outcome = enricher->second->enrich(work);
    } catch (const std::exception& error) {
      if (report_) report_("enriching a product failed by a bug: " + std::string(error.what()));
      outcome = {Kind::kFailed, "The server failed at this. Its log says why.", {}, {}};
    }
  }
  write_down(work, outcome);
}

void EnrichmentWorker::write_down(const commerce::EnrichmentWork& work,
                                  const EnrichmentOutcome& outcome) {
  run_step([&](storage::Transaction& transaction) {
    const std::int64_t now_ms = clock_.unix_ms();
    switch (outcome.kind) {
      case Kind::kMade:
        if (commerce::finish_enrichment(transaction, work.attempt, values_of(outcome), now_ms)) {
          commerce::store_picture(transaction, outcome.picture, now_ms);
        }
        return;
      case Kind::kHandedOver:
        commerce::hand_over_enrichment(transaction, work.attempt);
        return;
      case Kind::kFailed:
      case Kind::kRefused:
        commerce::fail_enrichment(transaction, work.attempt, outcome.error,
                                  outcome.kind == Kind::kRefused, now_ms);
        return;
      case Kind::kStopped:
        commerce::release_enrichment(transaction, work.attempt, now_ms);
    }
  });
}

bool EnrichmentWorker::run_step(const std::function<void(storage::Transaction&)>& step) {
  std::promise<bool> answered;
  commits_.submit<commerce::Done>(
      [&step](storage::Transaction& transaction) -> Outcome<commerce::Done> {
        step(transaction);
        return commerce::Done{};
      },
      [&answered](const Outcome<commerce::Done>& outcome) {
        answered.set_value(outcome.has_value());
      });
  return answered.get_future().get();
}

void EnrichmentWorker::sleep(std::int64_t ms) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return stopping_ || noticed_; });
  noticed_ = false;
}

}  // namespace tillcast::app
