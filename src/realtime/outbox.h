// What one client is owed and its socket did not take yet.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
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

  /// Shares bytes from `offset` on.
  void append(Bytes bytes, std::size_t offset = 0);
  void append_copy(std::string_view bytes);

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
