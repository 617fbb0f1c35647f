// Runs the jitter bench: clients whose connections break at random while changes go to their room, on tillcast and
// on Node's socket.io. Every client of tillcast must have every change once and in order.
//
//     node bench/live/jitter.mjs BUILD_FOLDER [--quick] [--seconds N] [--clients N] [--npm-clients N]
//                                                [--cut-every-s N] [--only tillcast]
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { crc32 } from "node:zlib";
import { Program, load_core, print_table, server_core } from "../support/programs.mjs";
import { TillcastChanges, write_changes } from "./changes.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    seconds: { type: "string" },
    clients: { type: "string" },
    "npm-clients": { type: "string" },
    "cut-every-s": { type: "string" },
    rate: { type: "string", default: "5" },
    only: { type: "string" },
  },
});
const build = positionals[0] ?? "build/release";
const seconds = Number(flags.seconds ?? (flags.quick ? 15 : 60));
const rate = Number(flags.rate);
const sizes = {
  "C++": Number(flags.clients ?? (flags.quick ? 500 : 5000)),
  npm: Number(flags["npm-clients"] ?? (flags.quick ? 100 : 1000)),
};
const cut_every_ms = 1000 * Number(flags["cut-every-s"] ?? (flags.quick ? 5 : 15));
const peers = new URL("../peers/", import.meta.url).pathname;
const port = 18800 + (process.pid % 1000) * 8;

/** Node's socket.io, with the same changes. */
class SocketIo {
  #truth = { count: 0, lsn: 0, checksum: 0 };

  constructor(name, port, flags = []) {
    this.name = name;
    this.port = port;
    this.flags = flags;
  }
  async start() {
    const command = [process.execPath, join(peers, "socketio_changes.mjs"), this.port, ...this.flags];
    this.program = new Program(server_core, command, this.name);
    await this.program.until_line("ready");
  }
  async prepare_changes() {}
  async change(number) {
    const body = JSON.stringify({ price_minor: 100_000 + number });
    const response = await fetch(`http://127.0.0.1:${this.port}/changes`, { method: "POST", body });
    const change = await response.text();
    this.#truth = { count: number + 1, lsn: JSON.parse(change).lsn, checksum: crc32(change, this.#truth.checksum) };
    return response.ok;
  }
  async truth() {
    return this.#truth;
  }
  remove() {
    return this.program.end();
  }
}

async function measure(server) {
  await server.start();
  const crowds = {};
  try {
    await server.prepare_changes();
    const common = (kind) => ["--port", server.port, "--clients", sizes[kind], "--cut-every-ms", cut_every_ms];
    const commands = {
      "C++": [join(build, "bench", "live_crowd"), ...common("C++")],
      npm: [process.execPath, new URL("npm_crowd.mjs", import.meta.url).pathname, ...common("npm")],
    };
    for (const [kind, command] of Object.entries(commands)) {
      if (sizes[kind] > 0) crowds[kind] = new Program(load_core, command, `the crowd of ${kind} clients`);
    }
    for (const crowd of Object.values(crowds)) await crowd.until_line("ready");
    for (const crowd of Object.values(crowds)) crowd.say("cut");
    const written = await write_changes(server, rate, (number) => number < rate * seconds);
    for (const crowd of Object.values(crowds)) crowd.say("calm");
    const truth = await server.truth();
    if (truth.count !== written) throw new Error(`${written} changes were made, and the log has ${truth.count}`);
    const asked = Object.entries(crowds).map(async ([kind, crowd]) => {
      return { server: server.name, kind, truth, ...(await crowd.ask(`finish ${truth.count} ${truth.lsn}`)) };
    });
    return await Promise.all(asked);
  } finally {
    for (const crowd of Object.values(crowds)) await crowd.end();
    await server.remove();
  }
}

const percent = (part, whole) => `${((100 * part) / whole).toFixed(2)} %`;
const results = [];
console.log(`load average before: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);
const servers = [
  new TillcastChanges(build, port),
  new SocketIo("socket.io on Node", port + 1),
  new SocketIo("the same with recovery", port + 2, ["--recovery"]),
];
for (const server of flags.only ? servers.filter(({ name }) => name === flags.only) : servers) {
  process.stderr.write(`${server.name}: ${sizes["C++"]} C++ and ${sizes.npm} npm clients for ${seconds} s\n`);
  try {
    results.push(...(await measure(server)));
  } catch (error) {
    // A peer that cannot hold so many is a result too.
    if (server instanceof TillcastChanges) throw error;
    console.log(`${server.name} does not hold so many: ${error.message}`);
  }
}
console.log(`load average after: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);

print_table(
  `Each connection cut about every ${cut_every_ms / 1000} s for ${seconds} s, ${rate} changes a second`,
  ["", "clients", "cuts", "recovered", "resumed", "came back anew", "have all, once, in order", "changes lost", "doubled", "back in the room p50, p99 ms"],
  results.map((r) => [
    `${r.server}, ${r.kind}`,
    r.clients,
    r.cuts,
    r.recovered,
    r.resumed,
    r.anew,
    percent(r.complete, r.clients),
    percent(r.clients * r.truth.count - r.received, r.clients * r.truth.count),
    r.doubled,
    `${r.way_in_p50_ms.toFixed(1)}, ${r.way_in_p99_ms.toFixed(1)}`,
  ]),
);

// The two kinds of client saw the same, byte by byte, and it is what the log has.
const ours = results.filter((r) => r.server === "tillcast");
const whole = ours.every((r) => r.complete === r.clients && r.checksums[r.truth.checksum] === r.clients);
console.log(
  whole
    ? `\nEvery client of tillcast had every one of the ${ours[0].truth.count} changes once, in order (checksum ${ours[0].truth.checksum}).`
    : "\nFAILED: not every client of tillcast had every change once, in order.",
);
if (!whole) {
  console.log(JSON.stringify(ours, null, 1));
  process.exit(1);
}
