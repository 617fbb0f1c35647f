// wire_fixture: the realtime library as a program of its own, for suites that judge it from
// outside. Status 0 is success, 1 a failure, 2 a command that cannot be meant.
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "app/fixture/options.h"
#include "app/fixture/profiles.h"
#include "app/signals.h"
#include "base/clock.h"
#include "base/random.h"
#include "net/reactor.h"
#include "realtime/memory_recovery_store.h"
#include "realtime/server.h"

namespace {

using namespace tillcast;

void serve(const app::fixture::Options& options) {
  app::StopSignals signals;
  const SystemClock clock;
  KernelRandom random;
  realtime::Server server(options.server);
  app::fixture::set_up(server, options);
  std::optional<realtime::MemoryRecoveryStore> recovery;
  if (options.recovery) server.recover_with(recovery.emplace(clock, random));
  net::Reactor reactor({options.threads}, clock, random);
  const auto port = reactor.listen("127.0.0.1", options.port, server);
  if (!port) throw std::runtime_error(port.error());
  signals.watch([&] { reactor.stop(); });
  std::cerr << "listening on http://127.0.0.1:" << *port << std::endl;
  std::cout << "ready" << std::endl;
  reactor.run();
  signals.stop();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto options = app::fixture::parse_command_line(argc, argv);
    if (options) serve(*options);
    return 0;
  } catch (const std::invalid_argument& error) {
    std::cerr << "wire_fixture: " << error.what() << "\nTry: wire_fixture --help\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "wire_fixture: " << error.what() << '\n';
    return 1;
  }
}
