// DEFLATE (RFC 1951) and gzip (RFC 1952) by zlib, one message at a time: each starts without a
// history, so one compressor serves any number of connections, and equal messages give equal bytes.
// An object belongs to one thread. Memory that zlib does not get throws std::bad_alloc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct z_stream_s;

namespace tillcast::protocol {

/// Compresses for speed, not for the last byte: it runs where messages wait for their turn. Holds
/// 256 KiB at most.
class Deflater {
 public:
  enum class Format : std::uint8_t {
    kRawMessage,  // blocks without a wrapper up to a sync flush, whose four bytes are left out
    kGzip         // a whole gzip member
  };
  static constexpr int kWindowBitsMin = 9;  // zlib has no raw stream of 8
  static constexpr int kWindowBitsMax = 15;

  explicit Deflater(Format format, int window_bits = kWindowBitsMax);
  ~Deflater();

  void append(std::string& out, std::string_view data);

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };
  std::unique_ptr<z_stream_s, End> stream_;
  Format format_;
};

/// Decompresses what Deflater::Format::kRawMessage or any other raw DEFLATE gives, with any window.
/// Holds 40 KiB.
class Inflater {
 public:
  enum class Error : std::uint8_t {
    kBroken,   // not DEFLATE, or it ends in the middle
    kTooLarge  // more than bytes_max comes out
  };

  Inflater();
  ~Inflater();

  /// Appends at most bytes_max. What was appended before an error is no message.
  Result<void, Error> append(std::string& out, std::string_view data, std::size_t bytes_max);

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };
  Result<void, Error> feed(std::string& out, std::string_view data, std::size_t end_max);

  std::unique_ptr<z_stream_s, End> stream_;
};

}  // namespace tillcast::protocol
