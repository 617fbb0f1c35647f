// Express, better-sqlite3 and socket.io as the server of the orders bench: an order is three statements in one durable
// transaction (insert it, take it from the stock if there is enough, insert a row of the log), and then two events to
// the room of the shop's desk. join({room}, ack) joins.
import { createServer } from "node:http";
import Database from "better-sqlite3";
import express from "express";
import { Server } from "socket.io";

const [port, file, products] = process.argv.slice(2);
const db = new Database(file);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec(`
  CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price_minor INTEGER, stock INTEGER CHECK (stock >= 0)) STRICT;
  CREATE TABLE orders (number INTEGER PRIMARY KEY, product INTEGER, quantity INTEGER, total_minor INTEGER, at TEXT) STRICT;
  CREATE TABLE changes (lsn INTEGER PRIMARY KEY, image TEXT) STRICT;
`);
const insert_product = db.prepare("INSERT INTO products (name, price_minor, stock) VALUES (?, ?, 1000000000)");
for (let i = 1; i <= Number(products); ++i) insert_product.run(`Product ${i}`, 100 * i);

const take_stock = db.prepare(
  "UPDATE products SET stock = stock - ? WHERE id = ? AND stock >= ? RETURNING name, price_minor, stock",
);
const insert_order = db.prepare("INSERT INTO orders (product, quantity, total_minor, at) VALUES (?, ?, ?, ?)");
const insert_change = db.prepare("INSERT INTO changes (image) VALUES (?)");
const place = db.transaction((product, quantity) => {
  const taken = take_stock.get(quantity, product, quantity);
  if (!taken) return undefined;
  const at = new Date().toISOString();
  const total_minor = taken.price_minor * quantity;
  const number = Number(insert_order.run(product, quantity, total_minor, at).lastInsertRowid);
  const items = [{ product_id: product, name: taken.name, quantity, price_minor: taken.price_minor }];
  const order = { id: String(number), version: 1, created_at: at, number, items, total_minor, status: "pending" };
  insert_change.run(JSON.stringify(order));
  return { order, stock: taken.stock, at };
});

const app = express();
app.use(express.json());
app.post("/api/v1/orders", (request, response) => {
  const [{ product, quantity }] = request.body.items;
  const placed = place(product, quantity);
  if (!placed) return response.status(409).json({ code: "out_of_stock" });
  const { order, stock, at } = placed;
  const lsn = 2 * order.number;
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
