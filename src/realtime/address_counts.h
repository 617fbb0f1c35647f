// How many of something an address has open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace tillcast::realtime {

/// Any thread. Knows the addresses that have something open, and no others. Outlives its slots.
class AddressCounts {
  struct Entry {
    AddressCounts* owner = nullptr;
    std::string address{};
    std::int64_t open = 0;
  };

 public:
  /// At most `max` an address; 0 is no limit, and then nothing is counted.
  explicit AddressCounts(std::int64_t max) : max_(max) {}
  AddressCounts(const AddressCounts&) = delete;
  AddressCounts& operator=(const AddressCounts&) = delete;

  /// One of the things that an address has open, for as long as this lives.
  class Slot {
   public:
    Slot() = default;
    Slot(Slot&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
    Slot& operator=(Slot&& other) noexcept {
      std::swap(entry_, other.entry_);
      return *this;
    }
    ~Slot();
    /// False if nothing is counted.
    [[nodiscard]] bool counts() const { return entry_ != nullptr; }

   private:
    friend class AddressCounts;
    explicit Slot(Entry& entry) : entry_(&entry) {}
    Entry* entry_ = nullptr;
  };

  /// Nothing if the address has `max` of them.
  std::optional<Slot> enter(const std::string& address);
  [[nodiscard]] std::size_t addresses() const;

 private:
  void leave(Entry& entry);

  std::int64_t max_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace tillcast::realtime
