// Runs the fan-out bench: ours, the kernel floors and the peers one after the other, several times over, so
// that what else the machine does falls on all alike. Prints medians and ratios.
//
//     node bench/fanout/run.mjs BUILD_FOLDER [--quick] [--runs N] [--idle-members N] [--only PART,…]
//
// The parts are 100, 1000, 5000 (members in the room), loops and idle.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { print_tables } from "./tables.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    runs: { type: "string", default: "3" },
    "measured-ms": { type: "string", default: "1500" },
    "idle-members": { type: "string", default: "9900" },
    only: { type: "string", default: "100,1000,5000,loops,idle" },
  },
});
const build = positionals[0] ?? "build/release";
const runs = flags.quick ? 1 : Number(flags.runs);
const peers = new URL("../peers/", import.meta.url).pathname;
const first_port = 18800 + (process.pid % 500) * 8;

const parts = flags.only.split(",");
const program = (name) => join(build, "bench", name);
const room_server = (port, ...more) => [join(build, "wire_fixture"), "--profile", "room", "--port", port, ...more];
const bun = ["x64", "x64-baseline", "aarch64"]
  .map((machine) => join(peers, `node_modules/@oven/bun-linux-${machine}/bin/bun`))
  .find(existsSync);

// Who is measured. `cores` are those of the server; the load has core 1 to itself where it can.
const subjects = [
  { name: "tillcast Socket.IO", protocol: "socketio", command: (port) => room_server(port) },
  { name: "tillcast WebSocket", protocol: "websocket", command: (port) => room_server(port) },
  { name: "floor, one send each", protocol: "websocket", command: (port) => [program("fanout_floor"), "--port", port, "--each"] },
  { name: "floor, one send a tick", protocol: "websocket", command: (port) => [program("fanout_floor"), "--port", port] },
  { name: "socket.io on Node", protocol: "socketio", command: (port) => [process.execPath, join(peers, "socketio_room.mjs"), port] },
  { name: "Bun.serve topics", protocol: "websocket", command: (port) => [bun, join(peers, "bun_topics_room.mjs"), port] },
];
const loops = ["1", "2"].map((threads) => ({
  name: `tillcast Socket.IO, ${threads} loop${threads === "1" ? "" : "s"}, both cores`,
  protocol: "socketio",
  cores: "0,1",
  command: (port) => room_server(port, "--threads", threads),
}));

/** Starts a server, runs `load` against it and gives the lines of JSON that it printed. */
async function measure(subject, port, load, joins = "fanout_load") {
  const cores = subject.cores ?? "0";
  const server = spawn("taskset", ["-c", cores, ...subject.command(String(port))], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await new Promise((ready, failed) => {
      server.stdout.once("data", ready);
      server.once("exit", (code) => failed(new Error(`${subject.name} ended with ${code}`)));
      server.once("error", failed);
    });
    // taskset replaces itself by the server, so the process is the server's.
    const output = await run_load(subject.cores ?? "1", program(joins), [
      ...["--port", port, "--server", server.pid],
      ...load,
    ]);
    return output.trim().split("\n").map((line) => JSON.parse(line));
  } finally {
    const ended = new Promise((done) => (server.exitCode === null ? server.once("exit", done) : done()));
    server.kill("SIGKILL");
    await ended;
  }
}

function run_load(cores, program, load) {
  return new Promise((done, failed) => {
    const child = spawn("taskset", ["-c", cores, program, ...load.map(String)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.once("error", failed);
    child.once("exit", (code) => (code === 0 ? done(output) : failed(new Error(`the load ended with ${code}`))));
  });
}

// One load process each: its members, and the cells that it measures with them.
const plan = flags.quick
  ? [{ members: 1000, windows: "1,8" }]
  : [
      { members: 100, windows: "8" },
      { members: 1000, windows: "1,8,32", rate: 50 },
      { members: 5000, windows: "8" },
    ].filter(({ members }) => parts.includes(String(members)));

const cells = [];
const idle = [];
let port = first_port;
const next_port = () => (port = port === first_port + 7 ? first_port : port + 1);

console.log(`load average before: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);
for (let run = 0; run < runs; ++run) {
  for (const { members, windows, rate } of plan) {
    const load = ["--members", members, "--windows", windows, "--measured-ms", flags["measured-ms"]];
    if (rate) load.push("--rate", rate);
    for (const subject of subjects) {
      process.stderr.write(`run ${run + 1} of ${runs}: N=${members}, ${subject.name}\n`);
      const found = await measure(subject, next_port(), ["--protocol", subject.protocol, ...load]);
      for (const cell of found) cells.push({ subject: subject.name, ...cell });
    }
  }
  if (flags.quick) continue;
  for (const subject of parts.includes("loops") ? loops : []) {
    const load = ["--members", 1000, "--windows", "8,32", "--measured-ms", flags["measured-ms"]];
    const found = await measure(subject, next_port(), ["--protocol", subject.protocol, ...load]);
    for (const cell of found) cells.push({ subject: subject.name, ...cell });
  }
  if (!parts.includes("idle")) continue;
  const members = ["--members", flags["idle-members"]];
  for (const subject of subjects.filter(({ name }) => name !== "floor, one send each")) {
    process.stderr.write(`run ${run + 1} of ${runs}: idle, ${subject.name}\n`);
    const [line] = await measure(subject, next_port(), ["--protocol", subject.protocol, ...members, "--idle"]);
    idle.push({ subject: subject.name, ...line });
  }
  for (const subject of subjects.filter(({ name }) => name === "tillcast Socket.IO")) {
    const [line] = await measure(subject, next_port(), members, "fanout_polling");
    idle.push({ subject: `${subject.name}, polling`, ...line });
  }
}
console.log(`load average after: ${loadavg().map((x) => x.toFixed(2)).join(" ")}; runs: ${runs}`);
console.log(`machine: ${execFileSync("uname", ["-srm"]).toString().trim()}, Node ${process.version}`);
print_tables(cells, idle);
mkdirSync(join(build, "bench"), { recursive: true });
writeFileSync(join(build, "bench", "fanout.json"), JSON.stringify({ cells, idle }, null, 1));
