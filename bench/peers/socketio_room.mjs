// Node's socket.io as the room server of the fan-out bench: join(room, ack), pub(object) -> msg.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });
io.on("connection", (socket) => {
  socket.on("join", (room, ack) => {
    socket.join(room);
    ack("ok");
  });
  socket.on("pub", (object) => io.to("room1").emit("msg", object));
});
http.listen(Number(process.argv[2]), "127.0.0.1", 4096, () => console.log("ready"));
