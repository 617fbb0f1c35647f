#include "contracts/izishopin/izishopin.h"

#include "contracts/izishopin/projection.h"
#include "contracts/izishopin/shapes.h"
#include "contracts/izishopin/unit.h"

namespace tillcast::contracts {

const Dialect& izishopin() {
  static const izishopin_unit::Projection kProjection;
  static const Dialect kDialect{.name = "izishopin",
                                .origins = {},
                                .projection = kProjection,
                                .refusal = izishopin_unit::refusal,
                                .add_routes = izishopin_unit::add_routes,
                                .serve_live = izishopin_unit::serve_live};
  return kDialect;
}

}  // namespace tillcast::contracts
