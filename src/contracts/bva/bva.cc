#include "contracts/bva/bva.h"

#include "contracts/bva/projection.h"
#include "contracts/bva/shapes.h"
#include "contracts/bva/unit.h"

namespace tillcast::contracts {

const Dialect& bva() {
  static constexpr std::string_view kOrigins[] = {"http://localhost:5174", "http://localhost:8080"};
  static const bva_unit::Projection kProjection;
  static const Dialect kDialect{
      "bva", kOrigins, kProjection, bva_unit::refusal, bva_unit::add_routes, bva_unit::serve_live};
  return kDialect;
}

}  // namespace tillcast::contracts
