#include "realtime/broadcast.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "realtime/room.h"
#include "realtime/server.h"
#include "realtime/shard.h"

namespace tillcast::realtime {

namespace {

template <class Action>
void for_each_socket(const std::vector<Peer*>& peers, const Action& action) {
  for (Peer* const peer : peers) {
    if (auto* const socket = dynamic_cast<Socket*>(peer)) action(*socket);
  }
}

}  // namespace

Broadcast::Broadcast(const Namespace& nsp, std::string room, PeerRef without) : nsp_(&nsp) {
  selection_.rooms.push_back(std::move(room));
  selection_.without = without;
}

Broadcast& Broadcast::to(std::string room) {
  selection_.rooms.push_back(std::move(room));
  return *this;
}

Broadcast& Broadcast::except(std::string room) {
  selection_.except.push_back(std::move(room));
  return *this;
}

Broadcast& Broadcast::volatile_only() {
  selection_.volatile_only = true;
  return *this;
}

std::vector<Peer*> Broadcast::members(Shard& shard, const Selection& selection) const {
  const Space& space = shard.space(*nsp_);
  const Peer* const without = selection.without.find_on(shard);
  std::vector<Peer*> chosen;
  std::unordered_set<const Peer*> seen;
  for (const auto& name : selection.rooms) {
    const Room* const room = space.find(name);
    if (room == nullptr) continue;
    for (Peer* const peer : room->members()) {
      const auto in = [&](const std::string& excluded) { return peer->in(excluded); };
      if (peer == without || std::any_of(selection.except.begin(), selection.except.end(), in)) {
        continue;
      }
      if (selection.rooms.size() == 1 || seen.insert(peer).second) chosen.push_back(peer);
    }
  }
  return chosen;
}

void Broadcast::on_each_loop(std::function<void(Shard&, const std::vector<Peer*>&)> action) const {
  for (Shard* const shard : nsp_->server().shards()) {
    if (shard->is_this_thread()) {
      action(*shard, members(*shard, selection_));
    } else {
      shard->post([self = *this, action](Shard& there) {
        action(there, self.members(there, self.selection_));
      });
    }
  }
}

void Broadcast::emit(std::string_view event, const boost::json::array& values,
                     std::vector<std::string> attachments) const {
  auto publication = std::make_shared<Publication>();
  publication->event_json = event_text(event, values);
  publication->attachments = std::move(attachments);
  publish(std::move(publication));
}

void Broadcast::publish(SharedPublication publication) const {
  const Selection& to = selection_;
  if (to.rooms.size() > 1 || !to.except.empty() || to.volatile_only) {
    on_each_loop(
        [publication, only_ready = to.volatile_only](Shard&, const std::vector<Peer*>& peers) {
          for (Peer* const peer : peers) {
            if (!only_ready || peer->backlog_bytes() == 0) peer->send(*publication);
          }
        });
    return;
  }
  // The usual case: one room, which puts it together with what else it gets in this turn.
  for (Shard* const shard : nsp_->server().shards()) {
    if (shard->is_this_thread()) {
      shard->space(*nsp_).publish(to.rooms[0], publication, to.without.find_on(*shard));
    } else {
      shard->post(
          [nsp = nsp_, room = to.rooms[0], without = to.without, publication](Shard& there) {
            there.space(*nsp).publish(room, publication, without.find_on(there));
          });
    }
  }
}

void Broadcast::sockets_join(std::string room) const {
  on_each_loop([room = std::move(room)](Shard&, const std::vector<Peer*>& peers) {
    for_each_socket(peers, [&](Socket& socket) { socket.join(room); });
  });
}

void Broadcast::sockets_leave(std::string room) const {
  on_each_loop([room = std::move(room)](Shard&, const std::vector<Peer*>& peers) {
    for_each_socket(peers, [&](Socket& socket) { socket.leave(room); });
  });
}

void Broadcast::disconnect_sockets(bool close) const {
  on_each_loop([close](Shard&, const std::vector<Peer*>& peers) {
    // Ending one may end others of the same client; what ended stays in memory for this turn.
    for_each_socket(peers, [&](Socket& socket) {
      if (socket.connected()) socket.disconnect(close);
    });
  });
}

void Broadcast::fetch(Shard& home, std::function<void(std::vector<SocketInfo>)> done) const {
  struct Gathered {
    std::vector<SocketInfo> sockets;
    std::size_t awaited;
    std::function<void(std::vector<SocketInfo>)> done;
  };
  // Used on the loop `home` alone.
  const auto gathered = std::make_shared<Gathered>();
  gathered->awaited = nsp_->server().shards().size();
  gathered->done = std::move(done);
  on_each_loop([gathered, &home](Shard&, const std::vector<Peer*>& peers) {
    std::vector<SocketInfo> found;
    for_each_socket(peers, [&](Socket& socket) {
      found.push_back({socket.id(), socket.address(), socket.rooms()});
    });
    home.post([gathered, found = std::move(found)](Shard&) {
      gathered->sockets.insert(gathered->sockets.end(), found.begin(), found.end());
      if (--gathered->awaited == 0) gathered->done(std::move(gathered->sockets));
    });
  });
}

}  // namespace tillcast::realtime
