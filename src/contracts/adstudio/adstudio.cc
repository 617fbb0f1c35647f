#include "contracts/adstudio/adstudio.h"

#include "contracts/adstudio/projection.h"
#include "contracts/adstudio/shapes.h"
#include "contracts/adstudio/unit.h"

namespace tillcast::contracts {

const Dialect& adstudio() {
  static const adstudio_unit::Projection kProjection;
  // Its guide names no origin.
  static const Dialect kDialect{"adstudio",
                                {},
                                kProjection,
                                adstudio_unit::refusal,
                                adstudio_unit::add_routes,
                                adstudio_unit::serve_live,
                                adstudio_unit::own_rooms};
  return kDialect;
}

}  // namespace tillcast::contracts
