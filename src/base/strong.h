// Ids and sequence numbers that cannot be mixed up: each is a type of its own around a plain value.
// Any thread; header only.
#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <utility>

namespace tillcast {

/// A value of type T that only compares with, and assigns from, values of the same Tag.
template <class T, class Tag>
class Strong {
 public:
  constexpr Strong() = default;
  constexpr explicit Strong(T value) : value_(std::move(value)) {}

  [[nodiscard]] constexpr const T& get() const { return value_; }

  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
  friend constexpr bool operator==(const Strong&, const Strong&) = default;

 private:
  T value_{};
};

}  // namespace tillcast

template <class T, class Tag>
struct std::hash<tillcast::Strong<T, Tag>> {
  std::size_t operator()(const tillcast::Strong<T, Tag>& id) const {
    return std::hash<T>{}(id.get());
  }
};
