// What one client is owed and its socket did not take yet.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tillcast::realtime {

/// References to immutable bytes, in order. Small pieces of its own are put together. The owner
/// bounds bytes() by limits::kOutboxBytesMax. One thread.
class Outbox {
 public:
  using Bytes = std::shared_ptr<const std::string>;

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t bytes() const { return size_; }
  /// The memory of its own pieces, what is sent of them included.
  [[nodiscard]] std::size_t held_bytes() const;

  /// Shares bytes from `offset` on.
  void append(Bytes bytes, std::size_t offset = 0);
  void append_copy(std::string_view bytes);

  /// Of WebSocket frames, each given whole: what is left of the one that was sent in part; empty if
  /// none was. Nothing if the pieces are no frames.
  [[nodiscard]] std::optional<std::string> rest_of_frame() const;

  /// Gives as much as `send` takes. `scratch` is where several pieces are put together, so that
  /// one send carries them.
  template <class Send>
  void flush(std::string& scratch, const Send& send);

  void clear();

 private:
  struct Piece {
    Bytes shared;  // null: `own` is the piece
    std::string own;
    std::size_t offset = 0;

    [[nodiscard]] std::string_view view() const {
      return std::string_view(shared ? *shared : own).substr(offset);
    }
  };

  /// Bytes that are put together for one send.
  static constexpr std::size_t kGatherBytesMax = 256 * 1024;
  /// A piece of its own grows up to here: what is sent of it is freed with the whole piece, so a
  /// client that is always a little behind must not have one that never ends.
  static constexpr std::size_t kOwnPieceBytesMax = 16 * 1024;

  void drop(std::size_t bytes);

  std::vector<Piece> pieces_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

template <class Send>
void Outbox::flush(std::string& scratch, const Send& send) {
  while (size_ > 0) {
    std::string_view next = pieces_[first_].view();
    if (first_ + 1 < pieces_.size() && next.size() < kGatherBytesMax) {
      scratch.assign(next);
      for (std::size_t i = first_ + 1; i < pieces_.size(); ++i) {
        const std::string_view more = pieces_[i].view();
        if (scratch.size() + more.size() > kGatherBytesMax) break;
        scratch.append(more);
      }
      next = scratch;
    }
    const std::size_t offered = next.size();
    const std::size_t taken = send(next);
    drop(taken);
    if (taken < offered) return;
  }
}

}  // namespace tillcast::realtime
