// One of the systems whose front ends connect unmodified, as data: its name, its shapes, and what
// adds its routes and socket handlers. A unit of contracts/ has one of these and nothing else to
// show; the server opens a port for each that is asked for (port.h).
#pragma once

#include <span>
#include <string_view>

#include "contracts/dialect/projection.h"
#include "contracts/native/rest.h"

namespace tillcast::contracts {

class Port;

/// A constant of the program; any thread.
struct Dialect {
  /// As in `--compat NAME=PORT`.
  std::string_view name;
  /// Of pages that its guide serves from elsewhere.
  std::span<const std::string_view> origins;
  const DialectProjection& projection;
  RefusalShape refusal;
  void (*add_routes)(Rest& rest);
  /// Its sockets; called before the server starts.
  void (*serve_live)(Port& port);
  /// The rooms that its connections are in without asking; null if there are none.
  feed::OwnRooms own_rooms = nullptr;
};

}  // namespace tillcast::contracts
