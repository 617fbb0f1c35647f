// Does the enrichments that are due, one after the other: takes a job, has an enricher work at it,
// and writes down what came of it. Several servers of one database each have one; the job's row
// says whose turn it is (commerce/enrichment_work.h).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "commerce/enrichment_work.h"
#include "pictures/picture.h"
#include "storage/change_log.h"
#include "storage/commit_thread.h"

namespace tillcast::app {

/// What an attempt came to.
struct EnrichmentOutcome {
  enum class Kind : std::uint8_t {
    /// `picture` and `caption` are the product's.
    kMade,
    /// An outside workflow has it, and will report.
    kHandedOver,
    /// Worth another try; `error` says why.
    kFailed,
    /// Another try would fail as well.
    kRefused,
    /// stop() came in between.
    kStopped,
  };
  Kind kind = Kind::kFailed;
  std::string error{};
  pictures::PictureSet picture{};
  std::string caption{};
};

/// One way to enrich. enrich() is called on the worker's thread and may block; stop() from any.
class Enricher {
 public:
  virtual ~Enricher() = default;
  virtual EnrichmentOutcome enrich(const commerce::EnrichmentWork& work) = 0;
  /// Ends what enrich() is at.
  virtual void stop() = 0;
};

/// Owns its thread, which runs from start() to stop().
class EnrichmentWorker {
 public:
  /// `commits` and `clock` outlive it. With `is_shared` other servers start jobs too. `report` is
  /// told what an operator should know, on the worker's thread.
  EnrichmentWorker(storage::CommitThread& commits, const Clock& clock,
                   const commerce::EnrichmentRules& rules, bool is_shared,
                   storage::FailureReport report);
  ~EnrichmentWorker();
  EnrichmentWorker(const EnrichmentWorker&) = delete;
  EnrichmentWorker& operator=(const EnrichmentWorker&) = delete;

  /// Before start(): who does the jobs of this name.
  void add(std::string_view name, std::unique_ptr<Enricher> enricher);
  void start();
  /// Puts back the job at hand and returns. While the commit thread still takes commands.
  void stop();

  /// Looks for jobs if the batch has any. Any thread, and cheap.
  void notice(const storage::CommittedBatch& batch);

 private:
  void run();
  [[nodiscard]] std::optional<commerce::TakenEnrichment> take();
  void work_at(const commerce::EnrichmentWork& work);
  void write_down(const commerce::EnrichmentWork& work, const EnrichmentOutcome& outcome);
  /// Runs a step on the commit thread and waits for it; false if it could not be written.
  bool run_step(const std::function<void(storage::Transaction&)>& step);
  /// Until a job is due or noticed, or stop().
  void sleep(std::int64_t ms);

  storage::CommitThread& commits_;
  const Clock& clock_;
  commerce::EnrichmentRules rules_;
  bool is_shared_;
  storage::FailureReport report_;
  std::map<std::string, std::unique_ptr<Enricher>, std::less<>> enrichers_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool noticed_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace tillcast::app
