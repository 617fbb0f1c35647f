#include "contracts/native/response_cache.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tillcast::contracts {

namespace {

constexpr std::string_view kName = "tillcast_response_cache_total";
constexpr std::string_view kHelp = "Public reads, by whether they were answered from memory.";

/// What an answer holds beside its body, about: its headers, its places in list and map.
constexpr std::size_t kEntryOverheadBytes = 1024;

}  // namespace

ResponseCache::ResponseCache(const feed::LastChanges& changes, std::size_t loops, Metrics& metrics,
                             std::size_t bytes_max)
    : changes_(changes),
      loop_bytes_max_(bytes_max / std::max<std::size_t>(1, loops)),
      loops_(loops),
      hits_(metrics.counter(kName, kHelp, "result=\"hit\"")),
      misses_(metrics.counter(kName, kHelp, "result=\"miss\"")),
      unchanged_(metrics.counter("tillcast_response_cache_unchanged_total",
                                 "Hits whose client had the answer already (304).")),
      bytes_shown_(metrics.gauge("tillcast_response_cache_bytes",
                                 "Bytes of the answers that are kept in memory.")) {}

std::shared_ptr<const CachedAnswer> ResponseCache::find(std::size_t loop, std::string_view key) {
  Loop& mine = loops_[loop];
  const auto found = mine.by_key.find(key);
  if (found == mine.by_key.end()) {
    misses_.add();
    return nullptr;
  }
  const auto entry = found->second;
  const CachedAnswer& answer = *entry->answer;
  const bool right = std::all_of(answer.cells.begin(), answer.cells.end(), [&](std::size_t cell) {
    return changes_.last(cell) <= answer.changed;
  });
  if (!right) {
    drop(mine, entry);
    misses_.add();
    return nullptr;
  }
  mine.by_use.splice(mine.by_use.begin(), mine.by_use, entry);
  hits_.add();
  return entry->answer;
}

void ResponseCache::keep(std::size_t loop, std::string key,
                         std::shared_ptr<const CachedAnswer> answer) {
  Loop& mine = loops_[loop];
  const std::size_t bytes = answer->response.body.size() + key.size() + kEntryOverheadBytes;
  if (bytes > std::min(limits::kResponseCacheEntryBytesMax, loop_bytes_max_)) return;
  if (const auto found = mine.by_key.find(key); found != mine.by_key.end()) {
    drop(mine, found->second);
  }
  mine.by_use.push_front({std::move(key), std::move(answer), bytes});
  mine.by_key.emplace(mine.by_use.front().key, mine.by_use.begin());
  mine.bytes += bytes;
  bytes_ += bytes;
  while (mine.bytes > loop_bytes_max_) drop(mine, std::prev(mine.by_use.end()));
  bytes_shown_.set(bytes_);
}

void ResponseCache::drop(Loop& loop, std::list<Entry>::iterator entry) {
  loop.bytes -= entry->bytes;
  bytes_ -= entry->bytes;
  loop.by_key.erase(entry->key);
  loop.by_use.erase(entry);
  bytes_shown_.set(bytes_);
}

std::optional<Lsn> ResponseCache::last_change(const Dependencies& dependencies,
                                              Lsn snapshot) const {
  // A commit can be in the snapshot before it is noted; until then nothing is known of it.
  if (changes_.position() < snapshot) return std::nullopt;
  Lsn last{};
  for (const std::size_t cell : dependencies.cells()) last = std::max(last, changes_.last(cell));
  if (last > snapshot) return std::nullopt;
  return last;
}

std::string ResponseCache::key_of(std::string_view path, std::string_view query) {
  std::string key(path);
  if (query.empty()) return key;
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = query.find('&');
    const std::string_view part = query.substr(0, end);
    if (!part.empty()) parts.push_back(part);
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  // Of a name that comes twice the first counts, so those keep their order.
  std::stable_sort(parts.begin(), parts.end(), [](std::string_view a, std::string_view b) {
    return a.substr(0, a.find('=')) < b.substr(0, b.find('='));
  });
  char separator = '?';
  for (const std::string_view part : parts) {
    key += std::exchange(separator, '&');
    key += part;
  }
  return key;
}

}  // namespace tillcast::contracts
