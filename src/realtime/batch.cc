#include "realtime/batch.h"

#include <algorithm>
#include <utility>

#include "realtime/connection.h"
#include "realtime/peer.h"

namespace tillcast::realtime {

void Batch::add(SharedPublication publication, const Peer* except, std::uint64_t order) {
  has_exceptions_ = has_exceptions_ || except != nullptr;
  pending_.push_back({std::move(publication), except, order});
}

void Batch::merge(const std::vector<const Batch*>& others) {
  for (const Batch* const other : others) {
    pending_.insert(pending_.end(), other->pending_.begin(), other->pending_.end());
    has_exceptions_ = has_exceptions_ || other->has_exceptions_;
  }
  std::sort(pending_.begin(), pending_.end(),
            [](const Pending& a, const Pending& b) { return a.order < b.order; });
}

const Batch::Bytes& Batch::buffer(Form form) {
  Bytes& bytes = buffers_.at(form);
  if (bytes && !bytes->empty()) return bytes;
  if (!bytes) bytes = std::make_shared<std::string>();
  for (const Pending& pending : pending_) {
    append_encoded(*bytes, form, space_, *pending.publication);
  }
  return bytes;
}

void Batch::send_to(Peer& peer) {
  const bool excepted =
      has_exceptions_ && std::any_of(pending_.begin(), pending_.end(),
                                     [&](const Pending& p) { return p.except == &peer; });
  if (excepted) {
    for (const Pending& pending : pending_) {
      if (pending.except == &peer) continue;
      peer.send_now(*pending.publication, pending.publication->place);
    }
    return;
  }
  const Form form = peer.form();
  const Bytes& bytes = buffer(form);
  if (bytes->empty()) return;
  if (form.encoding == Encoding::kSocketIoPayload) {
    peer.deliver_payload(bytes);
  } else if (Connection* const connection = peer.connection()) {
    connection->send_frames(bytes);
  }
}

void Batch::clear() {
  pending_.clear();
  has_exceptions_ = false;
  buffers_.clear();
}

}  // namespace tillcast::realtime
