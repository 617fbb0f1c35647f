#include "app/serve.h"

#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/issuers_file.h"
#include "app/keeping.h"
#include "app/store.h"
#include "app/wiring.h"
#include "auth/password.h"
#include "commerce/accounts.h"
#include "commerce/bulk.h"
#include "commerce/demo.h"
#include "net/tls_context.h"
#include "storage/postgres/postgres_database.h"

namespace tillcast::app {

namespace {

bool has_users(Store& store) {
  bool any = false;
  store.read([&](storage::Queries& queries) { any = commerce::has_any_user(queries); });
  return any;
}

/// The demo's accounts have passwords that everybody knows, also when it was filled in earlier.
bool holds_demo(Store& store) {
  bool holds = false;
  store.read([&](storage::Queries& queries) {
    holds = !commerce::find_password(queries, "admin@demo.shop").user_id.empty();
  });
  return holds;
}

void refuse_public_demo(const ServeOptions& options) {
  if (options.insecure_demo || options.listen.is_loopback()) return;
  throw UsageError("the demo's passwords are known to everybody, so it is not served on " +
                   options.listen.host +
                   "; use an address of this machine such as 127.0.0.1, or --insecure-demo");
}

void fill_with_demo(Store& store, const Log& log) {
  log.info("There are no data yet: filling in the demo shops");
  const std::string hash = auth::hash_password(std::string(commerce::kDemoPassword));
  int step = 0;
  commerce::seed_demo(
      [&](const std::function<void(storage::Transaction&)>& write) {
        store.commit([&](storage::Transaction& transaction) {
          write(transaction);
          return true;
        });
        log.info("Demo data: step " + std::to_string(++step) + " is written");
      },
      hash, SystemClock().unix_ms());
}

/// Null if it is not asked for.
std::unique_ptr<net::TlsContext> tls_of(const ServeOptions& options) {
  if (!options.tls()) return nullptr;
  auto context = net::TlsContext::load(options.tls_certificate, options.tls_key);
  if (!context) throw std::runtime_error(context.error());
  return *std::move(context);
}

void reload(net::TlsContext& tls, const Log& log) {
  const auto reloaded = tls.reload();
  if (reloaded) {
    log.info("New connections get the certificate that was read just now");
  } else {
    log.error("The old certificate stays: " + reloaded.error());
  }
}

/// An import or seed that was cut off after it was checked is brought to its end.
void finish_bulk(Store& store, Random& random, const Log& log) {
  IdSource ids(random);
  try {
    const auto rows = commerce::apply_bulk(
        [&](const std::function<void(storage::Transaction&)>& step) {
          store.commit([&](storage::Transaction& transaction) {
            step(transaction);
            return true;
          });
        },
        ids, SystemClock());
    if (rows > 0) {
      log.info("Applied " + std::to_string(rows) + " rows that were interrupted before");
    }
  } catch (const std::exception& failure) {
    // The shop is served all the same; what is left of the bulk is tried again at the next start.
    log.error("An import that was interrupted cannot go on: " + std::string(failure.what()));
  }
}

/// The ports of the dialects, on the address of the native one.
void open_ports(Wiring& wiring, const ServeOptions& options, const net::TlsContext* tls,
                const Log& log) {
  for (std::size_t i = 0; i < options.ports.size(); ++i) {
    ListenAddress address = options.listen;
    address.port = options.ports[i].port;
    const auto port = wiring.listen_port(i, address, tls);
    if (!port) throw std::runtime_error(port.error());
    log.info("Speaking " + std::string(options.ports[i].dialect->name) + " on " +
             address.url(*port, options.tls()));
  }
}

void show_first_steps(const ServeOptions& options) {
  // Beside a server, only a database lets others write.
  const bool is_folder = !storage::is_postgres_url(options.data);
  std::cerr << "There is no account yet. To make the first admin, "
            << (is_folder ? "stop the server and run" : "run") << ":\n\n"
            << "    tillcast user add --role admin --email you@example.org --data "
            << data_name(options.data) << "\n\n";
}

}  // namespace

void serve(const ServeOptions& options, StopSignals& signals) {
  if (options.demo) refuse_public_demo(options);
  const Log log(options.log_level);
  std::vector<auth::OutsideIssuer> issuers;
  if (!options.issuers.empty()) issuers = read_issuers_file(options.issuers);
  const auto tls = tls_of(options);
  KernelRandom random;
  Store store(options.data, random);
  finish_bulk(store, random, log);
  if (options.demo && !has_users(store)) fill_with_demo(store, log);
  const bool demo = holds_demo(store);
  if (demo) refuse_public_demo(options);
  const bool needs_first_account = !has_users(store);

  Wiring wiring(store,
                {.loops = options.loops,
                 .demo = demo,
                 .deflate = options.deflate,
                 .issuers = std::move(issuers),
                 .tls = options.tls(),
                 .limits = options.limits,
                 .history = options.history,
                 .make_backup = [folder = options.data] { return back_up_beside(folder); },
                 .ports = options.ports,
                 .enrichment = options.enrichment},
                log);
  const auto port = wiring.listen(options.listen, tls.get());
  if (!port) throw std::runtime_error(port.error());
  open_ports(wiring, options, tls.get(), log);
  wiring.start_enrichment(options.listen.url(*port, options.tls()));
  if (needs_first_account) show_first_steps(options);
  std::cout << "tillcast ready on " << options.listen.url(*port, options.tls()) << std::endl;
  signals.watch([&] { wiring.stop(); }, [&] { reload(*tls, log); });
  wiring.run();
  signals.stop();
}

}  // namespace tillcast::app
