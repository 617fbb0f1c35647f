// How the native contract tells changes: one `change` message for each change of a room.
//
//     change {room, lsn, prev, kind, op, id, version, at, record | patch, by?}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "feed/changes_read.h"
#include "feed/projection.h"

namespace tillcast::contracts {

/// Pure; any thread.
class NativeProjection final : public feed::Projection, public feed::Notices {
 public:
  void project(const auth::RoomName& room, Lsn prev, feed::RoomSlice changes,
               std::vector<feed::Message>& out) const override;

  [[nodiscard]] realtime::Publication reset(const auth::RoomName& room,
                                            feed::ResetReason reason) const override;
  [[nodiscard]] realtime::Publication left(const auth::RoomName& room,
                                           std::string_view code) const override;
  [[nodiscard]] realtime::Publication expiring(std::int64_t in_s) const override;
};

/// A message with the JSON object `body`: for Socket.IO an event of one argument, for plain
/// WebSockets the object with the member `type`.
realtime::Publication native_message(std::string_view type, std::string_view body);

/// `{"changes":[…],"position":"…"}`: the bodies of the page's messages, as Socket.IO has them.
/// Whether the page says `reset` in the place of changes: then it is no page, but 410.
bool has_reset(const feed::ChangesPage& page);
std::string changes_page_json(const feed::ChangesPage& page);

}  // namespace tillcast::contracts
