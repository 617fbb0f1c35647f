#include "realtime/outbox.h"

#include <utility>

#include "protocol/websocket.h"

namespace tillcast::realtime {

void Outbox::append(Bytes bytes, std::size_t offset) {
  if (offset >= bytes->size()) return;
  size_ += bytes->size() - offset;
  pieces_.push_back(Piece{std::move(bytes), {}, offset});
}

void Outbox::append_copy(std::string_view bytes) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  if (pieces_.empty() || pieces_.back().shared || pieces_.back().own.size() >= kOwnPieceBytesMax) {
    pieces_.emplace_back();
  }
  pieces_.back().own.append(bytes);
}

std::size_t Outbox::held_bytes() const {
  std::size_t held = 0;
  for (const Piece& piece : pieces_) held += piece.own.capacity();
  return held;
}

std::optional<std::string> Outbox::rest_of_frame() const {
  if (size_ == 0 || pieces_[first_].offset == 0) return std::string();
  const Piece& piece = pieces_[first_];
  const std::string_view all = piece.shared ? *piece.shared : piece.own;
  std::size_t end = 0;
  while (end < piece.offset) {
    const auto frame = protocol::unmasked_frame_size(all.substr(end));
    if (!frame) return std::nullopt;
    end += *frame;
  }
  return std::string(all.substr(piece.offset, end - piece.offset));
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
    Piece sent;
    std::swap(piece, sent);  // assigning an empty string would keep the memory
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
