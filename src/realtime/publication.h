// A message as it is written once and sent to many.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace tillcast::realtime {

/// Where an event stands in the order of all events: by the lsn of the change it tells, and by its
/// index among the events of that change. Every client is sent its events in this order.
struct EventPlace {
  std::uint64_t lsn = 0;
  std::uint32_t index = 0;

  friend auto operator<=>(const EventPlace&, const EventPlace&) = default;
  /// Behind all events of that lsn.
  static EventPlace after(std::uint64_t lsn) {
    return {lsn, std::numeric_limits<std::uint32_t>::max()};
  }
};

/// One message in each of the forms that a room's members may need. An empty form is not sent.
struct Publication {
  /// For Socket.IO sockets: the whole array of an event, `["change",{…}]`.
  std::string event_json;
  /// For plain WebSockets: the text of the message.
  std::string text;
  /// What the placeholders in `event_json` stand for; not in the text form.
  std::vector<std::string> attachments{};
  /// Its place, if it can be recovered after a lost connection; else lsn 0.
  EventPlace place{};
};

using SharedPublication = std::shared_ptr<const Publication>;

/// The array of an event as it is sent. With recovery, `epoch` is given and an event that has a
/// place ends with its offset `EPOCH:LSN:K`. Clients take whatever text an event ends with for an
/// offset, so another one that ends with a text gets a null behind it.
void append_event_array(std::string& out, const Publication& publication, EventPlace place,
                        const std::string* epoch);

}  // namespace tillcast::realtime
