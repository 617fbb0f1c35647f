#include "contracts/dialect/lists.h"

#include <iterator>
#include <utility>

#include "base/limits.h"

namespace tillcast::contracts {

Outcome<std::vector<commerce::RecordImage>> read_all(const ReadPage& read) {
  std::vector<commerce::RecordImage> all;
  commerce::PageRequest request{limits::kListItemsMax, {}};
  do {
    auto page = read(request);
    if (!page) return page.error();
    request.cursor = page->next_cursor;
    std::move(page->items.begin(), page->items.end(), std::back_inserter(all));
  } while (!request.cursor.empty() && all.size() < kListedRecordsMax);
  return all;
}

Outcome<std::vector<commerce::RecordImage>> all_products(storage::Queries& queries,
                                                         const auth::Principal& who,
                                                         commerce::ProductQuery query) {
  return read_all([&](const commerce::PageRequest& page) {
    query.page = page;
    return commerce::list_products(queries, who, query);
  });
}

std::string json_array(const std::vector<commerce::RecordImage>& records, RecordJson json) {
  std::string array = "[";
  for (const commerce::RecordImage& record : records) {
    if (array.size() > 1) array += ',';
    array += json(Image(record));
  }
  return array += ']';
}

}  // namespace tillcast::contracts
