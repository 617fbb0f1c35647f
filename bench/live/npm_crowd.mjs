// The crowd of live_crowd with unmodified clients: npm's socket.io-client, as an application uses it. The same flags,
// commands on standard input and answers; live/crowd.h has them.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { crc32 } from "node:zlib";

const require = createRequire(new URL("../peers/package.json", import.meta.url));
const { io } = require("socket.io-client");

const { values: flags } = parseArgs({
  options: {
    port: { type: "string" },
    room: { type: "string", default: "market" },
    clients: { type: "string" },
    "cut-every-ms": { type: "string", default: "0" },
  },
});
const joining_max = 64;
const finish_ms_max = 10_000;
const cut_every_ms = Number(flags["cut-every-ms"]);
let cutting = false;
let cuts = 0;
let broken = 0;
const ways_in_ms = [];

class Client {
  in_room = false;
  received = { last_lsn: 0, count: 0, doubled: 0, breaks: 0, checksum: 0, last_ms: 0, longest_gap_ms: 0 };
  counts = { recovered: 0, resumed: 0, anew: 0, resets: 0 };
  epoch;
  #cut_timer;
  #cut = false;
  #left_ms = 0;

  constructor(entered) {
    this.entered = entered;
    this.socket = io(`http://127.0.0.1:${flags.port}`, { transports: ["websocket"], forceNew: true });
    this.socket.on("change", (body) => this.#take(body));
    this.socket.on("reset", () => ++this.counts.resets);
    this.socket.on("connect", () => this.#connected());
    this.socket.on("disconnect", () => this.#disconnected());
    this.socket.io.on("reconnect_attempt", () => (this.#left_ms = performance.now()));
  }

  #take(body) {
    const all = this.received;
    all.checksum = crc32(JSON.stringify(body), all.checksum);
    if (body.lsn <= all.last_lsn) return ++all.doubled;
    if (body.prev > all.last_lsn || (all.count > 0 && body.prev !== all.last_lsn)) ++all.breaks;
    const now_ms = performance.now();
    if (all.count > 0) all.longest_gap_ms = Math.max(all.longest_gap_ms, now_ms - all.last_ms);
    ++all.count;
    all.last_lsn = body.lsn;
    all.last_ms = now_ms;
  }

  #connected() {
    if (this.socket.recovered) {
      ++this.counts.recovered;
      return this.#enter();
    }
    const since = this.epoch === undefined ? {} : { since: `${this.epoch}:${this.received.last_lsn}` };
    this.socket.emit("join", { room: flags.room, ...since }, (answer) => {
      if (answer.error) throw new Error(`join was refused: ${JSON.stringify(answer)}`);
      const [epoch, lsn] = answer.position.split(":");
      if (answer.resumed) {
        ++this.counts.resumed;
      } else {
        if (this.epoch !== undefined) ++this.counts.anew;
        this.received.last_lsn = Math.max(this.received.last_lsn, Number(lsn));
      }
      this.epoch = epoch;
      this.#enter();
    });
  }

  #enter() {
    this.in_room = true;
    if (this.#left_ms > 0) ways_in_ms.push(performance.now() - this.#left_ms);
    this.entered?.();
    this.entered = undefined;
    this.cut_later();
  }

  cut_later() {
    clearTimeout(this.#cut_timer);
    if (cutting) this.#cut_timer = setTimeout(() => this.#cut_now(), cut_every_ms * (0.5 + Math.random()));
  }

  /** The application knows nothing of it: the TCP connection below the client breaks. */
  #cut_now() {
    if (!cutting || !this.in_room) return;
    ++cuts;
    this.#cut = true;
    this.socket.io.engine.transport.ws._socket.resetAndDestroy();
  }

  #disconnected() {
    this.in_room = false;
    if (!this.#cut) ++broken;
    this.#cut = false;
    clearTimeout(this.#cut_timer);
  }
}

const clients = [];
const percentile = (numbers, share) =>
  numbers.length === 0 ? 0 : numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(share * numbers.length))];

async function open_all(count) {
  let joining = 0;
  let wake = () => {};
  while (clients.length < count) {
    if (joining === joining_max) await new Promise((resolve) => (wake = resolve));
    ++joining;
    clients.push(new Client(() => (--joining, wake())));
  }
  while (joining > 0) await new Promise((resolve) => (wake = resolve));
}

function print_gaps() {
  const gaps = clients.map(({ received }) => received.longest_gap_ms);
  console.log(JSON.stringify({
    gap_p50_ms: percentile(gaps, 0.5),
    gap_p99_ms: percentile(gaps, 0.99),
    gap_max_ms: Math.max(...gaps),
  }));
  for (const { received } of clients) received.longest_gap_ms = 0;
}

async function finish(count, lsn) {
  const end_ms = performance.now() + finish_ms_max;
  const has_all = ({ in_room, received }) => in_room && received.last_lsn >= lsn;
  while (performance.now() < end_ms && !clients.every(has_all)) await new Promise((done) => setTimeout(done, 20));
  const sum = (value) => clients.reduce((total, client) => total + value(client), 0);
  const checksums = {};
  for (const { received } of clients) checksums[received.checksum] = (checksums[received.checksum] ?? 0) + 1;
  console.log(JSON.stringify({
    clients: clients.length,
    in_room: sum(({ in_room }) => Number(in_room)),
    complete: sum(({ received: r }) => Number(r.count === count && r.doubled === 0 && r.breaks === 0)),
    received: sum(({ received }) => received.count),
    doubled: sum(({ received }) => received.doubled),
    breaks: sum(({ received }) => received.breaks),
    cuts,
    broken,
    recovered: sum(({ counts }) => counts.recovered),
    resumed: sum(({ counts }) => counts.resumed),
    anew: sum(({ counts }) => counts.anew),
    resets: sum(({ counts }) => counts.resets),
    way_in_p50_ms: percentile(ways_in_ms, 0.5),
    way_in_p99_ms: percentile(ways_in_ms, 0.99),
    checksums,
  }));
}

await open_all(Number(flags.clients));
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const [command, count, lsn] = line.split(" ");
  if (command === "cut" && cut_every_ms > 0) {
    cutting = true;
    for (const client of clients) if (client.in_room) client.cut_later();
  }
  if (command === "calm") cutting = false;
  if (command === "gaps") print_gaps();
  if (command === "finish") {
    await finish(Number(count), Number(lsn));
    process.exit(0);
  }
}
