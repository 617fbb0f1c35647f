#include "contracts/seeding/seeding.h"

#include "contracts/seeding/projection.h"
#include "contracts/seeding/shapes.h"
#include "contracts/seeding/unit.h"

namespace tillcast::contracts {

const Dialect& seeding() {
  static const seeding_unit::Projection kProjection;
  static const Dialect kDialect{.name = "seeding",
                                .origins = {},
                                .projection = kProjection,
                                .refusal = seeding_unit::refusal,
                                .add_routes = seeding_unit::add_routes,
                                .serve_live = seeding_unit::serve_live};
  return kDialect;
}

}  // namespace tillcast::contracts
