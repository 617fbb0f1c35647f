// The whole server as one graph of objects, each given what it needs by its constructor. Nothing
// else knows all of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/enrichment_options.h"
#include "app/enrichment_worker.h"
#include "app/housekeeping.h"
#include "app/limit_options.h"
#include "app/listen_address.h"
#include "app/port_options.h"
#include "app/static_files.h"
#include "app/store.h"
#include "app/web_folder.h"
#include "auth/outside_tokens.h"
#include "auth/password.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "contracts/dialect/port.h"
#include "contracts/native/bulk_routes.h"
#include "contracts/native/live.h"
#include "contracts/native/rest.h"
#include "feed/authenticator.h"
#include "feed/feed.h"
#include "feed/last_changes.h"
#include "net/reactor.h"
#include "pictures/picture_worker.h"
#include "realtime/server.h"
#include "storage/commit_thread.h"
#include "storage/reader_pool.h"

namespace tillcast::app {

struct WiringOptions {
  std::size_t loops = 1;
  /// The data holds the demo: /healthz says so, and its pictures are served.
  bool demo = false;
  /// permessage-deflate for WebSockets that offer it.
  bool deflate = false;
  /// Whose users may sign in with a token of theirs.
  std::vector<auth::OutsideIssuer> issuers{};
  /// All listeners speak TLS: cookies are for HTTPS alone, and browsers are told to stay with it.
  bool tls = false;
  /// How much strangers may ask.
  LimitOptions limits{};
  /// How much of the change log is kept.
  storage::LogRetention history{};
  /// Makes a backup and gives its file, for admins who ask by REST.
  contracts::MakeBackup make_backup{};
  /// Beside the native port.
  std::vector<PortOptions> ports{};
  EnrichmentOptions enrichment{};
};

/// listen() and run() on one thread; stop() from any.
class Wiring {
 public:
  /// Takes the store's writer. Store and log outlive it.
  Wiring(Store& store, const WiringOptions& options, const Log& log);
  /// Threads end in the order in which work goes through them, so that each finds the next one.
  ~Wiring();
  Wiring(const Wiring&) = delete;
  Wiring& operator=(const Wiring&) = delete;

  /// The port that was taken, or a sentence that says why there is none.
  /// With a context TLS is spoken there; it outlives this object.
  Result<std::uint16_t, std::string> listen(const ListenAddress& address,
                                            const net::TlsContext* tls);
  /// The same for the port of a dialect, the `index`th of the options.
  Result<std::uint16_t, std::string> listen_port(std::size_t index, const ListenAddress& address,
                                                 const net::TlsContext* tls);
  /// From here on jobs are done. `own_url` is where this server listens. Once, before run().
  void start_enrichment(const std::string& own_url);
  /// Serves until stop(), then lets what is in flight be answered.
  void run();
  /// A second call ends run() at once.
  void stop() { reactor_.stop(); }

 private:
  /// What is counted of every commit.
  struct CommitCounts {
    explicit CommitCounts(Metrics& metrics);
    void count(const storage::CommittedBatch& batch);
    PowersHistogram& group_transactions;
    Counter& changes;
    Gauge& lsn;
  };

  [[nodiscard]] feed::PostRead post_read();
  [[nodiscard]] feed::PostWrite post_write();
  [[nodiscard]] storage::FailureReport report() const;
  [[nodiscard]] storage::FailureReport warn() const;
  void add_ports(const WiringOptions& options, std::int64_t process);
  void add_routes(Store& store, const WiringOptions& options);
  void add_port_routes(contracts::Port& port, const PortOptions& options, bool demo);

  const Log& log_;
  Store& store_;
  EnrichmentOptions enrichment_options_;
  SystemClock clock_;
  KernelRandom random_;
  IdSource ids_{random_};
  Metrics metrics_;
  contracts::RequestCounters requests_{metrics_};
  contracts::RequestLimits limits_;
  CommitCounts commits_counted_{metrics_};
  Counter& database_reads_{metrics_.counter("tillcast_database_reads_total",
                                            "Snapshots read for requests and live connections; "
                                            "what came from memory is not among them.")};
  StaticFiles files_;
  realtime::Server server_;
  feed::Feed feed_;
  feed::LastChanges last_changes_;
  feed::Authenticator authenticator_;
  contracts::NativeLive live_;
  std::vector<std::unique_ptr<contracts::Port>> ports_;
  std::vector<std::unique_ptr<WebFolder>> web_folders_;
  contracts::ResponseCache cache_;
  std::optional<contracts::Rest> rest_;
  net::Reactor reactor_;
  std::unique_ptr<storage::CommitThread> commits_;
  std::unique_ptr<auth::PasswordThread> passwords_;
  std::unique_ptr<auth::OutsideTokens> outside_;
  std::unique_ptr<storage::ReaderPool> readers_;
  std::unique_ptr<storage::HeadWatch> watch_;
  std::unique_ptr<Housekeeping> housekeeping_;
  std::unique_ptr<contracts::BulkWorker> bulk_;
  std::unique_ptr<pictures::PictureWorker> pictures_;
  std::unique_ptr<EnrichmentWorker> enrichment_;
};

}  // namespace tillcast::app
