// The Socket.IO sockets of a namespace on one loop by their ids, so that an id can be named like a
// room.
#pragma once

#include <memory>
#include <string_view>

namespace tillcast::realtime {

class Socket;

/// About 12 bytes a socket. The loop's thread only.
class SocketIds {
 public:
  SocketIds();
  ~SocketIds();

  void add(Socket& socket);
  void remove(Socket& socket);
  /// Null if there is none.
  [[nodiscard]] Socket* find(std::string_view id) const;

 private:
  struct Table;
  std::unique_ptr<Table> table_;
};

}  // namespace tillcast::realtime
