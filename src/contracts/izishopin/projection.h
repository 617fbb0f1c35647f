// What sockets are told of a transaction: `order_update` and `product_update` of each order and
// product, then one `dashboard_update`. Only in a desk there are figures with them.
#pragma once

#include "contracts/dialect/projection.h"

namespace tillcast::contracts::izishopin_unit {

class Projection final : public DialectProjection {
 private:
  void tell(const auth::RoomName& room, feed::RoomSlice changes, Telling& telling) const override;
};

}  // namespace tillcast::contracts::izishopin_unit
