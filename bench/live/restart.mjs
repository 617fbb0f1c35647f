// Runs the restart bench: clients follow a room of tillcast while the server is ended and started again, by SIGTERM
// and by kill -9, and changes go on all the time. Every client must have every change once and in order.
//
//     node bench/live/restart.mjs BUILD_FOLDER [--quick] [--clients N] [--npm-clients N]
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Program, load_core, print_table } from "../support/programs.mjs";
import { TillcastChanges, write_changes } from "./changes.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    clients: { type: "string" },
    "npm-clients": { type: "string" },
    rate: { type: "string", default: "20" },
  },
});
const build = positionals[0] ?? "build/release";
const sizes = {
  "C++": Number(flags.clients ?? (flags.quick ? 500 : 5000)),
  npm: Number(flags["npm-clients"] ?? (flags.quick ? 50 : 200)),
};
const quiet_ms = 4_000; // before, between and after the restarts
const port = 18800 + (process.pid % 1000) * 8;

const server = new TillcastChanges(build, port);
const crowds = {};
const figures = [];
let totals;
console.log(`load average before: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);
await server.start();
try {
  await server.prepare_changes();
  const common = (kind) => ["--port", port, "--clients", sizes[kind]];
  crowds["C++"] = new Program(load_core, [join(build, "bench", "live_crowd"), ...common("C++")], "the C++ crowd");
  const npm = [process.execPath, new URL("npm_crowd.mjs", import.meta.url).pathname, ...common("npm")];
  crowds.npm = new Program(load_core, npm, "the npm crowd");
  for (const crowd of Object.values(crowds)) await crowd.until_line("ready");

  let writing = true;
  const written = write_changes(server, Number(flags.rate), () => writing);
  const gaps = () => Promise.all(Object.values(crowds).map((crowd) => crowd.ask("gaps")));
  await sleep(quiet_ms);
  for (const signal of ["SIGTERM", "SIGKILL"]) {
    await gaps();
    const start_ms = performance.now();
    const code = await server.program.end(signal);
    const ended_ms = performance.now();
    if (signal === "SIGTERM" && code !== 0) throw new Error(`tillcast ended with ${code}`);
    await server.start();
    const ready_ms = performance.now();
    await sleep(quiet_ms + 5_000); // socket.io-client waits for at most 5 s before it comes back
    const found = await gaps();
    Object.keys(crowds).forEach((kind, i) => {
      figures.push({ signal, kind, end_ms: ended_ms - start_ms, start_ms: ready_ms - ended_ms, ...found[i] });
    });
  }
  writing = false;
  const count = await written;
  const truth = await server.truth();
  if (truth.count !== count) throw new Error(`${count} changes were acknowledged, and the log has ${truth.count}`);
  totals = await Promise.all(
    Object.entries(crowds).map(async ([kind, crowd]) => {
      return { kind, truth, ...(await crowd.ask(`finish ${truth.count} ${truth.lsn}`)) };
    }),
  );
} finally {
  for (const crowd of Object.values(crowds)) await crowd.end();
  await server.remove();
}
console.log(`load average after: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);

print_table(
  `The server ended and started again, ${flags.rate} changes a second: the longest time without a change, ms`,
  ["", "clients", "until it ended", "until it was ready", "gap p50", "gap p99", "longest"],
  figures.map((f) => [
    `${f.signal}, ${f.kind}`,
    sizes[f.kind],
    ...[f.end_ms, f.start_ms, f.gap_p50_ms, f.gap_p99_ms, f.gap_max_ms].map((x) => x.toFixed(0)),
  ]),
);
print_table(
  "After both",
  ["", "clients", "back", "recovered", "resumed", "came back anew", "have all, once, in order", "doubled"],
  totals.map((t) => [
    t.kind,
    t.clients,
    t.in_room,
    t.recovered,
    t.resumed,
    t.anew,
    `${((100 * t.complete) / t.clients).toFixed(2)} %`,
    t.doubled,
  ]),
);
const whole = totals.every((t) => t.complete === t.clients && t.checksums[t.truth.checksum] === t.clients);
console.log(
  whole
    ? `\nEvery client had every one of the ${totals[0].truth.count} changes once, in order.`
    : `\nFAILED: not every client had every change once, in order.\n${JSON.stringify(totals, null, 1)}`,
);
if (!whole) process.exit(1);
