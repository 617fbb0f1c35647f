#include "contracts/dialect/answers.h"

#include "contracts/dialect/lists.h"

namespace tillcast::contracts {

using commerce::RecordImage;

Outcome<RestAnswer> record_answer(const Outcome<RecordImage>& record, RecordJson json) {
  if (!record) return record.error();
  return RestAnswer{200, json(Image(*record)), {}, {}};
}

Outcome<RestAnswer> list_answer(const Outcome<std::vector<RecordImage>>& records, RecordJson json) {
  if (!records) return records.error();
  return RestAnswer{200, json_array(*records, json), {}, {}};
}

Rest::Shape answered(int status, RecordJson json) {
  return [status, json](const Rest::Context&, const RecordImage& record) -> Outcome<RestAnswer> {
    return RestAnswer{status, json(Image(record)), {}, {}};
  };
}

}  // namespace tillcast::contracts
