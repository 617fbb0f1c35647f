// A table that forgets: at most so many keys, and those go first that nobody has asked for the
// longest.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace tillcast {

/// For what is kept of strangers, who can invent keys without end. It has two halves: keys that are
/// used move to the young one, and when that is full the old one is dropped, so forgetting costs
/// nothing a key. One thread.
template <class Value>
class RecentTable {
 public:
  explicit RecentTable(std::size_t keys_max) : half_(keys_max / 2 + 1) {}

  /// The key's value, made if it is not known. Valid until the next call.
  Value& at(std::string_view key) {
    if (Value* const known = find(key)) return *known;
    make_room();
    return young_[std::string(key)];
  }

  /// Null if the key is not known or was forgotten.
  Value* find(std::string_view key) {
    const auto young = young_.find(std::string(key));
    if (young != young_.end()) return &young->second;
    auto old = old_.extract(std::string(key));
    if (old.empty()) return nullptr;
    make_room();
    return &young_.insert(std::move(old)).position->second;
  }

  void erase(std::string_view key) {
    young_.erase(std::string(key));
    old_.erase(std::string(key));
  }

  [[nodiscard]] std::size_t size() const { return young_.size() + old_.size(); }

 private:
  using Half = std::unordered_map<std::string, Value>;

  void make_room() {
    if (young_.size() < half_) return;
    old_ = std::exchange(young_, {});
  }

  std::size_t half_;
  Half young_;
  Half old_;
};

}  // namespace tillcast
