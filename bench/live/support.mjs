// What the live benches share: servers, crowds, and a seller who changes prices.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";

export const server_core = "0";
export const load_core = "1";
const room = "market";

/** A program whose lines of output are read one by one; pinned to a core. */
export class Program {
  #lines;
  #ended;

  constructor(core, command, name = command[0]) {
    this.child = spawn("taskset", ["-c", core, ...command.map(String)], { stdio: ["pipe", "pipe", "inherit"] });
    this.#ended = new Promise((resolve) => this.child.once("exit", resolve));
    // A program that ended already takes no more commands; reading its lines says so.
    this.child.stdin.on("error", () => {});
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    this.name = name;
  }

  get pid() {
    return this.child.pid; // taskset replaces itself by the program
  }

  async line() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.name} ended with ${await this.#ended}`);
    return value;
  }

  async until_line(start) {
    while (!(await this.line()).startsWith(start));
  }

  say(command) {
    this.child.stdin.write(`${command}\n`);
  }

  async ask(command) {
    this.say(command);
    return JSON.parse(await this.line());
  }

  async end(signal = "SIGKILL") {
    this.child.kill(signal);
    return this.#ended;
  }
}

/** tillcast with the demo shop, in a folder of its own. */
export class Tillcast {
  name = "tillcast";
  #data = mkdtempSync(join(tmpdir(), "tillcast-bench-"));
  #flags;

  constructor(build, port, flags = []) {
    this.build = build;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#flags = flags;
  }

  async start(core = server_core) {
    const listen = ["--listen", `127.0.0.1:${this.port}`, "--data", this.#data];
    const serve = [join(this.build, "tillcast"), "serve", "--demo", "--log-level", "warning", ...listen];
    this.program = new Program(core, [...serve, ...this.#flags], this.name);
    await this.program.until_line("tillcast ready");
  }

  async remove() {
    await this.program.end();
    rmSync(this.#data, { recursive: true });
  }

  async login(email) {
    const { body } = await this.request("POST", "/api/v1/auth/login", { email, password: "demo-pass-1" });
    return body.access_token;
  }

  /** The writer of the live benches: changes the price of the seller's products in turn. */
  async prepare_changes() {
    const { body: shops } = await this.request("GET", "/api/v1/shops");
    const bakery = shops.items.find(({ slug }) => slug === "bakery");
    // Asked for by nobody in particular, so they are the public ones.
    const { body } = await this.request("GET", `/api/v1/products?shop=${bakery.id}`);
    this.products = body.items.map(({ id }) => id);
    this.token = await this.login("seller@demo.shop");
    this.position = (await this.request("GET", `/api/v1/rooms/${room}/snapshot?limit=1`)).body.position;
  }

  /** Makes change `number`; true once it is acknowledged. The same number may be asked for again. */
  async change(number) {
    const id = this.products[number % this.products.length];
    const headers = { "Idempotency-Key": `change ${number}` };
    const change = { price_minor: 100_000 + number };
    const { status, body } = await this.request("PATCH", `/api/v1/products/${id}`, change, headers);
    if (status >= 500) return false;
    if (status !== 200) throw new Error(`a change was refused: ${JSON.stringify(body)}`);
    return true;
  }

  /** What the log has since prepare_changes(): how many, the last lsn, and the checksum of all. */
  async truth() {
    const truth = { count: 0, lsn: 0, checksum: 0 };
    for (let since = this.position; ; ) {
      const { body } = await this.request("GET", `/api/v1/rooms/${room}/changes?since=${since}`);
      if (body.changes.length === 0) return truth;
      for (const change of body.changes) {
        ++truth.count;
        truth.lsn = change.lsn;
        truth.checksum = crc32(JSON.stringify(change), truth.checksum);
      }
      since = body.position;
    }
  }

  async request(method, path, body, headers = {}) {
    const authorization = this.token ? { Authorization: `Bearer ${this.token}` } : {};
    const response = await fetch(this.url + path, {
      method,
      headers: { ...authorization, ...headers, ...(body ? { "Content-Type": "application/json" } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    return { status: response.status, body: await response.json() };
  }
}

/** Makes `rate` changes a second until `goes_on(number)` says no; gives how many. One that is not acknowledged is
 *  tried again, as often as it takes. */
export async function write_changes(server, rate, goes_on) {
  const start_ms = performance.now();
  let number = 0;
  for (; goes_on(number); ++number) {
    await sleep(Math.max(0, start_ms + (number * 1000) / rate - performance.now()));
    while (!(await server.change(number).catch(unreachable))) await sleep(20);
  }
  return number;
}

/** False for a server that is away; anything else is a mistake. */
function unreachable(error) {
  if (error instanceof TypeError && error.message === "fetch failed") return false;
  throw error;
}

export function print_table(title, head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const line = (row) => `| ${row.map((text, i) => text.padEnd(widths[i])).join(" | ")} |`;
  console.log(`\n${title}\n`);
  console.log([line(all[0]), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...all.slice(1).map(line)].join("\n"));
}
