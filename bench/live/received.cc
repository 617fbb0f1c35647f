#include "live/received.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

namespace tillcast::bench {

namespace {

std::uint64_t number_after(std::string_view body, std::string_view name) {
  const std::size_t at = body.find(name);
  std::uint64_t number = 0;
  if (at == std::string_view::npos ||
      std::from_chars(body.data() + at + name.size(), body.data() + body.size(), number).ec !=
          std::errc()) {
    throw std::runtime_error("a change without " + std::string(name) + ": " + std::string(body));
  }
  return number;
}

}  // namespace

void Received::take(std::string_view body, std::uint64_t now_ns) {
  const std::uint64_t lsn = number_after(body, "\"lsn\":");
  if (with_checksum_) {
    checksum_ = static_cast<std::uint32_t>(::crc32(
        checksum_, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
  }
  if (lsn <= last_lsn_) {
    ++doubled_;
    return;
  }
  // The first change may follow one that the room had before the client came.
  const std::uint64_t prev = number_after(body, "\"prev\":");
  if (prev > last_lsn_ || (count_ > 0 && prev != last_lsn_)) ++breaks_;
  if (count_ > 0) longest_gap_ns_ = std::max(longest_gap_ns_, now_ns - last_ns_);
  ++count_;
  last_lsn_ = lsn;
  last_ns_ = now_ns;
  count_kind(body);
}

void Received::count_kind(std::string_view body) {
  constexpr std::string_view kKind = "\"kind\":\"";
  const std::string_view kind = body.substr(std::min(body.find(kKind), body.size()));
  if (kind.starts_with("\"kind\":\"product\"")) ++product_changes_;
  if (!kind.starts_with("\"kind\":\"order\",\"op\":\"created\"")) return;
  const std::uint64_t number = number_after(kind, "\"number\":");
  if (orders_ > 0 && number != last_order_ + 1) ++misnumbered_;
  last_order_ = number;
  ++orders_;
}

}  // namespace tillcast::bench
