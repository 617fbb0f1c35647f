// What the sockets of a shop's room are told of a transaction: `dashboard_update` of the types
// new_order, low_stock and, for all stock that it moved at once, inventory_update.
#pragma once

#include "contracts/dialect/projection.h"

namespace tillcast::contracts::bva_unit {

class Projection final : public DialectProjection {
 private:
  void tell(const auth::RoomName& room, feed::RoomSlice changes, Telling& telling) const override;
};

}  // namespace tillcast::contracts::bva_unit
