// The contract as documents that machines read: OpenAPI 3.1 of the routes and AsyncAPI 3.0 of the
// live messages, made from the schema table, the table of routes and the schemas of the messages.
// Pure; any thread.
#pragma once

#include <string>

namespace tillcast::contracts {

/// The version of the contract, of which the paths say the first number.
inline constexpr const char* kContractVersion = "1.0.0";

std::string openapi_json();
std::string asyncapi_json();

}  // namespace tillcast::contracts
