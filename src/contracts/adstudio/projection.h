// What the studio's sockets are told. No event crosses users, because each is told in its shop's
// desk or to its user alone.
//
//     desk  business:created, product:created, product:updated, product:deleted
//     user  user:updated
#pragma once

#include "contracts/dialect/projection.h"

namespace tillcast::contracts::adstudio_unit {

class Projection final : public DialectProjection {
 private:
  void tell(const auth::RoomName& room, feed::RoomSlice changes, Telling& telling) const override;
};

}  // namespace tillcast::contracts::adstudio_unit
