// Objects by number, for references that outlive what they name.
#pragma once

#include <cstdint>
#include <vector>

#include "realtime/http.h"

namespace tillcast::realtime {

/// Slots that are named by Handles: a handle to a thing that was removed finds nothing. Twelve
/// bytes a slot. One thread.
template <class T>
class SlotMap {
 public:
  Handle insert(T* object) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(objects_.size()));
      objects_.push_back(nullptr);
      generations_.push_back(1);
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    objects_[index] = object;
    return {index, generations_[index]};
  }
  [[nodiscard]] T* find(Handle handle) const {
    if (handle.index >= objects_.size()) return nullptr;
    return generations_[handle.index] == handle.generation ? objects_[handle.index] : nullptr;
  }
  /// What is there now; null if there is nothing.
  [[nodiscard]] T* at(std::uint32_t index) const {
    return index < objects_.size() ? objects_[index] : nullptr;
  }
  /// Where the next one comes.
  [[nodiscard]] std::uint32_t next() const {
    return free_.empty() ? static_cast<std::uint32_t>(objects_.size()) : free_.back();
  }
  /// The handle of what is there now; one that names nothing for kNoSlot.
  [[nodiscard]] Handle handle(std::uint32_t index) const {
    return index == kNoSlot ? Handle{kNoSlot, 0} : Handle{index, generations_[index]};
  }
  void erase(std::uint32_t index) {
    objects_[index] = nullptr;
    ++generations_[index];
    free_.push_back(index);
  }
  void erase(Handle handle) { erase(handle.index); }
  [[nodiscard]] std::size_t size() const { return objects_.size() - free_.size(); }
  /// Room for so many, of which the kernel gives memory as they come: no growing leaves holes.
  void reserve(std::size_t slots) {
    objects_.reserve(slots);
    generations_.reserve(slots);
  }
  template <class F>
  void for_each(const F& f) const {
    for (std::size_t i = 0; i < objects_.size(); ++i) {
      if (objects_[i] != nullptr) f(*objects_[i]);
    }
  }

 private:
  std::vector<T*> objects_;
  std::vector<std::uint32_t> generations_;
  std::vector<std::uint32_t> free_;
};

}  // namespace tillcast::realtime
