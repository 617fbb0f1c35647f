// Runs the orders bench: durable orders over HTTP, on tillcast and on Express with better-sqlite3 and socket.io, with
// nobody and with many clients in the desk's room, each of which must hear of every order and every change of stock.
//
// Each server has a core, and the load the other; with --postgres all share both cores, and both servers keep their
// data in a PostgreSQL that waits for the disk.
//
//     node bench/orders/orders.mjs BUILD_FOLDER [--postgres] [--quick] [--runs N] [--seconds N] [--watchers N]
//         [--only tillcast|express]
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Program, all_cores, load_core, median, print_table, server_core } from "../support/programs.mjs";
import { Tillcast } from "../support/tillcast.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    runs: { type: "string" },
    seconds: { type: "string" },
    watchers: { type: "string", default: "100" },
    only: { type: "string" },
    postgres: { type: "boolean", default: false },
  },
});
if (!["tillcast", "express", undefined].includes(flags.only)) throw new Error("--only takes tillcast or express");
const build = positionals[0] ?? "build/release";
const runs = Number(flags.runs ?? (flags.quick ? 1 : 3));
const seconds = Number(flags.seconds ?? (flags.quick ? 2 : 5));
const watchers = Number(flags.watchers);
const peers = new URL("../peers/", import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), "tillcast-bench-orders-"));
const program = (name) => join(build, "bench", name);
const cores = flags.postgres ? [all_cores, all_cores] : [server_core, load_core];
let port = 18800 + (process.pid % 1000) * 8;

/** A cluster of its own for one server. */
class Postgres {
  #folder = mkdtempSync("/tmp/tillcast-bench-pg-");
  #run(verb) {
    const script = new URL("../../tools/postgres_cluster.sh", import.meta.url).pathname;
    return execFileSync(script, [verb, this.#folder, "durable"], { encoding: "utf8" }).trim();
  }
  url = this.#run("start");
  remove() {
    this.#run("stop");
    rmSync(this.#folder, { recursive: true });
  }
}

/** What both servers are asked, and as whom. */
class TillcastDesk extends Tillcast {
  async prepare() {
    const { body: shops } = await this.request("GET", "/api/v1/shops");
    const shop = shops.items.find(({ slug }) => slug === "bakery").id;
    const { body } = await this.request("GET", `/api/v1/products?shop=${shop}`);
    this.token = await this.login("seller@demo.shop");
    for (const { id } of body.items) await this.request("PATCH", `/api/v1/products/${id}`, { stock: 1_000_000_000 });
    this.bodies = body.items.map(({ id }) => ({ shop, items: [{ product: id, quantity: 1 }] }));
    this.buyer = await this.login("buyer@demo.shop");
    this.room = `desk:${shop}`;
  }

  async last_lsn() {
    const { body } = await this.request("GET", `/api/v1/rooms/${this.room}/snapshot?limit=1`);
    return Number(body.position.split(":")[1]);
  }
}

class ExpressDesk {
  name = `Express, ${flags.postgres ? "node-postgres" : "better-sqlite3"}, socket.io`;
  room = "desk";
  bodies = Array.from({ length: 48 }, (_, i) => ({ shop: "1", items: [{ product: i + 1, quantity: 1 }] }));

  constructor(port, data) {
    this.port = port;
    this.data = data ?? join(work, `express-${port}.db`);
  }
  async start(core) {
    const command = [process.execPath, join(peers, "express_orders.mjs"), this.port, this.data, this.bodies.length];
    this.program = new Program(core, command, this.name);
    await this.program.until_line("ready");
  }
  async prepare() {}
  async last_lsn(orders) {
    return 2 * orders;
  }
  remove() {
    return this.program.end();
  }
}

async function measure(server, watching) {
  await server.start(cores[0]);
  let crowd;
  try {
    await server.prepare();
    const bodies = join(work, "bodies");
    writeFileSync(bodies, server.bodies.map((body) => `${JSON.stringify(body)}\n`).join(""));
    if (watching > 0) {
      const token = server.token ? ["--token", server.token] : [];
      const who = ["--port", server.port, "--room", server.room, "--clients", watching, "--no-checksum", ...token];
      crowd = new Program(cores[1], [program("live_crowd"), ...who]);
      await crowd.until_line("ready");
    }
    const what = ["--port", server.port, "--server", server.program.pid, "--seconds", seconds, "--expect", 201];
    const buyer = server.buyer ? ["--header", `Authorization: Bearer ${server.buyer}`] : [];
    const request = ["--method", "POST", "--path", "/api/v1/orders", "--bodies", bodies, ...buyer];
    const load = new Program(cores[1], [program("http_load"), ...what, ...request]);
    const figures = JSON.parse(await load.line());
    await load.end();
    if (!crowd) return { server: server.name, watching, ...figures };

    const told = await crowd.ask(`finish 0 ${await server.last_lsn(figures.answered)}`);
    const due = watching * figures.answered;
    // Express numbers its orders by a sequence of PostgreSQL, which gives numbers before the commits: those of two
    // connections may be answered, and told, the other way round. Its lsns it counts when it tells.
    const misnumbered = flags.postgres && server instanceof ExpressDesk ? 0 : told.misnumbered;
    const faults = told.breaks + misnumbered + told.doubled + told.resets;
    if (told.orders !== due || told.product_changes !== due || faults > 0) {
      throw new Error(`${figures.answered} orders, and ${watching} clients heard ${JSON.stringify(told)}`);
    }
    return { server: server.name, watching, events: told.received / due, broken: told.broken, ...figures };
  } finally {
    await crowd?.end();
    await server.remove();
  }
}

console.log(`load average before: ${loadavg().map((x) => x.toFixed(2)).join(" ")}; runs: ${runs}`);
const results = [];
const bare = [];
try {
  for (let run = 0; run < runs; ++run) {
    const sqlite = flags.postgres ? undefined : ["--file", join(work, `bare-${run}.db`), "--group", 64, "--seconds", seconds];
    if (sqlite) {
      const loop = new Program(server_core, [program("bare_sqlite"), ...sqlite]);
      bare.push(JSON.parse(await loop.line()));
      await loop.end();
    }
    for (const watching of [0, watchers]) {
      const servers = {
        tillcast: (data) => new TillcastDesk(build, port++, ["--loops", "1"], data),
        express: (data) => new ExpressDesk(port++, data),
      };
      for (const make of flags.only ? [servers[flags.only]] : Object.values(servers)) {
        const postgres = flags.postgres ? new Postgres() : undefined;
        try {
          const server = make(postgres?.url);
          process.stderr.write(`run ${run + 1} of ${runs}: ${server.name}, ${watching} in the room\n`);
          results.push(await measure(server, watching));
        } finally {
          postgres?.remove();
        }
      }
    }
  }
} finally {
  rmSync(work, { recursive: true });
}
console.log(`load average after: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);

const of = (name, watching, key) =>
  median(results.filter((r) => r.server === name && r.watching === watching).map((r) => r[key]));
const names = [...new Set(results.map(({ server }) => server))];
print_table(
  `Durable orders over 64 HTTP connections, medians of ${runs}`,
  ["", "clients in the room", "orders/s", "CPU µs an order", "answer p50, p99 ms", "events an order"],
  names.flatMap((name) =>
    [0, watchers].map((watching) => [
      name,
      watching,
      of(name, watching, "a_second").toFixed(0),
      of(name, watching, "cpu_us").toFixed(1),
      `${of(name, watching, "p50_ms").toFixed(1)}, ${of(name, watching, "p99_ms").toFixed(1)}`,
      watching > 0 ? of(name, watching, "events").toFixed(1) : "",
    ]),
  ),
);
const bare_p99 = bare.length > 0 && median(bare.map(({ p99_ms }) => p99_ms));
const bare_speed = bare.length > 0 && median(bare.map(({ orders_a_second }) => orders_a_second));
if (bare_p99) console.log(`\nSQLite alone, groups of 64: ${bare_speed.toFixed(0)} orders/s, a group's p99 ${bare_p99.toFixed(2)} ms`);
if (names.length === 2) {
  const ratio = (watching, key) => of(names[0], watching, key) / of(names[1], watching, key);
  print_table(
    "Ratios",
    ["", "nobody in the room", `${watchers} in the room`],
    [
      ["orders/s, tillcast to Express", ratio(0, "a_second").toFixed(1), ratio(watchers, "a_second").toFixed(1)],
      ["CPU an order, Express to tillcast", (1 / ratio(0, "cpu_us")).toFixed(1), (1 / ratio(watchers, "cpu_us")).toFixed(1)],
      bare_p99 && ["p99, tillcast to a bare group's", ...[0, watchers].map((n) => (of(names[0], n, "p99_ms") / bare_p99).toFixed(1))],
    ].filter(Boolean),
  );
}
