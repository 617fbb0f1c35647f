// Answers to repeated public reads, kept in memory. Each loop has its own, so a hit takes no lock
// and crosses no thread; what a commit changed shows in feed::LastChanges before the writer is
// answered, and an answer is only given while nothing that it depends on has changed since.
#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "base/metrics.h"
#include "feed/last_changes.h"
#include "protocol/http.h"

namespace tillcast::contracts {

/// What an answer was made from: kinds of record, each in one shop or (empty) in all.
class Dependencies {
 public:
  void add(std::string_view kind, std::string_view shop_id) {
    cells_.push_back(feed::LastChanges::cell(kind, shop_id));
  }
  [[nodiscard]] const std::vector<std::size_t>& cells() const { return cells_; }

 private:
  std::vector<std::size_t> cells_;
};

struct CachedAnswer {
  protocol::HttpResponse response;
  /// What is answered to a client that has it; without a body. Null for an answer without an ETag.
  std::shared_ptr<const protocol::HttpResponse> unchanged{};
  std::string etag{};
  std::vector<std::size_t> cells{};
  /// The last change of any of them; it is in the answer.
  Lsn changed{};
};

/// find() and keep() on the loop that they name; the rest on any thread. `changes` and `metrics`
/// outlive it.
class ResponseCache {
 public:
  ResponseCache(const feed::LastChanges& changes, std::size_t loops, Metrics& metrics,
                std::size_t bytes_max = limits::kResponseCacheBytesMax);

  /// The answer, if there is one that is still right.
  [[nodiscard]] std::shared_ptr<const CachedAnswer> find(std::size_t loop, std::string_view key);
  /// Keeps the answer, and lets go of those that were not asked for the longest. One that is larger
  /// than limits::kResponseCacheEntryBytesMax is not kept.
  void keep(std::size_t loop, std::string key, std::shared_ptr<const CachedAnswer> answer);

  /// The last change that an answer read in a snapshot at `snapshot` depends on; nothing if that is
  /// not known for certain, or something moved since: then the answer must not be kept.
  [[nodiscard]] std::optional<Lsn> last_change(const Dependencies& dependencies,
                                               Lsn snapshot) const;

  /// The key of a public answer: the path, and the query's parameters in the order of their names.
  static std::string key_of(std::string_view path, std::string_view query);

  void count_unchanged() { unchanged_.add(); }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<const CachedAnswer> answer;
    std::size_t bytes = 0;
  };
  struct Loop {
    /// The most recently used first.
    std::list<Entry> by_use;
    /// Keys look into the entries.
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key;
    std::size_t bytes = 0;
  };

  void drop(Loop& loop, std::list<Entry>::iterator entry);

  const feed::LastChanges& changes_;
  std::size_t loop_bytes_max_;
  std::vector<Loop> loops_;
  std::atomic<std::size_t> bytes_{0};
  Counter& hits_;
  Counter& misses_;
  Counter& unchanged_;
  Gauge& bytes_shown_;
};

}  // namespace tillcast::contracts
