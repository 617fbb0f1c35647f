// Express and socket.io as the server of the orders bench, on better-sqlite3 or node-postgres: an order is three statements
// in one durable transaction (insert it, take it from the stock if there is enough, insert a row of the log), and then
// two events to the room of the shop's desk. join({room}, ack) joins.
import { createServer } from "node:http";
import express from "express";
import { Server } from "socket.io";

const [port, data, products] = process.argv.slice(2);
const kind = data.startsWith("postgres:") ? "postgres" : "sqlite";
const { open } = await import(`./orders_in_${kind}.mjs`);
const place = await open(data, Number(products));

const app = express();
let told = 0;
app.use(express.json());
app.post("/api/v1/orders", async (request, response) => {
  const [{ product, quantity }] = request.body.items;
  const placed = await place(product, quantity);
  if (!placed) return response.status(409).json({ code: "out_of_stock" });
  const { order, stock, at } = placed;
  // PostgreSQL's connections do not answer in the order of the numbers, so what is told is counted here.
  const lsn = 2 * ++told;
  const about = (change) => ({ room: "desk", ...change, version: 1, at });
  io.to("desk").emit("change", about({ lsn: lsn - 1, prev: lsn - 2, kind: "order", op: "created", id: order.id, record: order }));
  io.to("desk").emit("change", about({ lsn, prev: lsn - 1, kind: "product", op: "updated", id: product, patch: { stock } }));
  response.status(201).json(order);
});

const http = createServer(app);
const io = new Server(http, { transports: ["websocket"], serveClient: false });
io.on("connection", (socket) => {
  socket.on("join", ({ room }, ack) => {
    socket.join(room);
    ack({ room, position: "node:0", resumed: false });
  });
});
http.listen(Number(port), "127.0.0.1", 4096, () => console.log("ready"));
