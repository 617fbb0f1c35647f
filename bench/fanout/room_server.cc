// room_server: our library as the room server of the fan-out bench, on its public API alone.
//
// Socket.IO: `join` (room, ack) joins and acks "ok"; `pub` (object) goes to room1 as `msg`. Plain
// WebSocket at /ws: the text `join` subscribes to room1 and is answered `ok`; other text is
// published.

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "net/reactor.h"
#include "realtime/room.h"
#include "realtime/server.h"

namespace {

using namespace tillcast::realtime;

tillcast::net::Reactor* running = nullptr;

void serve_rooms(Server& server) {
  Namespace& chat = server.of("/");
  chat.on_connection([](Socket& socket) {
    socket.drop_auth();
    socket.drop_handshake();
  });
  chat.on("join", [](Socket& socket, Arguments& said, const Ack& ack) {
    if (said.values.empty() || !said.values[0].is_string()) return;
    const auto& room = said.values[0].as_string();
    socket.join({room.data(), room.size()});
    ack({"ok"});
  });
  chat.on("pub", [](Socket& socket, Arguments& said, const Ack&) {
    socket.nsp().to("room1").emit("msg", said.values);
  });
  WebSocketHandlers handlers;
  handlers.on_open = [](WebSocketPeer& peer) { peer.drop_handshake(); };
  handlers.on_text = [&chat](WebSocketPeer& peer, std::string_view text) {
    if (text == "join") {
      peer.join("room1");
      peer.send_text("ok");
      return;
    }
    auto publication = std::make_shared<Publication>();
    publication->text = text;
    chat.to("room1").publish(std::move(publication));
  };
  server.websocket("/ws", chat, std::move(handlers));
}

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  tillcast::net::ReactorOptions options;
  CLI::App app("The room server of the fan-out bench.");
  app.add_option("--port", port)->required();
  app.add_option("--threads", options.loops, "event loops")->check(CLI::Range(1, 64));
  CLI11_PARSE(app, argc, argv);

  const tillcast::SystemClock clock;
  tillcast::KernelRandom random;
  Server server({});
  serve_rooms(server);
  tillcast::net::Reactor reactor(options, clock, random);
  const auto listening = reactor.listen("127.0.0.1", port, server);
  if (listening.has_error()) {
    std::fprintf(stderr, "room_server: %s\n", listening.error().c_str());
    return 1;
  }
  running = &reactor;
  for (const int signal : {SIGTERM, SIGINT}) {
    std::signal(signal, [](int) { running->stop(); });
  }
  std::puts("ready");
  std::fflush(stdout);
  reactor.run();
}
