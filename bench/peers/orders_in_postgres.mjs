// The orders of express_orders.mjs in PostgreSQL, over a pool of node-postgres. open() gives place(product, quantity),
// which gives what was placed. Statements are prepared once a connection.
import pg from "pg";
import { order_image } from "./order_image.mjs";

// bigint as a number, as the SQLite side has it.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const TAKE_STOCK = {
  name: "take_stock",
  text: "UPDATE products SET stock = stock - $1 WHERE id = $2 AND stock >= $1 RETURNING name, price_minor, stock",
};
const INSERT_ORDER = {
  name: "insert_order",
  text: "INSERT INTO orders (product, quantity, total_minor, at) VALUES ($1, $2, $3, $4) RETURNING number",
};
const INSERT_CHANGE = { name: "insert_change", text: "INSERT INTO changes (image) VALUES ($1)" };

export async function open(url, products) {
  // The URL names the folder of the socket as libpq does.
  const { username, pathname, searchParams } = new URL(url.replace("@/", "@localhost/"));
  const where = { user: username, database: pathname.slice(1), host: searchParams.get("host") };
  const pool = new pg.Pool({ ...where, max: 16 });
  await pool.query(`
    CREATE TABLE products (id BIGINT PRIMARY KEY, name TEXT, price_minor BIGINT, stock BIGINT CHECK (stock >= 0));
    CREATE TABLE orders (number BIGSERIAL PRIMARY KEY, product BIGINT, quantity BIGINT, total_minor BIGINT, at TEXT);
    CREATE TABLE changes (lsn BIGSERIAL PRIMARY KEY, image TEXT);
  `);
  await pool.query("INSERT INTO products SELECT i, 'Product ' || i, 100 * i, 1000000000 FROM generate_series(1, $1) i", [products]);

  return async function place(product, quantity) {
    const client = await pool.connect();
    try {
      await client.query("BEGIN");
      const [taken] = (await client.query({ ...TAKE_STOCK, values: [quantity, product] })).rows;
      if (!taken) {
        await client.query("ROLLBACK");
        return undefined;
      }
      const at = new Date().toISOString();
      const values = [product, quantity, taken.price_minor * quantity, at];
      const [{ number }] = (await client.query({ ...INSERT_ORDER, values })).rows;
      const order = order_image(number, taken, product, quantity, at);
      await client.query({ ...INSERT_CHANGE, values: [JSON.stringify(order)] });
      await client.query("COMMIT");
      return { order, stock: taken.stock, at };
    } finally {
      client.release();
    }
  };
}
