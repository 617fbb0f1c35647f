#include "realtime/socket_ids.h"

#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>

#include "base/mapped_blocks.h"
#include "realtime/socket.h"

namespace tillcast::realtime {

namespace {

std::string_view id_of(const Socket* socket) { return socket->id(); }
std::string_view id_of(std::string_view id) { return id; }

struct HashId {
  using is_transparent = void;
  template <class Key>
  std::size_t operator()(const Key& key) const {
    return std::hash<std::string_view>{}(id_of(key));
  }
};

struct SameId {
  using is_transparent = void;
  template <class A, class B>
  bool operator()(const A& a, const B& b) const {
    return id_of(a) == id_of(b);
  }
};

}  // namespace

struct SocketIds::Table {
  boost::unordered_flat_set<Socket*, HashId, SameId, MappedBlocks<Socket*>> sockets;
};

SocketIds::SocketIds() : table_(std::make_unique<Table>()) {}

SocketIds::~SocketIds() = default;

void SocketIds::add(Socket& socket) { table_->sockets.insert(&socket); }

void SocketIds::remove(Socket& socket) { table_->sockets.erase(&socket); }

Socket* SocketIds::find(std::string_view id) const {
  const auto found = table_->sockets.find(id);
  return found == table_->sockets.end() ? nullptr : *found;
}

}  // namespace tillcast::realtime
