#include <cassert>
#include <cstring>

#include "protocol/websocket.h"

namespace tillcast::protocol {
namespace {

constexpr std::size_t kReasonBytesMax = 123;  // a control frame's 125 without the code

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift & 0xFFU));
  }
}

void append_header(std::string& out, unsigned first, unsigned mask_bit, std::size_t n) {
  out.push_back(static_cast<char>(first));
  if (n < 126) {
    out.push_back(static_cast<char>(mask_bit | n));
  } else if (n <= 0xFFFF) {
    out.push_back(static_cast<char>(mask_bit | 126U));
    append_big_endian(out, n, 2);
  } else {
    out.push_back(static_cast<char>(mask_bit | 127U));
    append_big_endian(out, n, 8);
  }
}

// The longest start of the reason that fits a close frame and ends between two code points.
std::string_view cut_reason(std::string_view reason) {
  if (reason.size() <= kReasonBytesMax) return reason;
  std::size_t end = kReasonBytesMax;
  while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xC0U) == 0x80U) --end;
  return reason.substr(0, end);
}

}  // namespace

void append_frame_header(std::string& out, Opcode opcode, std::size_t n, bool compressed) {
  assert(opcode < Opcode::kClose || n <= 125);
  append_header(out, 0x80U | (compressed ? 0x40U : 0U) | static_cast<unsigned>(opcode), 0, n);
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload, bool compressed) {
  append_frame_header(out, opcode, payload.size(), compressed);
  out.append(payload);
}

void append_masked_frame(std::string& out, Opcode opcode, std::string_view payload,
                         std::uint32_t mask, bool final) {
  append_header(out, (final ? 0x80U : 0U) | static_cast<unsigned>(opcode), 0x80U, payload.size());
  char key[4];
  std::memcpy(key, &mask, sizeof key);
  out.append(key, sizeof key);
  const std::size_t at = out.size();
  out.append(payload);
  apply_mask(std::as_writable_bytes(std::span(out).subspan(at)), mask);
}

std::optional<std::size_t> unmasked_frame_size(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < 2 || (byte(0) & 0x80U) == 0) return std::nullopt;
  std::uint64_t payload = byte(1);
  std::size_t header = 2;
  if (payload > 127) return std::nullopt;
  if (payload > 125) {
    header += payload == 126 ? 2 : 8;
    payload = 0;
    if (bytes.size() < header) return std::nullopt;
    for (std::size_t i = 2; i < header; ++i) payload = payload << 8 | byte(i);
  }
  if (payload > bytes.size() - header) return std::nullopt;
  return header + static_cast<std::size_t>(payload);
}

void append_close(std::string& out, CloseCode code, std::string_view reason) {
  if (code == CloseCode::kNoStatus || code == CloseCode::kAbnormal) {
    append_frame_header(out, Opcode::kClose, 0);
    return;
  }
  const std::string_view fitting = cut_reason(reason);
  append_frame_header(out, Opcode::kClose, 2 + fitting.size());
  append_big_endian(out, static_cast<std::uint64_t>(code), 2);
  out.append(fitting);
}

}  // namespace tillcast::protocol
