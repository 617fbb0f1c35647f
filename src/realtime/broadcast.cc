#include "realtime/broadcast.h"

#include <algorithm>
#include <iterator>
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

void append(std::vector<SocketInfo>& all, std::vector<SocketInfo> part) {
  std::move(part.begin(), part.end(), std::back_inserter(all));
}

void append(AckAnswers& all, AckAnswers part) {
  std::move(part.answers.begin(), part.answers.end(), std::back_inserter(all.answers));
  all.missing += part.missing;
}

/// What all loops give, each once, put together on the loop of who asked.
template <class T>
class Gathered : public std::enable_shared_from_this<Gathered<T>> {
 public:
  Gathered(const Namespace& nsp, Shard& home, std::function<void(T)> done)
      : home_(home), awaited_(nsp.server().shards().size()), done_(std::move(done)) {}

  /// Any loop.
  void add(T part) {
    home_.post([self = this->shared_from_this(), part = std::move(part)](Shard&) mutable {
      append(self->all_, std::move(part));
      if (--self->awaited_ == 0) self->done_(std::move(self->all_));
    });
  }

 private:
  Shard& home_;
  T all_;
  std::size_t awaited_;
  std::function<void(T)> done_;
};

}  // namespace

Broadcast::Broadcast(const Namespace& nsp, std::string room, PeerRef without,
                     std::string without_sid)
    : nsp_(&nsp) {
  selection_.rooms.push_back(std::move(room));
  selection_.without = without;
  selection_.without_sid = std::move(without_sid);
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
  const auto choose = [&](Peer* peer) {
    const auto in = [&](const std::string& name) {
      return peer->in(name) || space.sockets().find(name) == peer;
    };
    if (peer == without || std::any_of(selection.except.begin(), selection.except.end(), in))
      return;
    if (selection.rooms.size() == 1 || seen.insert(peer).second) chosen.push_back(peer);
  };
  for (const auto& name : selection.rooms) {
    if (const Room* const room = space.find(name)) {
      for (Peer* const member : room->members()) choose(member);
    } else if (Socket* const socket = space.sockets().find(name)) {
      choose(socket);
    }
  }
  return chosen;
}

void Broadcast::on_each_loop(std::function<void(Shard&, std::vector<Peer*>&)> action) const {
  for (Shard* const shard : nsp_->server().shards()) {
    if (shard->is_this_thread()) {
      auto peers = members(*shard, selection_);
      action(*shard, peers);
    } else {
      shard->post([self = *this, action](Shard& there) {
        auto peers = self.members(there, self.selection_);
        action(there, peers);
      });
    }
  }
}

bool Broadcast::emit(std::string_view event, const boost::json::array& values,
                     std::vector<std::string> attachments) const {
  if (!nsp_->may_emit(event, attachments.size())) return false;
  auto publication = std::make_shared<Publication>();
  publication->event_json = event_text(event, values);
  publication->attachments = std::move(attachments);
  const Recovery* const recovery = nsp_->server().recovery();
  if (recovery != nullptr && recovery->store.records() && !selection_.volatile_only) {
    record_and_send(publication);
  } else {
    send(publication);
  }
  return true;
}

void Broadcast::record_and_send(const std::shared_ptr<Publication>& publication) const {
  Recovery& recovery = *nsp_->server().recovery();
  const auto& shards = nsp_->server().shards();
  const Emission emission{.nsp = nsp_->name(),
                          .rooms = selection_.rooms,
                          .except = selection_.except,
                          .without_sid = selection_.without_sid};
  if (shards.size() > 1) {
    // Each loop is to come to the events in the order of their places, this one too.
    const std::lock_guard lock(recovery.order);
    recovery.store.record(emission, publication);
    for (Shard* const shard : shards) {
      shard->post([self = *this, publication](Shard& there) { self.send_on(there, publication); });
    }
    return;
  }
  const auto act = [self = *this, &recovery, emission, publication](Shard& shard) {
    recovery.store.record(emission, publication);
    self.send_on(shard, publication);
  };
  if (shards.empty()) return;
  if (shards[0]->is_this_thread()) {
    act(*shards[0]);
  } else {
    shards[0]->post(act);
  }
}

void Broadcast::send(const SharedPublication& publication) const {
  for (Shard* const shard : nsp_->server().shards()) {
    if (shard->is_this_thread()) {
      send_on(*shard, publication);
    } else {
      shard->post([self = *this, publication](Shard& there) { self.send_on(there, publication); });
    }
  }
}

void Broadcast::send_on(Shard& shard, const SharedPublication& publication) const {
  const Selection& to = selection_;
  Space& space = shard.space(*nsp_);
  if (to.rooms.size() == 1 && to.except.empty() && !to.volatile_only) {
    // The usual case: one room, which puts it together with what else it gets in this turn.
    space.publish(to.rooms[0], publication, to.without.find_on(shard));
    return;
  }
  auto peers = members(shard, to);
  if (to.volatile_only) std::erase_if(peers, [](const Peer* peer) { return !peer->writable(); });
  space.send(peers, *publication);
}

void Broadcast::sockets_join(std::string room) const {
  on_each_loop([room = std::move(room)](Shard&, std::vector<Peer*>& peers) {
    for_each_socket(peers, [&](Socket& socket) { socket.join(room); });
  });
}

void Broadcast::sockets_leave(std::string room) const {
  on_each_loop([room = std::move(room)](Shard&, std::vector<Peer*>& peers) {
    for_each_socket(peers, [&](Socket& socket) { socket.leave(room); });
  });
}

void Broadcast::disconnect_sockets(bool close) const {
  on_each_loop([close](Shard&, std::vector<Peer*>& peers) {
    // Ending one may end others of the same client; what ended stays in memory for this turn.
    for_each_socket(peers, [&](Socket& socket) {
      if (socket.connected()) socket.disconnect(close);
    });
  });
}

bool Broadcast::emit_with_ack(Shard& home, std::string_view event, const boost::json::array& values,
                              std::int64_t timeout_ms, std::function<void(AckAnswers)> done,
                              std::vector<std::string> attachments) const {
  if (!nsp_->may_emit(event, attachments.size())) return false;
  const auto gathered = std::make_shared<Gathered<AckAnswers>>(*nsp_, home, std::move(done));
  // One loop's part; used on that loop alone.
  struct Part {
    AckAnswers all;
    std::size_t awaited = 0;
  };
  on_each_loop([gathered, event_json = event_text(event, values), timeout_ms,
                attachments = std::move(attachments)](Shard&, std::vector<Peer*>& peers) {
    const auto part = std::make_shared<Part>();
    part->awaited = 1;  // this walk, so that nothing is done before it is
    const auto one_less = [gathered, part] {
      if (--part->awaited == 0) gathered->add(std::move(part->all));
    };
    for_each_socket(peers, [&](Socket& socket) {
      ++part->awaited;
      const auto take = [part, one_less](Socket& asked, Arguments* answer) {
        if (answer == nullptr) {
          ++part->all.missing;
        } else {
          part->all.answers.push_back(
              {std::string(asked.id()), std::move(answer->values), std::move(answer->attachments)});
        }
        one_less();
      };
      socket.ask(event_json, timeout_ms, take, attachments);
    });
    one_less();
  });
  return true;
}

void Broadcast::fetch(Shard& home, std::function<void(std::vector<SocketInfo>)> done) const {
  const auto gathered =
      std::make_shared<Gathered<std::vector<SocketInfo>>>(*nsp_, home, std::move(done));
  on_each_loop([gathered](Shard&, std::vector<Peer*>& peers) {
    std::vector<SocketInfo> found;
    for_each_socket(peers, [&](Socket& socket) {
      found.push_back({std::string(socket.id()), socket.address(), socket.rooms()});
    });
    gathered->add(std::move(found));
  });
}

}  // namespace tillcast::realtime
