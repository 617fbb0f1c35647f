// The schema table as JSON Schema (draft 2020-12), for OpenAPI and AsyncAPI. Pure; any thread.
#pragma once

#include <boost/json/object.hpp>

#include "commerce/schema.h"

namespace tillcast::commerce {

/// Adds to `schemas` each kind's record (`Product`), the bodies that create and patch one
/// (`NewProduct`, `ProductPatch`, where there are fields that anybody may write), and what is
/// inside its JSON fields (`OrderItem`). Every name is referred to as `#/components/schemas/NAME`.
void add_record_schemas(boost::json::object& schemas);

}  // namespace tillcast::commerce
