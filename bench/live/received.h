// What one client was told of its room, checked as it comes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace tillcast::bench {

class Received {
 public:
  explicit Received(bool with_checksum) : with_checksum_(with_checksum) {}

  /// `body` is a change as the server sent it: its `room`, then `lsn`, `prev` and `kind`. Throws
  /// std::runtime_error if it has no numbers.
  void take(std::string_view body, std::uint64_t now_ns);

  /// The client joined at this lsn: changes up to it are not owed.
  void start_at(std::uint64_t lsn) { last_lsn_ = std::max(last_lsn_, lsn); }

  [[nodiscard]] std::uint64_t last_lsn() const { return last_lsn_; }
  /// Changes that were not there before.
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Changes at or before the last one: told twice, or after a later one.
  [[nodiscard]] std::uint64_t doubled() const { return doubled_; }
  /// Changes whose `prev` is not the change before: something between is missing.
  [[nodiscard]] std::uint64_t breaks() const { return breaks_; }
  /// New orders whose number is not that of the order before and one.
  [[nodiscard]] std::uint64_t misnumbered() const { return misnumbered_; }
  /// Of all bodies in the order in which they came, as `zlib.crc32` chains them in Node; 0
  /// without.
  [[nodiscard]] std::uint32_t checksum() const { return checksum_; }

  /// New orders, and changes of products, among them.
  [[nodiscard]] std::uint64_t orders() const { return orders_; }
  [[nodiscard]] std::uint64_t product_changes() const { return product_changes_; }

  /// The longest time between two changes since the last restart_gap(); 0 without two.
  [[nodiscard]] std::uint64_t longest_gap_ns() const { return longest_gap_ns_; }
  void restart_gap() { longest_gap_ns_ = 0; }

 private:
  /// `rest` is a change's body behind its `prev`.
  void count_kind(std::string_view rest);

  std::uint64_t last_lsn_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t doubled_ = 0;
  std::uint64_t breaks_ = 0;
  std::uint64_t misnumbered_ = 0;
  std::uint64_t orders_ = 0;
  std::uint64_t last_order_ = 0;
  std::uint64_t product_changes_ = 0;
  bool with_checksum_;
  std::uint32_t checksum_ = 0;
  std::uint64_t last_ns_ = 0;
  std::uint64_t longest_gap_ns_ = 0;
};

}  // namespace tillcast::bench
