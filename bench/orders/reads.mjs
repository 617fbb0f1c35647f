// Runs the reads bench: one page of 48 products over 64 HTTP connections, by tillcast, and by nginx as a file of the
// same bytes.
//
//     node bench/orders/reads.mjs BUILD_FOLDER [--quick] [--runs N] [--seconds N]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { Program, load_core, median, print_table, server_core } from "../support/programs.mjs";
import { Tillcast } from "../support/tillcast.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    runs: { type: "string" },
    seconds: { type: "string" },
  },
});
const build = positionals[0] ?? "build/release";
const runs = Number(flags.runs ?? (flags.quick ? 1 : 3));
const seconds = Number(flags.seconds ?? (flags.quick ? 2 : 4));
const path = "/api/v1/products?limit=48";
const work = mkdtempSync(join(tmpdir(), "tillcast-bench-reads-"));
let port = 18800 + (process.pid % 1000) * 8;

/** Serves one file as JSON at any path, in one process, from the folder `work`. */
class Nginx {
  name = "nginx, a file";
  constructor(port, body) {
    this.port = port;
    mkdirSync(join(work, "html"), { recursive: true });
    writeFileSync(join(work, "html", "page.json"), body);
    writeFileSync(
      join(work, "nginx.conf"),
      `daemon off; master_process off; worker_processes 1; pid ${work}/nginx.pid; error_log stderr error;
       events { worker_connections 1024; }
       http {
         access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
         open_file_cache max=10; types { application/json json; }
         client_body_temp_path ${work}; proxy_temp_path ${work}; fastcgi_temp_path ${work};
         uwsgi_temp_path ${work}; scgi_temp_path ${work};
         server { listen 127.0.0.1:${port}; root ${work}/html; location / { try_files /page.json =404; } }
       }\n`,
    );
  }
  async start() {
    this.program = new Program(server_core, ["/usr/sbin/nginx", "-c", join(work, "nginx.conf")], this.name);
    for (let tries = 0; ; ++tries) {
      const there = await fetch(`http://127.0.0.1:${this.port}/`).catch(() => undefined);
      if (there?.ok) return;
      if (tries === 100) throw new Error("nginx does not answer");
      await sleep(50);
    }
  }
  remove() {
    return this.program.end();
  }
}

async function measure(server, bytes) {
  const what = ["--port", server.port, "--server", server.program.pid, "--seconds", seconds, "--path", path];
  const load = new Program(load_core, [join(build, "bench", "http_load"), ...what, "--expect-bytes", bytes]);
  const figures = JSON.parse(await load.line());
  await load.end();
  return { server: server.name, ...figures };
}

console.log(`load average before: ${loadavg().map((x) => x.toFixed(2)).join(" ")}; runs: ${runs}`);
const results = [];
let bytes;
try {
  for (let run = 0; run < runs; ++run) {
    const ours = new Tillcast(build, port++, ["--loops", "1"]);
    await ours.start();
    let body;
    try {
      body = await (await fetch(ours.url + path)).text();
      bytes = Buffer.byteLength(body);
      process.stderr.write(`run ${run + 1} of ${runs}: tillcast, ${bytes} bytes\n`);
      results.push(await measure(ours, bytes));
    } finally {
      await ours.remove();
    }
    const nginx = new Nginx(port++, body);
    await nginx.start();
    try {
      process.stderr.write(`run ${run + 1} of ${runs}: nginx\n`);
      results.push(await measure(nginx, bytes));
    } finally {
      await nginx.remove();
    }
  }
} finally {
  rmSync(work, { recursive: true });
}
console.log(`load average after: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);

const names = [...new Set(results.map(({ server }) => server))];
const of = (name, key) => median(results.filter(({ server }) => server === name).map((r) => r[key]));
print_table(
  `One page of 48 products, ${bytes} bytes, over 64 HTTP connections, medians of ${runs}`,
  ["", "answers/s", "CPU µs an answer", "answers a CPU second", "answer p50, p99 ms"],
  names.map((name) => [
    name,
    of(name, "a_second").toFixed(0),
    of(name, "cpu_us").toFixed(1),
    (1e6 / of(name, "cpu_us")).toFixed(0),
    `${of(name, "p50_ms").toFixed(2)}, ${of(name, "p99_ms").toFixed(2)}`,
  ]),
);
const [ours, nginx] = names.map((name) => of(name, "cpu_us"));
console.log(`\nanswers a CPU second, tillcast to nginx: ${(nginx / ours).toFixed(2)}`);
