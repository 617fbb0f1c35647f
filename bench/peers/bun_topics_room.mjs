// Bun.serve topics as the room server of the fan-out bench: the text "join" subscribes, other text is published.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  fetch(request, self) {
    return self.upgrade(request) ? undefined : new Response("websocket only", { status: 426 });
  },
  websocket: {
    message(socket, text) {
      if (text === "join") {
        socket.subscribe("room1");
        socket.send("ok");
      } else {
        server.publish("room1", text);
      }
    },
  },
});
console.log("ready");
