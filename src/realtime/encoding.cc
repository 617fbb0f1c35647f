#include "realtime/encoding.h"

#include <optional>

#include "protocol/engineio.h"
#include "protocol/socketio.h"
#include "protocol/websocket.h"
#include "realtime/publication.h"
#include "realtime/room.h"

namespace tillcast::realtime {

namespace engineio = protocol::engineio;
using protocol::Opcode;

void append_encoded(std::string& out, Encoding encoding, const Space& space,
                    const Publication& publication) {
  if (encoding == Encoding::kTextFrames) {
    if (!publication.text.empty()) protocol::append_frame(out, Opcode::kText, publication.text);
    return;
  }
  if (publication.event_json.empty()) return;
  std::string packet(1, engineio::type_char(engineio::PacketType::kMessage));
  protocol::socketio::append_event(packet, space.nsp(), std::nullopt, publication.event_json,
                                   publication.attachments.size());
  if (encoding == Encoding::kSocketIoFrames) {
    protocol::append_frame(out, Opcode::kText, packet);
    for (const auto& attachment : publication.attachments) {
      protocol::append_frame(out, Opcode::kBinary, attachment);
    }
  } else {
    engineio::append_to_payload(out, packet);
    for (const auto& attachment : publication.attachments) {
      engineio::append_binary_to_payload(out, attachment);
    }
  }
}

}  // namespace tillcast::realtime
