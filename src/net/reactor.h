// The event loops: one epoll a core, listeners, and the sockets of a realtime::Server. The only
// folder with sockets in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace tillcast::realtime {
class Server;
class Shard;
}  // namespace tillcast::realtime

namespace tillcast::net {

class Loop;
class TlsContext;

struct ReactorOptions {
  /// Event loops, each on a thread of its own; 1 to 64.
  std::size_t loops = 1;
};

/// Owns the loops and their shards. listen() before run(), on one thread; stop() from any thread
/// and from a signal handler.
class Reactor {
 public:
  Reactor(ReactorOptions options, const Clock& clock, Random& random);
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  /// Serves `server` on an IP address and port, over TLS if there is a context; port 0 takes a free
  /// one. Gives the port, or a sentence that says why it could not be had. Server and context must
  /// outlive the reactor.
  Result<std::uint16_t, std::string> listen(const std::string& host, std::uint16_t port,
                                            realtime::Server& server,
                                            const TlsContext* tls = nullptr);

  /// Serves until stop(), then stops to accept, lets what is in flight be answered, tells live
  /// clients that the server is going away, and returns after limits::kDrainTimeoutMs at the
  /// latest.
  void run();

  /// Async-signal-safe. Called again while draining, it ends at once.
  void stop();

  [[nodiscard]] const std::vector<realtime::Shard*>& shards() const { return shards_; }

 private:
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<realtime::Shard*> shards_;
  std::vector<int> listeners_;
};

}  // namespace tillcast::net
