#include "realtime/outbox.h"

#include <utility>

namespace tillcast::realtime {

void Outbox::append(Bytes bytes, std::size_t offset) {
  if (offset >= bytes->size()) return;
  size_ += bytes->size() - offset;
  pieces_.push_back(Piece{std::move(bytes), {}, offset});
}

void Outbox::append_copy(std::string_view bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  if (pieces_.empty() || pieces_.back().shared) pieces_.emplace_back();
  pieces_.back().own.append(bytes);
}

void Outbox::drop(std::size_t bytes) {
  size_ -= bytes;
  while (bytes > 0) {
    Piece& piece = pieces_[first_];
    const std::size_t there = piece.view().size();
    if (bytes < there) {
      piece.offset += bytes;
      return;
    }
    bytes -= there;
    piece = Piece{};
    ++first_;
  }
  if (first_ == pieces_.size()) {
    pieces_.clear();
    first_ = 0;
  } else if (first_ > 64 && first_ * 2 > pieces_.size()) {
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

void Outbox::clear() {
  pieces_.clear();
  first_ = 0;
  size_ = 0;
}

}  // namespace tillcast::realtime
