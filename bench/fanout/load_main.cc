// fanout_load: measures a room server from outside and prints one JSON line a cell.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "common/process_usage.h"
#include "load.h"

namespace {

using namespace tillcast::bench;

struct Settings {
  std::string protocol = "websocket";
  std::uint16_t port = 0;
  int server = 0;
  std::size_t members = 1000;
  std::vector<std::uint32_t> windows;
  std::uint32_t rate = 0;
  std::int64_t warm_up_ms = 300;
  std::int64_t measured_ms = 1500;
  std::size_t object_bytes = 350;
  bool idle = false;
};

void print(std::size_t members, Pace pace, const Figures& f) {
  std::printf(
      "{\"members\":%zu,\"window\":%u,\"rate\":%u,\"deliveries\":%llu,\"seconds\":%.3f,"
      "\"cpu_us_a_delivery\":%.4f,\"server_busy\":%.3f,\"load_busy\":%.3f,\"frames_a_send\":%.2f,"
      "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"last_p99_ms\":%.3f}\n",
      members, pace.window, pace.rate, static_cast<unsigned long long>(f.deliveries), f.seconds,
      f.server_cpu_us / static_cast<double>(f.deliveries), f.server_cpu_us / f.seconds / 1e6,
      f.load_cpu_us / f.seconds / 1e6, f.frames_a_send, f.p50_ms, f.p99_ms, f.last_p99_ms);
  std::fflush(stdout);
}

/// Memory and CPU of a connection. The first ones are left out: they pay for code and tables that
/// all share.
void measure_idle(Load& load, std::size_t members) {
  const std::size_t first = members / 20;
  const auto settle = [] { std::this_thread::sleep_for(std::chrono::milliseconds(300)); };
  load.join(first);
  settle();
  const auto cpu_before = cpu_ns(load.server());
  const auto bytes_before = anonymous_bytes(load.server());
  load.join(members);
  const auto cpu = static_cast<double>(cpu_ns(load.server()) - cpu_before);
  settle();
  const auto bytes =
      static_cast<double>(anonymous_bytes(load.server())) - static_cast<double>(bytes_before);
  const auto count = static_cast<double>(members - first);
  std::printf("{\"members\":%zu,\"bytes_a_connection\":%.0f,\"cpu_us_a_connect\":%.2f}\n", members,
              bytes / count, cpu / count / 1e3);
}

int run(const Settings& settings) {
  const auto protocol =
      settings.protocol == "socketio" ? Protocol::kSocketIo : Protocol::kWebSocket;
  Load load(protocol, settings.object_bytes, settings.port, settings.server);
  if (settings.idle) {
    measure_idle(load, settings.members);
    return 0;
  }
  load.join(settings.members);
  load.add_publisher();
  std::vector<Pace> paces;
  for (const std::uint32_t window : settings.windows) paces.push_back({window, 0});
  if (settings.rate != 0) paces.push_back({0, settings.rate});
  for (const Pace pace : paces) {
    print(settings.members, pace, load.measure(pace, settings.warm_up_ms, settings.measured_ms));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app("Loads one room server and checks every delivery.");
  app.add_option("--protocol", settings.protocol)->check(CLI::IsMember({"socketio", "websocket"}));
  app.add_option("--port", settings.port)->required();
  app.add_option("--server", settings.server, "process id, for its CPU and memory")->required();
  app.add_option("--members", settings.members)->check(CLI::Range(20, 200'000));
  app.add_option("--windows", settings.windows, "messages outstanding, one cell each")
      ->delimiter(',')
      ->check(CLI::Range(1, 1024));
  app.add_option("--rate", settings.rate, "one cell more: messages a second")
      ->check(CLI::Range(1, 1000));
  app.add_option("--warm-up-ms", settings.warm_up_ms);
  app.add_option("--measured-ms", settings.measured_ms);
  app.add_option("--object-bytes", settings.object_bytes)->check(CLI::Range(250, 60'000));
  app.add_flag("--idle", settings.idle, "only measure what a connection costs");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(settings);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fanout_load: %s\n", error.what());
    return 1;
  }
}
