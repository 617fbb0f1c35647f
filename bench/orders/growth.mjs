// Runs the growth bench: what an order costs when the store is small and when it is large, and how long a server takes
// to start on it. The large store has the small one's products, and then as many more; its log has some rows for each.
//
//     node bench/orders/growth.mjs BUILD_FOLDER [--products N] [--reviews N] [--seconds N]
import { execFileSync } from "node:child_process";
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { Program, load_core, print_table, server_core } from "../support/programs.mjs";
import { Tillcast } from "../support/tillcast.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    products: { type: "string" },
    reviews: { type: "string", default: "3" },
    seconds: { type: "string", default: "4" },
  },
});
const build = positionals[0] ?? "build/release";
const products = Number(flags.products ?? (flags.quick ? 20_000 : 1_000_000));
const few_products = 1000;
const work = mkdtempSync(join(tmpdir(), "tillcast-bench-growth-"));
const data = join(work, "store");
let port = 18800 + (process.pid % 1000) * 8;

const seed = (count, reviews, number) =>
  execFileSync(join(build, "tillcast"), ["seed", "--data", data, "--shop", "bakery", "--count", count, "--reviews",
    reviews, "--seed", number].map(String), { stdio: ["ignore", "ignore", "inherit"] });

/** Starts the server on the store, and gives how long it took and its memory. */
async function start() {
  const server = new Tillcast(build, port++, ["--loops", "1"], data);
  const before = performance.now();
  await server.start();
  const ready_ms = performance.now() - before;
  const memory = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.program.pid}/status`, "utf8"))[1] / 1024;
  return { server, ready_ms, memory };
}

/** Orders one of each of these products over and over, and gives the CPU of one order. */
async function order(server, shop, ids) {
  const buyer = await server.login("buyer@demo.shop");
  const bodies = join(work, "bodies");
  writeFileSync(bodies, ids.map((id) => `${JSON.stringify({ shop, items: [{ product: id, quantity: 1 }] })}\n`).join(""));
  const who = ["--port", server.port, "--server", server.program.pid, "--seconds", flags.seconds, "--expect", 201];
  const what = ["--method", "POST", "--path", "/api/v1/orders", "--bodies", bodies, "--header", `Authorization: Bearer ${buyer}`];
  const load = new Program(load_core, [join(build, "bench", "http_load"), ...who, ...what]);
  const figures = JSON.parse(await load.line());
  await load.end();
  return figures;
}

/** Every `nth` product that a seed made, as the line of an export. */
async function seeded_products(nth) {
  const file = join(work, "export.jsonl");
  execFileSync(join(build, "tillcast"), ["export", "--data", data, "--shop", "bakery", "--to", file]);
  const found = [];
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line.startsWith('{"kind":"product","id":"seed') && count++ % nth === 0) found.push(JSON.parse(line));
  }
  rmSync(file);
  return { found, count };
}

/** Gives each of these enough stock for a run, and gives their ids. */
function more_stock(lines) {
  const file = join(work, "stock.jsonl");
  writeFileSync(file, lines.map((line) => `${JSON.stringify({ ...line, stock: 1_000_000_000 })}\n`).join(""));
  const what = ["import", "--data", data, "--shop", "bakery", "--from", file];
  execFileSync(join(build, "tillcast"), what, { stdio: ["ignore", "ignore", "inherit"] });
  return lines.map(({ id }) => id);
}

console.log(`load average before: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);
const rows = [];
const add = (what, { ready_ms, memory }, { a_second, cpu_us, p99_ms }) =>
  rows.push([what, ready_ms.toFixed(0), memory.toFixed(0), a_second.toFixed(0), cpu_us.toFixed(1), p99_ms.toFixed(1), (cpu_us / (rows[0]?.[4] ?? cpu_us)).toFixed(2)]);
try {
  const first = await start();
  const shop = (await first.server.request("GET", "/api/v1/shops")).body.items.find(({ slug }) => slug === "bakery").id;
  await first.server.program.end("SIGTERM");
  seed(few_products, 0, 1);
  const few = more_stock((await seeded_products(1)).found);
  const small = await start();
  add(`${few.length} products`, small, await order(small.server, shop, few));
  await small.server.program.end("SIGTERM");

  process.stderr.write(`making ${products} products\n`);
  seed(products, flags.reviews, 2);
  // Some of all are enough to be spread over the whole store.
  const { found, count } = await seeded_products(Math.max(1, Math.floor(products / 100_000)));
  const spread = more_stock(found);
  const large = await start();
  const { body } = await large.server.request("GET", "/api/v1/rooms/market/snapshot?limit=1");
  add(`${count} products, the same ${few.length} ordered`, large, await order(large.server, shop, few));
  add(`${count} products, ${spread.length} over all of them ordered`, large, await order(large.server, shop, spread));
  await large.server.program.end("SIGTERM");
  console.log(`\nThe log of the large store came to lsn ${body.position.split(":")[1]}.`);
  await large.server.remove();
} finally {
  rmSync(work, { recursive: true });
}
console.log(`load average after: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);
print_table(
  "Durable orders over 64 HTTP connections",
  ["store", "ready after ms", "memory then, MiB", "orders/s", "CPU µs an order", "p99 ms", "CPU to the small store's"],
  rows,
);
