// What a room, or the members of several rooms, are sent in one turn: put together once a
// form.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "realtime/encoding.h"
#include "realtime/publication.h"

namespace tillcast::realtime {

class Peer;
class Space;

/// The loop's thread only.
class Batch {
 public:
  using Bytes = FormBuffers::Bytes;

  explicit Batch(const Space& space) : space_(space) {}

  /// `order` counts all that the space's rooms are sent.
  void add(SharedPublication publication, const Peer* except, std::uint64_t order);
  /// All that is in the others, in its order.
  void merge(const std::vector<const Batch*>& others);

  [[nodiscard]] bool empty() const { return pending_.empty(); }
  /// Some of it is not for everybody.
  [[nodiscard]] bool has_exceptions() const { return has_exceptions_; }

  /// All of it in one form, built on first need. Valid until the next call.
  const Bytes& buffer(Form form);
  void send_to(Peer& peer);
  void clear();

 private:
  struct Pending {
    SharedPublication publication;
    const Peer* except;
    std::uint64_t order;
  };

  const Space& space_;
  std::vector<Pending> pending_;
  bool has_exceptions_ = false;
  FormBuffers buffers_;
};

}  // namespace tillcast::realtime
