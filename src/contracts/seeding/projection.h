// What sockets are told of a transaction: how many products and how many reviews it changed.
#pragma once

#include "contracts/dialect/projection.h"

namespace tillcast::contracts::seeding_unit {

class Projection final : public DialectProjection {
 private:
  void tell(const auth::RoomName& room, feed::RoomSlice changes, Telling& telling) const override;
  void tell_bulk(const auth::RoomName& room, const storage::Change& bulk,
                 Telling& telling) const override;
  [[nodiscard]] std::string_view source() const override;
};

}  // namespace tillcast::contracts::seeding_unit
