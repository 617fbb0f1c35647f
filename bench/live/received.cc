#include "live/received.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

namespace tillcast::bench {

namespace {

/// The number behind `name`, from whose end on `rest` goes on: a body is read once, from its start
/// to its end, and there are fewer commas than quotes, because the crowd must not be what the
/// server waits for.
std::uint64_t number_after(std::string_view& rest, std::string_view name) {
  const std::size_t at = rest.find(name);
  std::uint64_t number = 0;
  if (at == std::string_view::npos) {
    throw std::runtime_error("a change without " + std::string(name) + ": " + std::string(rest));
  }
  rest.remove_prefix(at + name.size());
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error != std::errc()) {
    throw std::runtime_error(std::string(name) + " is no number: " + std::string(rest));
  }
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return number;
}

}  // namespace

void Received::take(std::string_view body, std::uint64_t now_ns) {
  std::string_view rest = body;
  const std::uint64_t lsn = number_after(rest, ",\"lsn\":");
  if (with_checksum_) {
    checksum_ = static_cast<std::uint32_t>(::crc32(
        checksum_, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
  }
  if (lsn <= last_lsn_) {
    ++doubled_;
    return;
  }
  // The first change may follow one that the room had before the client came.
  const std::uint64_t prev = number_after(rest, ",\"prev\":");
  if (prev > last_lsn_ || (count_ > 0 && prev != last_lsn_)) ++breaks_;
  if (count_ > 0) longest_gap_ns_ = std::max(longest_gap_ns_, now_ns - last_ns_);
  ++count_;
  last_lsn_ = lsn;
  last_ns_ = now_ns;
  count_kind(rest);
}

void Received::count_kind(std::string_view rest) {
  constexpr std::string_view kKind = ",\"kind\":\"";
  rest.remove_prefix(std::min(rest.find(kKind), rest.size()));
  if (rest.starts_with(",\"kind\":\"product\"")) ++product_changes_;
  if (!rest.starts_with(",\"kind\":\"order\",\"op\":\"created\"")) return;
  const std::uint64_t number = number_after(rest, ",\"number\":");
  if (orders_ > 0 && number != last_order_ + 1) ++misnumbered_;
  last_order_ = number;
  ++orders_;
}

}  // namespace tillcast::bench
