// The rooms that one peer is in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tillcast::realtime {

/// That a peer is in a room.
struct Membership {
  std::uint32_t room;   // its number in the space
  std::uint32_t index;  // the peer's place among the room's members
};

/// Two fit into the object, which is what nearly all have (a room, and that of everybody); more are
/// on the heap. At most limits::kRoomsPerSocketMax, which the peer checks. One thread.
class Memberships {
 public:
  Memberships() : few_{} {}
  Memberships(const Memberships&) = delete;
  Memberships& operator=(const Memberships&) = delete;
  ~Memberships() {
    if (capacity_ > kFew) delete[] many_;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::span<Membership> all() { return {data(), size_}; }
  [[nodiscard]] std::span<const Membership> all() const { return {data(), size_}; }

  void add(Membership membership) {
    if (size_ == capacity_) grow();
    data()[size_++] = membership;
  }
  /// The last one takes its place.
  void remove(std::size_t at) { data()[at] = data()[--size_]; }

 private:
  static constexpr std::uint16_t kFew = 2;

  [[nodiscard]] Membership* data() { return capacity_ > kFew ? many_ : few_.data(); }
  [[nodiscard]] const Membership* data() const { return capacity_ > kFew ? many_ : few_.data(); }
  void grow();

  union {
    std::array<Membership, kFew> few_;
    Membership* many_;
  };
  std::uint16_t size_ = 0;
  std::uint16_t capacity_ = kFew;
};

}  // namespace tillcast::realtime
