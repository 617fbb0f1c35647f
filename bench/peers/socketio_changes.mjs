// Node's socket.io as the server of the jitter bench: join({room}, ack) joins; POST /changes makes a change, sends it
// to the room and answers with it. With --recovery connection state recovery is on.
import { createServer } from "node:http";
import { Server } from "socket.io";

const [port, switched] = process.argv.slice(2);
let lsn = 0;
const http = createServer((request, response) => {
  if (request.method !== "POST" || request.url !== "/changes") return response.writeHead(404).end();
  let text = "";
  request.on("data", (bytes) => (text += bytes));
  request.on("end", () => {
    const at = new Date().toISOString();
    const change = {
      ...{ room: "market", lsn: lsn + 1, prev: lsn, kind: "product", op: "updated", id: "01J9Z3K8Q2W4R6T8Y0V2B4N6M8" },
      ...{ version: lsn + 2, at, patch: { updated_at: at, ...JSON.parse(text) } },
    };
    ++lsn;
    io.to("market").emit("change", change);
    response.setHeader("Content-Type", "application/json").end(JSON.stringify(change));
  });
});
const io = new Server(http, {
  transports: ["websocket"],
  serveClient: false,
  ...(switched === "--recovery" ? { connectionStateRecovery: {} } : {}),
});
io.on("connection", (socket) => {
  socket.on("join", ({ room }, ack) => {
    socket.join(room);
    ack({ room, position: `node:${lsn}`, resumed: false });
  });
});
http.listen(Number(port), "127.0.0.1", 4096, () => console.log("ready"));
