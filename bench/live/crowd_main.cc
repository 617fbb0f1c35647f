// live_crowd: many Socket.IO clients that follow one room. Prints `ready` when all are in it; then
// standard input says what to do (see crowd.h).

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "live/crowd.h"

int main(int argc, char** argv) {
  tillcast::bench::CrowdOptions options;
  CLI::App app("Many Socket.IO clients that follow one room, whatever happens to them.");
  app.add_option("--port", options.port)->required();
  app.add_option("--room", options.room);
  app.add_option("--clients", options.clients)->required()->check(CLI::Range(1, 100'000));
  app.add_option("--cut-every-ms", options.cut_every_ms)->check(CLI::Range(0, 3'600'000));
  app.add_option("--seed", options.seed, "of the moments at which connections are cut");
  app.add_option("--token", options.token, "the access token that they connect with");
  app.add_flag("!--no-checksum", options.with_checksum, "leave out what costs most");
  CLI11_PARSE(app, argc, argv);
  try {
    tillcast::bench::Crowd crowd(options);
    crowd.open();
    std::puts("ready");
    std::fflush(stdout);
    crowd.run();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "live_crowd: %s\n", error.what());
    return 1;
  }
}
