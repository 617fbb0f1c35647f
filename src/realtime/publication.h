// A message as it is written once and sent to many.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace tillcast::realtime {

/// One message in each of the forms that a room's members may need. An empty form is not sent.
struct Publication {
  /// For Socket.IO sockets: the whole array of an event, `["change",{…}]`.
  std::string event_json;
  /// For plain WebSockets: the text of the message.
  std::string text;
  /// What the placeholders in `event_json` stand for; not in the text form.
  std::vector<std::string> attachments{};
};

using SharedPublication = std::shared_ptr<const Publication>;

}  // namespace tillcast::realtime
