#include <fmt/format.h>

#include <cassert>

#include "protocol/socketio.h"

namespace tillcast::protocol::socketio {
namespace {

void append_number(std::string& out, std::uint64_t number) {
  const fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

// The reverse of the decoder: <type>[<attachments>-][<namespace>,][<ack id>][<JSON>]
void append_text(std::string& out, PacketType type, std::size_t attachments, std::string_view nsp,
                 std::optional<std::uint64_t> id, std::string_view json) {
  assert(nsp.starts_with('/') && nsp.find(',') == std::string_view::npos);
  assert(attachments <= limits::kAttachmentsMax && (!id || *id <= kIdMax));
  out.push_back(static_cast<char>('0' + static_cast<char>(type)));
  if (attachments > 0) {
    append_number(out, attachments);
    out.push_back('-');
  }
  if (nsp != "/") {
    out.append(nsp);
    out.push_back(',');
  }
  if (id) append_number(out, *id);
  out.append(json);
}

}  // namespace

void append_connect(std::string& out, std::string_view nsp, std::string_view object_json) {
  append_text(out, PacketType::kConnect, 0, nsp, std::nullopt, object_json);
}

void append_connect_error(std::string& out, std::string_view nsp, std::string_view json) {
  append_text(out, PacketType::kConnectError, 0, nsp, std::nullopt, json);
}

void append_disconnect(std::string& out, std::string_view nsp) {
  append_text(out, PacketType::kDisconnect, 0, nsp, std::nullopt, {});
}

void append_event(std::string& out, std::string_view nsp, std::optional<std::uint64_t> id,
                  std::string_view array_json, std::size_t attachments) {
  const PacketType type = attachments > 0 ? PacketType::kBinaryEvent : PacketType::kEvent;
  append_text(out, type, attachments, nsp, id, array_json);
}

void append_ack(std::string& out, std::string_view nsp, std::uint64_t id,
                std::string_view array_json, std::size_t attachments) {
  const PacketType type = attachments > 0 ? PacketType::kBinaryAck : PacketType::kAck;
  append_text(out, type, attachments, nsp, id, array_json);
}

void append_packet(std::string& out, PacketType type, std::string_view nsp,
                   std::optional<std::uint64_t> id, std::string_view json,
                   std::size_t attachments) {
  if (attachments > 0 && type == PacketType::kEvent) type = PacketType::kBinaryEvent;
  if (attachments > 0 && type == PacketType::kAck) type = PacketType::kBinaryAck;
  append_text(out, type, attachments, nsp, id, json);
}

void append_placeholder(std::string& out, std::size_t index) {
  out.append(R"({"_placeholder":true,"num":)");
  append_number(out, index);
  out.push_back('}');
}

}  // namespace tillcast::protocol::socketio
