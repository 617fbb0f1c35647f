#include <bit>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "protocol/msgpack.h"
#include "protocol/placeholder.h"

namespace tillcast::protocol::msgpack {
namespace {

namespace json = boost::json;

void append_big_endian(std::string& out, std::uint64_t number, unsigned bytes) {
  for (unsigned shift = 8 * bytes; shift > 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> (shift - 8) & 0xFFU));
  }
}

void append_byte(std::string& out, unsigned byte) { out.push_back(static_cast<char>(byte)); }

// The type of an 8-bit length and the ones of 16 and 32 bits that follow it.
void append_length(std::string& out, unsigned type_of_8_bits, std::size_t length) {
  const unsigned step = length <= 0xFF ? 0 : length <= 0xFFFF ? 1 : 2;
  append_byte(out, type_of_8_bits + step);
  append_big_endian(out, length, 1U << step);
}

void append_signed(std::string& out, std::int64_t number) {
  if (number >= 0) {
    append_unsigned(out, static_cast<std::uint64_t>(number));
    return;
  }
  const auto bits = static_cast<std::uint64_t>(number);
  if (number >= -0x20) {
    append_big_endian(out, bits, 1);
    return;
  }
  const unsigned step = number >= INT8_MIN    ? 0
                        : number >= INT16_MIN ? 1
                        : number >= INT32_MIN ? 2
                                              : 3;
  append_byte(out, 0xD0 + step);
  append_big_endian(out, bits, 1U << step);
}

void append_extension(std::string& out, std::int8_t type, std::string_view bytes) {
  if (std::has_single_bit(bytes.size()) && bytes.size() <= 16) {
    append_byte(out, 0xD4U + static_cast<unsigned>(std::countr_zero(bytes.size())));
  } else {
    append_length(out, 0xC7, bytes.size());
  }
  append_byte(out, static_cast<std::uint8_t>(type));
  out.append(bytes);
}

void append_object(std::string& out, const json::object& object,
                   std::span<const std::string> attachments) {
  append_map_header(out, object.size());
  for (const auto& member : object) {
    append_string(out, {member.key().data(), member.key().size()});
    append(out, member.value(), attachments);
  }
}

}  // namespace

void append_map_header(std::string& out, std::size_t members) {
  if (members <= 0x0F) {
    append_byte(out, static_cast<unsigned>(0x80 | members));
    return;
  }
  append_byte(out, members <= 0xFFFF ? 0xDE : 0xDF);
  append_big_endian(out, members, members <= 0xFFFF ? 2 : 4);
}

void append_array_header(std::string& out, std::size_t elements) {
  if (elements <= 0x0F) {
    append_byte(out, static_cast<unsigned>(0x90 | elements));
    return;
  }
  append_byte(out, elements <= 0xFFFF ? 0xDC : 0xDD);
  append_big_endian(out, elements, elements <= 0xFFFF ? 2 : 4);
}

void append_string(std::string& out, std::string_view utf8) {
  if (utf8.size() <= 0x1F) {
    append_byte(out, static_cast<unsigned>(0xA0 | utf8.size()));
  } else {
    append_length(out, 0xD9, utf8.size());
  }
  out.append(utf8);
}

void append_unsigned(std::string& out, std::uint64_t number) {
  if (number <= 0x7F) {
    append_big_endian(out, number, 1);
    return;
  }
  const unsigned step = number <= 0xFF ? 0 : number <= 0xFFFF ? 1 : number <= 0xFFFFFFFF ? 2 : 3;
  append_byte(out, 0xCC + step);
  append_big_endian(out, number, 1U << step);
}

void append(std::string& out, const json::value& value, std::span<const std::string> attachments) {
  switch (value.kind()) {
    case json::kind::null:
      append_byte(out, 0xC0);
      return;
    case json::kind::bool_:
      append_byte(out, value.get_bool() ? 0xC3 : 0xC2);
      return;
    case json::kind::int64:
      append_signed(out, value.get_int64());
      return;
    case json::kind::uint64:
      append_unsigned(out, value.get_uint64());
      return;
    case json::kind::double_:
      append_byte(out, 0xCB);
      append_big_endian(out, std::bit_cast<std::uint64_t>(value.get_double()), 8);
      return;
    case json::kind::string:
      append_string(out, {value.get_string().data(), value.get_string().size()});
      return;
    case json::kind::array:
      append_array_header(out, value.get_array().size());
      for (const json::value& element : value.get_array()) append(out, element, attachments);
      return;
    case json::kind::object:
      break;
  }
  const auto placeholder = attachments.empty() ? std::nullopt : as_placeholder(value);
  if (!placeholder || placeholder->index >= attachments.size()) {
    append_object(out, value.get_object(), attachments);
    return;
  }
  const std::string& bytes = attachments[placeholder->index];
  if (placeholder->extension) {
    append_extension(out, *placeholder->extension, bytes);
  } else {
    append_length(out, 0xC4, bytes.size());
    out.append(bytes);
  }
}

}  // namespace tillcast::protocol::msgpack
