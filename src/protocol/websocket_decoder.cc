#include <algorithm>
#include <array>
#include <cstring>

#include "protocol/utf8.h"
#include "protocol/websocket.h"

namespace tillcast::protocol {
namespace {

constexpr std::size_t kHeaderBytesMax = 14;
constexpr std::size_t kControlBytesMax = 125;
// Memory for a message is taken as it arrives; only this much on the word of a frame's length.
constexpr std::size_t kReserveBytesMax = 64 * 1024;

bool is_control(Opcode opcode) { return opcode >= Opcode::kClose; }

bool is_known(Opcode opcode) {
  return opcode <= Opcode::kBinary || (opcode >= Opcode::kClose && opcode <= Opcode::kPong);
}

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint64_t big_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (const std::byte byte : bytes) value = value << 8 | std::to_integer<std::uint64_t>(byte);
  return value;
}

}  // namespace

struct FrameDecoder::FrameHeader {
  std::uint64_t length = 0;
  std::uint32_t mask = 0;
  Opcode opcode = Opcode::kContinuation;
  bool final = false;
  bool compressed = false;
  bool masked = false;
  std::uint8_t size = 0;  // bytes of the header itself
};

// What is kept while a frame's header, its payload or a fragmented message is incomplete.
struct FrameDecoder::Partial {
  std::array<std::byte, kHeaderBytesMax> header_bytes{};
  std::uint8_t header_size = 0;

  bool in_frame = false;  // `frame` is being read, `received` bytes of its payload have come
  FrameHeader frame;
  std::uint64_t received = 0;
  std::array<std::byte, kControlBytesMax> control{};

  bool message_open = false;  // a first fragment came and no final one
  Opcode opcode = Opcode::kText;
  bool compressed = false;
  std::string payload;
  Utf8Validator utf8;

  bool checks_utf8() const { return opcode == Opcode::kText && !compressed; }
};

FrameDecoder::FrameDecoder(std::uint32_t message_bytes_max, Role role, bool allow_compressed)
    : message_bytes_max_(message_bytes_max), role_(role), allow_compressed_(allow_compressed) {}
FrameDecoder::FrameDecoder(FrameDecoder&&) noexcept = default;
FrameDecoder& FrameDecoder::operator=(FrameDecoder&&) noexcept = default;
FrameDecoder::~FrameDecoder() = default;

// Many connections hold one of these and nothing else of the protocol.
static_assert(sizeof(FrameDecoder) <= 16);

Result<void, CloseCode> FrameDecoder::feed(std::span<std::byte> bytes, FrameSink& sink) {
  while (!bytes.empty() && !close_received_) {
    Result<void, CloseCode> done;
    if (partial_ && partial_->in_frame) {
      done = collect_payload(bytes, sink);
    } else if (partial_ && partial_->header_size > 0) {
      done = collect_header(bytes, sink);
    } else {
      FrameHeader header;
      const auto parsed = parse_header(bytes, header);
      if (!parsed) return parsed.error();
      if (!*parsed) {
        if (!partial_) partial_ = std::make_unique<Partial>();
        done = collect_header(bytes, sink);
      } else {
        bytes = bytes.subspan(header.size);
        const bool stands_alone =
            is_control(header.opcode) || (header.final && header.opcode != Opcode::kContinuation);
        if (stands_alone && header.length <= bytes.size()) {
          const auto length = static_cast<std::size_t>(header.length);
          done = whole_frame(header, bytes.first(length), sink);
          bytes = bytes.subspan(length);
        } else {
          done = begin_frame(header, bytes, sink);
        }
      }
    }
    if (!done) return done;
  }
  return {};
}

// RFC 6455 section 5.2. False if the header is not complete; what is there was checked all the
// same, so that a peer that speaks something else is told so by its second byte.
Result<bool, CloseCode> FrameDecoder::parse_header(std::span<const std::byte> bytes,
                                                   FrameHeader& header) const {
  if (bytes.size() < 2) return false;
  const auto first = std::to_integer<unsigned>(bytes[0]);
  const auto second = std::to_integer<unsigned>(bytes[1]);
  if ((first & 0x30U) != 0) return CloseCode::kProtocolError;  // RSV2 and RSV3 have no meaning yet
  header.final = (first & 0x80U) != 0;
  header.compressed = (first & 0x40U) != 0;
  header.opcode = static_cast<Opcode>(first & 0x0FU);
  header.masked = (second & 0x80U) != 0;
  header.length = second & 0x7FU;
  const auto start = check_start(header);
  if (!start) return start.error();

  const std::size_t length_bytes = header.length == 127 ? 8 : header.length == 126 ? 2 : 0;
  if (bytes.size() < 2 + length_bytes) return false;
  if (length_bytes > 0) {
    header.length = big_endian(bytes.subspan(2, length_bytes));
    const std::uint64_t shortest = length_bytes == 8 ? 0x10000 : 126;
    if (header.length < shortest || header.length >> 63 != 0) return CloseCode::kProtocolError;
  }
  const auto length = check_length(header);
  if (!length) return length.error();

  header.size = static_cast<std::uint8_t>(2 + length_bytes + (header.masked ? 4 : 0));
  if (bytes.size() < header.size) return false;
  if (header.masked) std::memcpy(&header.mask, bytes.data() + 2 + length_bytes, 4);
  return true;
}

Result<void, CloseCode> FrameDecoder::check_start(const FrameHeader& header) const {
  const bool message_open = partial_ && partial_->message_open;
  bool good = is_known(header.opcode) && header.masked == (role_ == Role::kServer);
  if (is_control(header.opcode)) {
    good = good && header.final && !header.compressed && header.length <= kControlBytesMax;
  } else {
    const bool continues = header.opcode == Opcode::kContinuation;
    good = good && continues == message_open;
    good = good && (!header.compressed || (allow_compressed_ && !continues));
  }
  if (!good) return CloseCode::kProtocolError;
  return {};
}

Result<void, CloseCode> FrameDecoder::check_length(const FrameHeader& header) const {
  if (is_control(header.opcode)) return {};
  const std::size_t held = partial_ && partial_->message_open ? partial_->payload.size() : 0;
  if (header.length > message_bytes_max_ - held) return CloseCode::kMessageTooBig;
  return {};
}

// The common case: nothing is open and the frame lies whole in the input.
Result<void, CloseCode> FrameDecoder::whole_frame(const FrameHeader& header,
                                                  std::span<std::byte> payload, FrameSink& sink) {
  if (header.masked) apply_mask(payload, header.mask);
  if (is_control(header.opcode)) return control_frame(header.opcode, payload, sink);
  if (header.opcode == Opcode::kText && !header.compressed && !is_utf8(as_text(payload))) {
    return CloseCode::kInvalidPayload;
  }
  sink.on_message({header.opcode, header.compressed, payload});
  return {};
}

Result<void, CloseCode> FrameDecoder::collect_header(std::span<std::byte>& bytes, FrameSink& sink) {
  while (!bytes.empty()) {
    partial_->header_bytes[partial_->header_size++] = bytes.front();
    bytes = bytes.subspan(1);
    FrameHeader header;
    const auto parsed =
        parse_header(std::span(partial_->header_bytes).first(partial_->header_size), header);
    if (!parsed) return parsed.error();
    if (*parsed) {
      partial_->header_size = 0;
      return begin_frame(header, bytes, sink);
    }
  }
  return {};
}

Result<void, CloseCode> FrameDecoder::begin_frame(const FrameHeader& header,
                                                  std::span<std::byte>& bytes, FrameSink& sink) {
  if (!partial_) partial_ = std::make_unique<Partial>();
  partial_->in_frame = true;
  partial_->frame = header;
  partial_->received = 0;
  if (!is_control(header.opcode)) {
    if (header.opcode != Opcode::kContinuation) {
      partial_->opcode = header.opcode;
      partial_->compressed = header.compressed;
    }
    const std::size_t expected = partial_->payload.size() + static_cast<std::size_t>(header.length);
    if (expected > partial_->payload.capacity()) {
      // At least twice what was there, so that many small fragments are not copied each time.
      const std::size_t doubled = 2 * partial_->payload.capacity();
      partial_->payload.reserve(std::max(std::min(expected, kReserveBytesMax), doubled));
    }
  }
  return collect_payload(bytes, sink);  // at once, because an empty payload needs no more input
}

Result<void, CloseCode> FrameDecoder::collect_payload(std::span<std::byte>& bytes,
                                                      FrameSink& sink) {
  Partial& partial = *partial_;
  const auto n = static_cast<std::size_t>(
      std::min<std::uint64_t>(partial.frame.length - partial.received, bytes.size()));
  const std::span<std::byte> part = bytes.first(n);
  bytes = bytes.subspan(n);
  const auto received = static_cast<std::size_t>(partial.received);
  if (partial.frame.masked) apply_mask(part, partial.frame.mask, received);
  if (is_control(partial.frame.opcode)) {
    std::copy(part.begin(), part.end(), partial.control.data() + received);
  } else {
    partial.payload.append(as_text(part));
    if (partial.checks_utf8() && !partial.utf8.feed(as_text(part))) {
      return CloseCode::kInvalidPayload;
    }
  }
  partial.received += n;
  if (partial.received < partial.frame.length) return {};
  return end_of_frame(sink);
}

Result<void, CloseCode> FrameDecoder::end_of_frame(FrameSink& sink) {
  Partial& partial = *partial_;
  partial.in_frame = false;
  if (is_control(partial.frame.opcode)) {
    const auto length = static_cast<std::size_t>(partial.frame.length);
    const auto done =
        control_frame(partial.frame.opcode, std::span(partial.control).first(length), sink);
    if (!partial.message_open) partial_.reset();
    return done;
  }
  partial.message_open = !partial.frame.final;
  if (partial.message_open) return {};
  // Let go before the call, so that idle() is true inside it.
  const std::unique_ptr<Partial> finished = std::move(partial_);
  if (finished->checks_utf8() && !finished->utf8.complete()) return CloseCode::kInvalidPayload;
  const auto payload = std::as_writable_bytes(std::span(finished->payload));
  sink.on_message({finished->opcode, finished->compressed, payload});
  return {};
}

Result<void, CloseCode> FrameDecoder::control_frame(Opcode opcode,
                                                    std::span<const std::byte> payload,
                                                    FrameSink& sink) {
  if (opcode == Opcode::kPing) {
    sink.on_ping(payload);
    return {};
  }
  if (opcode == Opcode::kPong) {
    sink.on_pong(payload);
    return {};
  }
  // RFC 6455 section 5.5.1: nothing, or a code and a reason.
  auto code = CloseCode::kNoStatus;
  std::string_view reason;
  if (!payload.empty()) {
    if (payload.size() < 2) return CloseCode::kProtocolError;
    const auto number = static_cast<std::uint16_t>(big_endian(payload.first(2)));
    if (!is_valid_close_code(number)) return CloseCode::kProtocolError;
    code = static_cast<CloseCode>(number);
    reason = as_text(payload.subspan(2));
    if (!is_utf8(reason)) return CloseCode::kInvalidPayload;
  }
  close_received_ = true;
  sink.on_close(code, reason);
  return {};
}

void apply_mask(std::span<std::byte> bytes, std::uint32_t mask, std::size_t offset) {
  std::array<std::byte, 4> key{};
  std::memcpy(key.data(), &mask, key.size());
  std::array<std::byte, 8> turned{};
  for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = key[(offset + i) % 4];
  std::uint64_t wide = 0;
  std::memcpy(&wide, turned.data(), sizeof wide);

  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    word ^= wide;
    std::memcpy(bytes.data() + i, &word, sizeof word);
  }
  for (; i < bytes.size(); ++i) bytes[i] ^= turned[i % 8];
}

bool is_valid_close_code(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

}  // namespace tillcast::protocol
