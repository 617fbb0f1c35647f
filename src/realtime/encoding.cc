#include "realtime/encoding.h"

#include <optional>
#include <string_view>

#include "base/limits.h"
#include "protocol/engineio.h"
#include "protocol/socketio.h"
#include "protocol/websocket.h"
#include "realtime/publication.h"
#include "realtime/room.h"
#include "realtime/shard.h"

namespace tillcast::realtime {

namespace engineio = protocol::engineio;
namespace socketio = protocol::socketio;
using protocol::Opcode;

namespace {

/// The buffer is used again if no outbox still holds it.
void recycle(FormBuffers::Bytes& bytes) {
  if (!bytes) return;
  if (bytes.use_count() == 1 && bytes->capacity() <= limits::kRoomBufferKeptBytesMax) {
    bytes->clear();
  } else {
    bytes.reset();
  }
}

}  // namespace

void append_encoded(std::string& out, Form form, const Space& space,
                    const Publication& publication) {
  const auto append_frame = [&](Opcode opcode, std::string_view payload) {
    space.shard().deflate().append_frame(out, opcode, payload, form.deflate_window_bits);
  };
  if (form.encoding == Encoding::kTextFrames) {
    if (!publication.text.empty()) append_frame(Opcode::kText, publication.text);
    return;
  }
  if (publication.event_json.empty()) return;
  std::string with_offset;
  if (space.epoch() != nullptr) {
    append_event_array(with_offset, publication, publication.place, space.epoch());
  }
  const std::string& array = space.epoch() == nullptr ? publication.event_json : with_offset;
  if (space.parser() == socketio::Parser::kMsgpack) {
    std::string packet;
    if (!socketio::append_msgpack_of_json(packet, socketio::PacketType::kEvent, space.nsp(),
                                          std::nullopt, array, publication.attachments)) {
      return;
    }
    if (form.encoding == Encoding::kSocketIoFrames) {
      append_frame(Opcode::kBinary, packet);
    } else {
      engineio::append_binary_to_payload(out, packet);
    }
    return;
  }
  std::string packet(1, engineio::type_char(engineio::PacketType::kMessage));
  socketio::append_event(packet, space.nsp(), std::nullopt, array, publication.attachments.size());
  if (form.encoding == Encoding::kSocketIoFrames) {
    append_frame(Opcode::kText, packet);
    for (const auto& attachment : publication.attachments) {
      append_frame(Opcode::kBinary, attachment);
    }
  } else {
    engineio::append_to_payload(out, packet);
    for (const auto& attachment : publication.attachments) {
      engineio::append_binary_to_payload(out, attachment);
    }
  }
}

FormBuffers::Bytes& FormBuffers::at(Form form) {
  if (form.deflate_window_bits == 0) return plain_[static_cast<std::size_t>(form.encoding)];
  for (Deflated& deflated : deflated_) {
    if (deflated.form == form) return deflated.bytes;
  }
  return deflated_.emplace_back(Deflated{form, nullptr}).bytes;
}

void FormBuffers::clear() {
  for (Bytes& bytes : plain_) recycle(bytes);
  deflated_.clear();
}

}  // namespace tillcast::realtime
