#include "commerce/bulk_job.h"

#include <string>

#include "commerce/fields.h"
#include "commerce/records.h"

namespace tillcast::commerce {

void begin_bulk_job(storage::Transaction& transaction, std::string_view id,
                    const BulkTarget& target, std::int64_t rows, std::int64_t now_ms) {
  if (target.shop_id.empty() || rows == 0) return;
  Record job(Kind::kJob);
  job.set(kId, std::string(id));
  job.set(job::kShopId, target.shop_id);
  job.set(job::kWorker, target.worker);
  job.set(job::kState, std::string("running"));
  job.set(job::kAttempts, std::int64_t{1});
  job.set(job::kRowsDone, std::int64_t{0});
  job.set(job::kRowsTotal, rows);
  RecordWriter(transaction, now_ms, target.by).insert(job);
}

void advance_bulk_job(storage::Transaction& transaction, std::string_view id, std::string_view by,
                      std::int64_t rows, std::int64_t now_ms) {
  auto job = rows == 0 ? std::nullopt : read_record(transaction, Kind::kJob, id);
  if (!job) return;
  RecordWriter(transaction, now_ms, by)
      .update(*job, {{job::kRowsDone, job->integer(job::kRowsDone) + rows}});
}

void end_bulk_job(storage::Transaction& transaction, std::string_view id, std::string_view by,
                  std::int64_t now_ms) {
  auto job = read_record(transaction, Kind::kJob, id);
  if (!job) return;
  RecordWriter(transaction, now_ms, by).update(*job, {{job::kState, std::string("done")}});
}

}  // namespace tillcast::commerce
