#include "app/wiring.h"

#include <utility>

#include "app/builtin_enricher.h"
#include "app/http_fetch.h"
#include "app/webhook_enricher.h"
#include "commerce/context.h"
#include "contracts/native/native_rest.h"
#include "contracts/native/rest_jobs.h"
#include "feed/recovery_rows.h"

namespace tillcast::app {

namespace {

constexpr std::size_t kReaderThreads = 2;

constexpr storage::CommitThread::Options kCommitOptions{limits::kGroupCommandsMax,
                                                        limits::kCommandsQueuedMax};

feed::FeedOptions feed_options(storage::FailureReport report) {
  feed::FeedOptions options;
  options.report = std::move(report);
  return options;
}

realtime::ServerOptions server_options(const WiringOptions& wiring) {
  realtime::ServerOptions options;
  if (wiring.tls) {
    options.response_headers.emplace_back("Strict-Transport-Security",
                                          "max-age=" + std::to_string(limits::kHstsSeconds));
  }
  options.deflate = wiring.deflate;
  options.connections_per_address = wiring.limits.connections_per_address;
  options.requests_per_address = wiring.limits.requests_per_address;
  options.messages_per_connection = wiring.limits.messages_per_connection;
  options.trusted_proxies = wiring.limits.trusted_proxies;
  options.cors_origins = wiring.limits.cors_origins;
  return options;
}

Lsn head_of(Store& store) {
  Lsn head;
  store.read([&](storage::Queries& queries) { head = storage::log_position(queries).lsn; });
  return head;
}

}  // namespace

Wiring::CommitCounts::CommitCounts(Metrics& metrics)
    : group_transactions(metrics.histogram("tillcast_commit_group_transactions",
                                           "Transactions that one commit made durable.")),
      changes(metrics.counter("tillcast_changes_total", "Changes written to the log.")),
      lsn(metrics.gauge("tillcast_log_lsn", "The last lsn of the log.")) {}

void Wiring::CommitCounts::count(const storage::CommittedBatch& batch) {
  if (batch.transactions.empty()) return;
  group_transactions.observe(batch.transactions.size());
  for (const auto& transaction : batch.transactions) changes.add(transaction.changes.size());
  lsn.set(batch.last.get());
}

Wiring::Wiring(Store& store, const WiringOptions& options, const Log& log)
    : log_(log),
      store_(store),
      enrichment_options_(options.enrichment),
      limits_(options.limits.requests),
      files_(web_assets()),
      server_(server_options(options)),
      feed_(store.database(), feed_options(report())),
      last_changes_(head_of(store)),
      authenticator_(post_read(), store.token_key(), clock_),
      live_(server_, feed_, post_read(), post_write(), authenticator_, clock_,
            store.database().process_number()),
      cache_(last_changes_, options.loops, metrics_),
      reactor_({options.loops}, clock_, random_) {
  add_ports(options, store.database().process_number());
  store.commit([this](storage::Transaction& transaction) {
    feed::release_orphans(transaction, clock_.unix_ms());
    return true;
  });
  store.read([this](storage::Queries& queries) {
    commits_counted_.lsn.set(storage::log_position(queries).lsn.get());
  });
  commits_ = std::make_unique<storage::CommitThread>(
      store.take_writer(),
      [this](std::shared_ptr<const storage::CommittedBatch> batch) {
        commits_counted_.count(*batch);
        // Before the answers, so that no later read is given what the batch made old.
        last_changes_.note(*batch);
        enrichment_->notice(*batch);
        feed_.publish(std::move(batch));
      },
      kCommitOptions, report());
  enrichment_ = std::make_unique<EnrichmentWorker>(
      *commits_, clock_,
      commerce::EnrichmentRules{options.enrichment.timeout_ms, store.database().process_number()},
      store.database().process_number() != 0, warn());
  passwords_ = std::make_unique<auth::PasswordThread>();
  if (!options.issuers.empty()) {
    outside_ = std::make_unique<auth::OutsideTokens>(
        auth::OutsideVerifier(options.issuers, fetch_text,
                              [&log](std::string_view what) { log.warning(what); }),
        clock_);
  }
  readers_ = std::make_unique<storage::ReaderPool>(
      store.database(), kReaderThreads, limits::kReadsQueuedMax, database_reads_, report());
  add_routes(store, options);
  feed_.start();
  watch_ = store.database().watch_head(
      [this](Lsn head) {
        commits_counted_.lsn.set(head.get());
        feed_.announce(head);
      },
      report());
  const bool is_shared = store.database().process_number() != 0;
  housekeeping_ = std::make_unique<Housekeeping>(*commits_, clock_, options.history, is_shared);
}

Wiring::~Wiring() {
  enrichment_->stop();
  housekeeping_.reset();
  watch_.reset();
  // Connections that still end leave their sessions as a crash would.
  live_.recovery().stop();
  for (const auto& port : ports_) port->recovery().stop();
  // Its work reads as well as writes.
  bulk_.reset();
  pictures_.reset();
  readers_.reset();
  outside_.reset();
  passwords_.reset();
  commits_.reset();
  feed_.stop();
}

void Wiring::add_ports(const WiringOptions& options, std::int64_t process) {
  for (const PortOptions& port : options.ports) {
    realtime::ServerOptions server = server_options(options);
    server.cors_origins = port.origins;
    ports_.push_back(std::make_unique<contracts::Port>(
        *port.dialect,
        contracts::PortParts{feed_, post_read(), post_write(), authenticator_, clock_, process},
        std::move(server)));
  }
}

void Wiring::add_port_routes(contracts::Port& port, const PortOptions& options, bool demo) {
  contracts::Rest& rest = port.add_routes(rest_->parts());
  contracts::add_picture_routes(rest, demo);
  if (options.web.empty()) return;
  web_folders_.push_back(std::make_unique<WebFolder>(options.web));
  port.server().http_fallback([this, &port, &files = *web_folders_.back()](
                                  realtime::HttpContext& context,
                                  const realtime::HttpReply& reply) {
    const std::string& path = context.target.path;
    protocol::HttpResponse response =
        path.starts_with("/api/") ? port.no_such_route(path) : files.serve(context.request, path);
    requests_.count(response.status);
    reply.send(std::move(response));
  });
}

void Wiring::add_routes(Store& store, const WiringOptions& options) {
  bulk_ = std::make_unique<contracts::BulkWorker>();
  pictures_ = std::make_unique<pictures::PictureWorker>(
      pictures::PictureWorker::Options{.report = report()});
  rest_.emplace(
      server_,
      contracts::RestParts{
          *commits_, *readers_, *passwords_, outside_.get(), store.token_key(), clock_, random_,
          ids_, requests_, limits_, cache_, *pictures_, options.tls,
          [this](std::string_view what) {
            log_.error("a request failed by a bug: " + std::string(what));
          },
          options.enrichment.webhook.empty() ? commerce::kBuiltinWorker : commerce::kWebhookWorker,
          bulk_.get()});
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    add_port_routes(*ports_[i], options.ports[i], options.demo);
  }
  contracts::add_account_routes(*rest_);
  contracts::add_shop_routes(*rest_);
  contracts::add_product_routes(*rest_);
  contracts::add_job_routes(*rest_);
  contracts::add_order_routes(*rest_);
  contracts::add_bulk_routes(*rest_, *bulk_, options.make_backup);
  contracts::add_room_routes(*rest_, live_.streams());
  contracts::add_status_routes(*rest_, server_, metrics_, options.demo);
  contracts::add_document_routes(*rest_);
  contracts::add_picture_routes(*rest_, options.demo);
  server_.http_fallback([this](realtime::HttpContext& context, realtime::HttpReply reply) {
    protocol::HttpResponse response = files_.serve(context.request, context.target.path);
    requests_.count(response.status);
    reply.send(std::move(response));
  });
}

Result<std::uint16_t, std::string> Wiring::listen(const ListenAddress& address,
                                                  const net::TlsContext* tls) {
  return reactor_.listen(address.host, address.port, server_, tls);
}

Result<std::uint16_t, std::string> Wiring::listen_port(std::size_t index,
                                                       const ListenAddress& address,
                                                       const net::TlsContext* tls) {
  return reactor_.listen(address.host, address.port, ports_[index]->server(), tls);
}

void Wiring::start_enrichment(const std::string& own_url) {
  enrichment_->add(
      commerce::kBuiltinWorker,
      std::make_unique<BuiltinEnricher>(store_.database(), composer_beside_this_program(), warn()));
  if (const EnrichmentOptions& options = enrichment_options_; !options.webhook.empty()) {
    enrichment_->add(
        commerce::kWebhookWorker,
        std::make_unique<WebhookEnricher>(
            WebhookEnricher::Options{options.webhook, options.secret, options.allow_private,
                                     options.public_url.empty() ? own_url : options.public_url},
            store_.token_key(), clock_, warn()));
  }
  enrichment_->start();
}

void Wiring::run() {
  reactor_.run();
  // The job at hand is put back while that can still be written.
  enrichment_->stop();
  // Nobody is left to be answered, but what was accepted is still made durable.
  commits_->drain();
}

feed::PostRead Wiring::post_read() {
  return [this](storage::ReaderPool::Read read) { readers_->post(std::move(read)); };
}

feed::PostWrite Wiring::post_write() {
  return [this](std::function<void(storage::Transaction&)> write,
                const std::function<void(bool)>& done) {
    commits_->submit<commerce::Done>(
        [write = std::move(write)](storage::Transaction& transaction) -> Outcome<commerce::Done> {
          write(transaction);
          return commerce::Done{};
        },
        [done](const Outcome<commerce::Done>& outcome) { done(outcome.has_value()); });
  };
}

storage::FailureReport Wiring::warn() const {
  return [&log = log_](std::string_view what) { log.warning(what); };
}

storage::FailureReport Wiring::report() const {
  return [&log = log_](std::string_view what) { log.error(what); };
}

}  // namespace tillcast::app
