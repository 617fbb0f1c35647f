// Parameters as libpq takes them: texts that end with a zero byte.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "storage/query.h"

namespace tillcast::storage {

/// Owns the copies; keeps its memory from one statement to the next. One thread.
class TextParameters {
 public:
  /// Throws StorageFailure for a text with a zero byte, which PostgreSQL cannot hold, and for more
  /// parameters than its protocol takes.
  void assign(std::span<const Value> values);
  [[nodiscard]] int count() const { return static_cast<int>(pointers_.size()); }
  [[nodiscard]] const char* const* data() const { return pointers_.data(); }

 private:
  std::string bytes_;
  std::vector<std::ptrdiff_t> starts_;
  std::vector<const char*> pointers_;
};

}  // namespace tillcast::storage
