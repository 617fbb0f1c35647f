#include "commerce/enrichment_work.h"

#include <algorithm>
#include <vector>

#include "commerce/fields.h"
#include "commerce/records.h"
#include "commerce/reviews.h"
#include "commerce/stats.h"

namespace tillcast::commerce {
namespace {

using storage::Row;
using storage::Transaction;

constexpr std::int64_t kWaiting = 0;
constexpr std::int64_t kWorking = 1;
constexpr std::int64_t kReporting = 2;

constexpr std::string_view kColumns = "job_id, attempt, product_id, stage, due_at";

RunningEnrichment running_of(const Row& row) {
  return {{std::string(row.text(0)), row.integer(1)},
          std::string(row.text(2)),
          row.integer(3),
          row.integer(4)};
}

std::vector<RunningEnrichment> due_enrichments(storage::Queries& queries, std::int64_t now_ms) {
  static const std::string kSql = "SELECT " + std::string(kColumns) +
                                  " FROM enrichments WHERE due_at <= $1 ORDER BY due_at, job_id "
                                  "LIMIT $2";
  std::vector<RunningEnrichment> due;
  queries.query(kSql, {now_ms, limits::kEnrichmentsPerStepMax},
                [&](const Row& row) { due.push_back(running_of(row)); });
  return due;
}

std::int64_t next_due_ms(storage::Queries& queries) {
  std::int64_t next = 0;
  queries.query("SELECT due_at FROM enrichments ORDER BY due_at, job_id LIMIT 1", {},
                [&](const Row& row) { next = row.integer(0); });
  return next;
}

void set_job(Transaction& transaction, std::string_view job_id, const Values& values,
             std::int64_t now_ms) {
  auto job = read_record(transaction, Kind::kJob, job_id);
  if (job) RecordWriter(transaction, now_ms, {}).update(*job, values);
}

/// At most as long as the field may be, and no half of a character at its end.
std::string error_text(std::string_view error) {
  constexpr std::size_t kBytesMax = 1'000;
  if (error.size() <= kBytesMax) return std::string(error);
  std::size_t end = kBytesMax;
  while (end > 0 && (static_cast<unsigned char>(error[end]) & 0xC0) == 0x80) --end;
  return std::string(error.substr(0, end));
}

/// Why a job that is due cannot be tried; empty if it can.
std::string_view why_over(const RunningEnrichment& running) {
  if (running.stage == kReporting) return "The workflow did not report in time.";
  if (running.attempt.number < limits::kEnrichmentAttemptsMax) return {};
  return "Too many attempts were begun and never ended.";
}

/// Nothing if there is nothing to work at any more.
std::optional<EnrichmentWork> begin_attempt(Transaction& transaction,
                                            const RunningEnrichment& running,
                                            const EnrichmentRules& rules, std::int64_t now_ms) {
  EnrichmentWork work;
  work.attempt = {running.attempt.job_id, running.attempt.number + 1};
  work.deadline_ms = now_ms + rules.timeout_ms;
  auto product = read_record(transaction, Kind::kProduct, running.product_id);
  auto shop = product ? read_record(transaction, Kind::kShop, product->shop_id()) : std::nullopt;
  const auto job = read_record(transaction, Kind::kJob, running.attempt.job_id);
  if (!shop || !job) return std::nullopt;
  work.worker = job->text(job::kWorker);
  work.product = *std::move(product);
  work.shop = *std::move(shop);
  // Another server cannot come in between: a group has the database to itself. If it could, this
  // would change no row, and the group's end would say so.
  transaction.change_one(
      "UPDATE enrichments SET stage = $1, attempt = attempt + 1, due_at = $2, deadline_at = $3, "
      "holder = $4 WHERE job_id = $5 AND attempt = $6 AND due_at = $7",
      {kWorking, now_ms + std::min(limits::kEnrichmentLeaseMs, rules.timeout_ms), work.deadline_ms,
       rules.holder, std::string_view(running.attempt.job_id), running.attempt.number,
       running.due_ms});
  set_job(transaction, running.attempt.job_id,
          {{job::kState, std::string("running")}, {job::kAttempts, work.attempt.number}}, now_ms);
  return work;
}

/// The job, if this is its present attempt and it is being worked at.
std::optional<RunningEnrichment> working_at(storage::Queries& queries,
                                            const EnrichmentAttempt& attempt) {
  auto running = find_enrichment(queries, attempt.job_id);
  if (!running || running->attempt.number != attempt.number || running->stage != kWorking) {
    return std::nullopt;
  }
  return running;
}

void wait_until(Transaction& transaction, std::string_view job_id, std::int64_t due_ms) {
  transaction.execute("UPDATE enrichments SET stage = $1, due_at = $2 WHERE job_id = $3",
                      {kWaiting, due_ms, job_id});
}

}  // namespace

TakenEnrichment take_enrichment(Transaction& transaction, const EnrichmentRules& rules,
                                std::int64_t now_ms) {
  TakenEnrichment taken;
  for (const RunningEnrichment& running : due_enrichments(transaction, now_ms)) {
    if (const auto over = why_over(running); !over.empty()) {
      end_enrichment(transaction, running, {}, over, now_ms);
      continue;
    }
    taken.work = begin_attempt(transaction, running, rules, now_ms);
    if (taken.work) break;
    end_enrichment(transaction, running, {}, "The product is not there any more.", now_ms);
  }
  taken.next_due_ms = next_due_ms(transaction);
  return taken;
}

bool hand_over_enrichment(Transaction& transaction, const EnrichmentAttempt& attempt) {
  return transaction.execute(
             "UPDATE enrichments SET stage = $1, due_at = deadline_at WHERE job_id = $2 AND "
             "attempt = $3 AND stage = $4",
             {kReporting, std::string_view(attempt.job_id), attempt.number, kWorking}) > 0;
}

bool finish_enrichment(Transaction& transaction, const EnrichmentAttempt& attempt,
                       const Values& values, std::int64_t now_ms) {
  const auto running = working_at(transaction, attempt);
  if (!running) return false;
  end_enrichment(transaction, *running, values, {}, now_ms);
  return true;
}

bool fail_enrichment(Transaction& transaction, const EnrichmentAttempt& attempt,
                     std::string_view error, bool final, std::int64_t now_ms) {
  const auto running = working_at(transaction, attempt);
  if (!running) return false;
  if (final || attempt.number >= limits::kEnrichmentAttemptsMax) {
    end_enrichment(transaction, *running, {}, error, now_ms);
    return true;
  }
  const std::int64_t wait_ms =
      std::min(limits::kEnrichmentRetryMs << (attempt.number - 1), limits::kEnrichmentRetryMsMax);
  wait_until(transaction, attempt.job_id, now_ms + wait_ms);
  set_job(transaction, attempt.job_id,
          {{job::kState, std::string("queued")}, {job::kError, error_text(error)}}, now_ms);
  return true;
}

bool release_enrichment(Transaction& transaction, const EnrichmentAttempt& attempt,
                        std::int64_t now_ms) {
  if (!working_at(transaction, attempt)) return false;
  wait_until(transaction, attempt.job_id, now_ms);
  return true;
}

void release_lost_enrichments(Transaction& transaction, std::int64_t now_ms) {
  transaction.execute(
      "UPDATE enrichments SET stage = $1, due_at = $2 WHERE stage = $3 AND "
      "holder NOT IN (SELECT number FROM living_processes)",
      {kWaiting, now_ms, kWorking});
}

std::optional<RunningEnrichment> find_enrichment(storage::Queries& queries,
                                                 std::string_view job_id) {
  static const std::string kSql =
      "SELECT " + std::string(kColumns) + " FROM enrichments WHERE job_id = $1";
  std::optional<RunningEnrichment> running;
  queries.query(kSql, {job_id}, [&](const Row& row) { running = running_of(row); });
  return running;
}

void end_enrichment(Transaction& transaction, const RunningEnrichment& running,
                    const Values& values, std::string_view error, std::int64_t now_ms) {
  transaction.execute("DELETE FROM enrichments WHERE job_id = $1",
                      {std::string_view(running.attempt.job_id)});
  const bool failed = !error.empty();
  Values of_job = {{job::kState, std::string(failed ? "failed" : "done")},
                   {job::kError, std::monostate{}}};
  if (failed) of_job.back().second = error_text(error);
  set_job(transaction, running.attempt.job_id, of_job, now_ms);
  auto product = read_record(transaction, Kind::kProduct, running.product_id);
  if (!product) return;
  Values of_product = values;
  // Its people may have moved it on in the meantime, and that stays.
  if (product->text(product::kStatus) == "processing") {
    of_product.emplace_back(product::kStatus, std::string(failed ? "failed" : "enriched"));
  }
  write_product(transaction, *product, of_product, now_ms, {});
}

void write_product(Transaction& transaction, Record& product, const Values& values,
                   std::int64_t now_ms, std::string_view by) {
  const Record before = product;
  RecordWriter writer(transaction, now_ms, by);
  writer.update(product, values);
  if (product.version() == before.version()) return;
  if (product.is_public() != before.is_public()) move_reviews(writer, transaction, product);
  count_product(writer, transaction, &before, &product);
}

}  // namespace tillcast::commerce
