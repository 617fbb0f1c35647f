// Parameters as libpq takes them: texts that end with a zero byte.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/query.h"

namespace tillcast::storage {

/// Owns the copies; keeps its memory from one statement to the next. One thread.
class TextParameters {
 public:
  /// Takes the place of what was there. A zero byte becomes U+FFFD: PostgreSQL holds no text with
  /// one, so nothing that is stored can be found by it, and commands let none through that is to be
  /// stored. Throws StorageFailure for more parameters than the protocol takes.
  void set(std::span<const Value> values);
  /// Good until the next call.
  [[nodiscard]] std::span<const char* const> all();

 private:
  void append(std::string_view text);

  std::string bytes_;
  std::vector<std::ptrdiff_t> starts_;
  std::vector<const char*> pointers_;
};

}  // namespace tillcast::storage
