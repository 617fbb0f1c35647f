// An allocator for vectors and tables that grow with the number of clients.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <memory>
#include <new>

namespace tillcast {

/// Maps each block of at least kMappedBlockBytesMin by itself, so that what a container leaves
/// behind when it grows goes back to the kernel at once, and what it has reserved and not touched
/// costs no memory. From a heap both would stay with the process. Smaller blocks come from the
/// heap. Throws std::bad_alloc. Without state; any thread.
template <class T>
struct MappedBlocks {
  using value_type = T;

  /// Four pages: below it a hole in the heap costs less than the two system calls.
  static constexpr std::size_t kMappedBlockBytesMin = 16 * 1024;

  MappedBlocks() = default;
  template <class U>
  explicit(false) MappedBlocks(const MappedBlocks<U>& /*other*/) {}

  [[nodiscard]] T* allocate(std::size_t count) {
    if (!is_mapped(count)) return std::allocator<T>().allocate(count);
    if (count > static_cast<std::size_t>(-1) / sizeof(T)) throw std::bad_alloc();
    void* block = ::mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) throw std::bad_alloc();
    return static_cast<T*>(block);
  }
  void deallocate(T* block, std::size_t count) {
    if (!is_mapped(count)) return std::allocator<T>().deallocate(block, count);
    ::munmap(block, count * sizeof(T));
  }

  template <class U>
  friend bool operator==(const MappedBlocks& /*a*/, const MappedBlocks<U>& /*b*/) {
    return true;
  }

 private:
  static constexpr bool is_mapped(std::size_t count) {
    return count >= kMappedBlockBytesMin / sizeof(T);
  }
};

}  // namespace tillcast
