// What the load says and expects to hear, as bytes: plain WebSocket text, or Socket.IO over
// WebSocket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tillcast::bench {

enum class Protocol : std::uint8_t { kSocketIo, kWebSocket };

/// Sequence numbers have ten digits, so that every message has the same length.
inline constexpr std::uint64_t kFirstSequence = 1'000'000'000;

class Dialect {
 public:
  Dialect(Protocol protocol, std::size_t object_bytes);

  [[nodiscard]] std::string upgrade_request(std::uint16_t port) const;

  /// After the 101 a member says opening[i] once it has heard a message that starts with
  /// expected[i], and is in the room when it has heard them all. The publisher stops at `joins_at`.
  struct Step {
    std::string expected;  // empty: speaks at once
    std::string say;       // a text; empty: nothing
  };
  [[nodiscard]] const std::vector<Step>& opening(bool joins) const {
    return joins ? member_opening_ : publisher_opening_;
  }

  /// The masked frame that publishes the message of that number: masked by zeros, so that the
  /// digits are written into the finished frame.
  const std::string& publish_frame(std::uint64_t sequence);

  /// The bytes of one delivered frame; all deliveries have this length.
  [[nodiscard]] std::size_t delivery_bytes() const { return delivery_.size(); }
  /// The number of the delivery that these delivery_bytes() are; nothing if they are anything else.
  [[nodiscard]] std::optional<std::uint64_t> sequence_of(const char* frame) const;

  /// What answers a text that is no delivery; nothing if there is nothing to say.
  [[nodiscard]] std::optional<std::string_view> answer(std::string_view text) const;

 private:
  Protocol protocol_;
  std::vector<Step> member_opening_;
  std::vector<Step> publisher_opening_;
  std::string publish_;
  std::size_t publish_digits_at_;
  std::string delivery_;
  std::size_t delivery_digits_at_;
};

}  // namespace tillcast::bench
