// What the bakery's sockets are told.
//
//     market       product_created, product_updated, product_deleted
//     desk, admin  order_created, order_status_updated, admin_notification
//     user         order_status_updated, customer_notification
#pragma once

#include "contracts/dialect/projection.h"

namespace tillcast::contracts::bakery_unit {

class Projection final : public DialectProjection {
 private:
  void tell(const auth::RoomName& room, feed::RoomSlice changes, Telling& telling) const override;
};

}  // namespace tillcast::contracts::bakery_unit
