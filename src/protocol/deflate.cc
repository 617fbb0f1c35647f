#include "protocol/deflate.h"

#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <new>

namespace tillcast::protocol {
namespace {

constexpr int kGzipWrapper = 16;  // added to the window bits, as zlib wants it
constexpr int kMemoryLevel = 8;
// A sync flush ends with an empty block of this; RFC 7692 section 7.2.1 leaves it out.
constexpr std::string_view kFlushEnd("\x00\x00\xff\xff", 4);
// One step of making room for the output.
constexpr std::size_t kStepBytesMin = 4 * 1024;

// zlib counts input in 32 bits and wants it not to be const.
uInt offer(z_stream& stream, std::string_view data) {
  const auto size =
      static_cast<uInt>(std::min<std::size_t>(data.size(), std::numeric_limits<uInt>::max()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = size;
  return size;
}

// Makes room for at most `bytes` more behind what `out` holds, and gives it to the stream.
void make_room(z_stream& stream, std::string& out, std::size_t bytes) {
  const auto room =
      static_cast<uInt>(std::min<std::size_t>(bytes, std::numeric_limits<uInt>::max()));
  const std::size_t at = out.size();
  out.resize(at + room);
  stream.next_out = reinterpret_cast<Bytef*>(out.data() + at);
  stream.avail_out = room;
}

}  // namespace

void Deflater::End::operator()(z_stream_s* stream) const {
  deflateEnd(stream);
  delete stream;
}

Deflater::Deflater(Format format, int window_bits) : format_(format) {
  assert(window_bits >= kWindowBitsMin && window_bits <= kWindowBitsMax);
  auto stream = std::make_unique<z_stream>();
  const int bits = format == Format::kGzip ? window_bits + kGzipWrapper : -window_bits;
  const int made =
      deflateInit2(stream.get(), Z_BEST_SPEED, Z_DEFLATED, bits, kMemoryLevel, Z_DEFAULT_STRATEGY);
  if (made != Z_OK) throw std::bad_alloc();
  stream_.reset(stream.release());
}

Deflater::~Deflater() = default;

void Deflater::append(std::string& out, std::string_view data) {
  deflateReset(stream_.get());
  const int flush = format_ == Format::kGzip ? Z_FINISH : Z_SYNC_FLUSH;
  bool more_room = false;
  do {
    if (stream_->avail_in == 0 && !more_room) data.remove_prefix(offer(*stream_, data));
    // Hardly anything needs the whole bound, but then it is done in one step.
    make_room(*stream_, out, deflateBound(stream_.get(), stream_->avail_in) + kStepBytesMin);
    deflate(stream_.get(), data.empty() ? flush : Z_NO_FLUSH);
    more_room = stream_->avail_out == 0;
    out.resize(out.size() - stream_->avail_out);
  } while (more_room || !data.empty());
  if (format_ == Format::kGzip) return;
  assert(std::string_view(out).ends_with(kFlushEnd));
  out.resize(out.size() - kFlushEnd.size());
}

void Inflater::End::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

Inflater::Inflater() {
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  stream_.reset(stream.release());
}

Inflater::~Inflater() = default;

Result<void, Inflater::Error> Inflater::append(std::string& out, std::string_view data,
                                               std::size_t bytes_max) {
  if (data.empty()) return {};  // no block at all, as some senders have it for an empty message
  inflateReset(stream_.get());
  stream_->avail_in = 0;  // what an error left unread of the last message
  const std::size_t end_max = out.size() + bytes_max;
  const auto body = feed(out, data, end_max);
  if (!body) return body;
  const auto flush = feed(out, kFlushEnd, end_max);
  if (!flush) return flush;
  // Between two blocks, or after a last one: anything else is the middle of one.
  constexpr int kBetweenBlocks = 128;
  constexpr int kBitsMask = 7;
  const bool ended = (stream_->data_type & kBetweenBlocks) != 0 || stream_->total_in == 0;
  if (!ended || (stream_->data_type & kBitsMask) != 0) return Error::kBroken;
  return {};
}

Result<void, Inflater::Error> Inflater::feed(std::string& out, std::string_view data,
                                             std::size_t end_max) {
  bool more_room = false;
  while (!data.empty() || stream_->avail_in > 0 || more_room) {
    if (stream_->avail_in == 0) data.remove_prefix(offer(*stream_, data));
    // One byte more than is allowed tells a message that fits from one that does not.
    const std::size_t left = end_max + 1 - out.size();
    make_room(*stream_, out, std::min(left, std::max(out.size(), kStepBytesMin)));
    const int state = inflate(stream_.get(), Z_SYNC_FLUSH);
    more_room = stream_->avail_out == 0;
    out.resize(out.size() - stream_->avail_out);
    if (out.size() > end_max) return Error::kTooLarge;
    if (state == Z_MEM_ERROR) throw std::bad_alloc();
    if (state == Z_STREAM_END) {
      // A peer may end each message by a last block; what follows is a stream of its own.
      const uInt left_in = stream_->avail_in;
      Bytef* const next_in = stream_->next_in;
      inflateReset(stream_.get());
      stream_->avail_in = left_in;
      stream_->next_in = next_in;
      more_room = false;
    } else if (state != Z_OK && state != Z_BUF_ERROR) {
      return Error::kBroken;
    }
  }
  return {};
}

}  // namespace tillcast::protocol
