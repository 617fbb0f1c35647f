// Record ids: opaque strings that sort by creation, and the positions of the change log.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/strong.h"

namespace tillcast {

/// A change's place in the log, counted from 1. 0 means "before the first".
using Lsn = Strong<std::uint64_t, struct LsnTag>;

/// A point in the log that a client can come back to: `EPOCH:LSN` on the wire.
struct Position {
  std::string epoch;
  Lsn lsn;

  friend bool operator==(const Position&, const Position&) = default;
  [[nodiscard]] std::string to_string() const;
  /// Nothing for text that is not `EPOCH:LSN` with a decimal LSN.
  static std::optional<Position> parse(std::string_view text);
};

/// Length of a record id: 10 characters of time and 12 of randomness, in Crockford's base 32.
inline constexpr std::size_t kIdLength = 22;

/// Makes record ids that sort by creation, within one millisecond too. Any thread.
class IdSource {
 public:
  explicit IdSource(Random& random) : random_(random) {}
  std::string next(std::int64_t unix_ms);

 private:
  std::mutex mutex_;
  Random& random_;
  std::int64_t last_ms_ = 0;
  std::uint64_t tail_ = 0;
};

/// True for text that may be an id: 1 to 64 characters of [0-9A-Za-z_-].
bool looks_like_id(std::string_view text);

}  // namespace tillcast
