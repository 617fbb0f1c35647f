// Runs the growth bench: what an order costs when the store is small and when it is large, and how long a server takes
// to start on it. The large store has the small one's products, and then as many more; its log has some rows for each
// and one for each review. Both are made first, then they are measured in turns.
//
//     node bench/orders/growth.mjs BUILD_FOLDER [--products N] [--reviews N] [--runs N] [--seconds N] [--quick]
import { execFileSync } from "node:child_process";
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { Program, load_core, median, print_table, server_core } from "../support/programs.mjs";
import { Tillcast } from "../support/tillcast.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    products: { type: "string" },
    reviews: { type: "string", default: "7" },
    runs: { type: "string", default: "3" },
    seconds: { type: "string", default: "4" },
  },
});
const build = positionals[0] ?? "build/release";
const products = Number(flags.products ?? (flags.quick ? 20_000 : 1_000_000));
const few_products = 1000;
const work = mkdtempSync(join(tmpdir(), "tillcast-bench-growth-"));
let port = 18800 + (process.pid % 1000) * 8;

const tillcast = (verb, data, ...flags) =>
  execFileSync(join(build, "tillcast"), [verb, "--data", data, "--shop", "bakery", ...flags].map(String),
    { stdio: ["ignore", "ignore", "inherit"] });

/** Every `nth` product that a seed made, as the line of an export. */
async function seeded_products(data, nth) {
  const file = join(work, "export.jsonl");
  tillcast("export", data, "--to", file);
  const found = [];
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line.startsWith('{"kind":"product","id":"seed') && count++ % nth === 0) found.push(JSON.parse(line));
  }
  rmSync(file);
  return { found, count };
}

/** Gives each of these enough stock for all runs, and gives their ids. */
function more_stock(data, lines) {
  const file = join(work, "stock.jsonl");
  writeFileSync(file, lines.map((line) => `${JSON.stringify({ ...line, stock: 1_000_000_000 })}\n`).join(""));
  tillcast("import", data, "--from", file);
  rmSync(file);
  return lines.map(({ id }) => id);
}

/** A store with the demo shop and the few products whose orders are compared. */
async function make_store(name) {
  const data = join(work, name);
  const server = new Tillcast(build, port++, ["--loops", "1"], data);
  await server.start();
  await server.program.end("SIGTERM");
  tillcast("seed", data, "--count", few_products, "--reviews", 0, "--seed", 1);
  return { data, few: more_stock(data, (await seeded_products(data, 1)).found) };
}

/** Starts the server on the store and orders one of each of these products over and over. */
async function measure({ data, ids }) {
  const server = new Tillcast(build, port++, ["--loops", "1"], data);
  const before = performance.now();
  await server.start();
  const ready_ms = performance.now() - before;
  const memory = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.program.pid}/status`, "utf8"))[1]) / 1024;
  const shop = (await server.request("GET", "/api/v1/shops")).body.items.find(({ slug }) => slug === "bakery").id;
  const { body } = await server.request("GET", "/api/v1/rooms/market/snapshot?limit=1");
  const buyer = await server.login("buyer@demo.shop");
  const bodies = join(work, "bodies");
  writeFileSync(bodies, ids.map((id) => `${JSON.stringify({ shop, items: [{ product: id, quantity: 1 }] })}\n`).join(""));
  const who = ["--port", server.port, "--server", server.program.pid, "--seconds", flags.seconds, "--expect", 201];
  const what = ["--method", "POST", "--path", "/api/v1/orders", "--bodies", bodies, "--header", `Authorization: Bearer ${buyer}`];
  const load = new Program(load_core, [join(build, "bench", "http_load"), ...who, ...what]);
  const figures = JSON.parse(await load.line());
  await load.end();
  await server.program.end("SIGTERM");
  return { ready_ms, memory, log_rows: Number(body.position.split(":")[1]), ...figures };
}

console.log(`load average before: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);
const cases = [];
try {
  const small = await make_store("small");
  const large = await make_store("large");
  process.stderr.write(`making ${products} products\n`);
  tillcast("seed", large.data, "--count", products, "--reviews", flags.reviews, "--seed", 2);
  // Some of all are enough to be spread over the whole store.
  const { found, count } = await seeded_products(large.data, Math.max(1, Math.floor(products / 100_000)));
  const spread = more_stock(large.data, found);
  cases.push(
    { what: `${few_products} products`, data: small.data, ids: small.few, runs: [] },
    { what: `${count} products, the same ${few_products} ordered`, data: large.data, ids: large.few, runs: [] },
    { what: `${count} products, ${spread.length} over all of them ordered`, data: large.data, ids: spread, runs: [] },
  );
  process.stderr.write("measuring\n");
  for (let run = 0; run < Number(flags.runs); ++run) {
    for (const each of cases) each.runs.push(await measure(each));
  }
} finally {
  rmSync(work, { recursive: true });
}
console.log(`load average after: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);
const of = ({ runs }, figure) => median(runs.map((run) => run[figure]));
print_table(
  `Durable orders over 64 HTTP connections, medians of ${flags.runs}`,
  ["store", "rows of the log", "ready after ms", "memory then, MiB", "orders/s", "CPU µs an order", "p99 ms", "CPU to the small store's"],
  cases.map((each) => [
    each.what, each.runs[0].log_rows, of(each, "ready_ms").toFixed(0), of(each, "memory").toFixed(0),
    of(each, "a_second").toFixed(0), of(each, "cpu_us").toFixed(1), of(each, "p99_ms").toFixed(1),
    (of(each, "cpu_us") / of(cases[0], "cpu_us")).toFixed(2),
  ]),
);
