#include "storage/postgres/prepared_names.h"

#include <iterator>
#include <utility>

#include "base/limits.h"

namespace tillcast::storage {

PreparedName& PreparedNames::find(std::string_view sql) {
  const auto found = by_text_.find(sql);
  if (found != by_text_.end()) {
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return by_use_.front();
  }
  if (by_use_.size() >= limits::kPreparedStatementsMax) {
    by_text_.erase(by_use_.back().text);
    evicted_.splice(evicted_.end(), by_use_, std::prev(by_use_.end()));
  }
  by_use_.push_front({std::string(sql), "s" + std::to_string(++made_), false});
  by_text_.emplace(by_use_.front().text, by_use_.begin());
  return by_use_.front();
}

void PreparedNames::forget(PreparedName& name) {
  // A name is never used twice: the server may have it, if only what came after it failed.
  name.name = "s" + std::to_string(++made_);
  name.prepared = false;
}

std::list<PreparedName> PreparedNames::take_evicted() { return std::exchange(evicted_, {}); }

}  // namespace tillcast::storage
