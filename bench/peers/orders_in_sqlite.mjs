// The orders of express_orders.mjs in better-sqlite3. open() gives place(product, quantity), which gives what was placed.
import Database from "better-sqlite3";
import { order_image } from "./order_image.mjs";

export function open(file, products) {
  const db = new Database(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec(`
    CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price_minor INTEGER, stock INTEGER CHECK (stock >= 0)) STRICT;
    CREATE TABLE orders (number INTEGER PRIMARY KEY, product INTEGER, quantity INTEGER, total_minor INTEGER, at TEXT) STRICT;
    CREATE TABLE changes (lsn INTEGER PRIMARY KEY, image TEXT) STRICT;
  `);
  const insert_product = db.prepare("INSERT INTO products (name, price_minor, stock) VALUES (?, ?, 1000000000)");
  for (let i = 1; i <= products; ++i) insert_product.run(`Product ${i}`, 100 * i);

  const take_stock = db.prepare(
    "UPDATE products SET stock = stock - ? WHERE id = ? AND stock >= ? RETURNING name, price_minor, stock",
  );
  const insert_order = db.prepare("INSERT INTO orders (product, quantity, total_minor, at) VALUES (?, ?, ?, ?)");
  const insert_change = db.prepare("INSERT INTO changes (image) VALUES (?)");
  return db.transaction((product, quantity) => {
    const taken = take_stock.get(quantity, product, quantity);
    if (!taken) return undefined;
    const at = new Date().toISOString();
    const number = Number(insert_order.run(product, quantity, taken.price_minor * quantity, at).lastInsertRowid);
    const order = order_image(number, taken, product, quantity, at);
    insert_change.run(JSON.stringify(order));
    return { order, stock: taken.stock, at };
  });
}
