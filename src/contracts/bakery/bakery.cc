#include "contracts/bakery/bakery.h"

#include "contracts/bakery/projection.h"
#include "contracts/bakery/shapes.h"
#include "contracts/bakery/unit.h"

namespace tillcast::contracts {

const Dialect& bakery() {
  static constexpr std::string_view kOrigins[] = {"http://localhost:3000"};
  static const bakery_unit::Projection kProjection;
  static const Dialect kDialect{"bakery",
                                kOrigins,
                                kProjection,
                                bakery_unit::refusal,
                                bakery_unit::add_routes,
                                bakery_unit::serve_live};
  return kDialect;
}

}  // namespace tillcast::contracts
