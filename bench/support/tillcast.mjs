// tillcast with the demo shop, in a folder of its own, on the server's core.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Program, server_core } from "./programs.mjs";

/** All load comes from one address, and often from one user. */
const no_limits = [
  "--connections-per-address", "0", "--requests-per-address", "0", "--requests-per-user", "0",
  "--sign-ins-per-address", "0", "--messages-per-connection", "0",
];

export class Tillcast {
  name = "tillcast";
  #folder = mkdtempSync(join(tmpdir(), "tillcast-bench-"));
  #data;
  #flags;

  /** `data` is a database in place of a folder of its own. */
  constructor(build, port, flags = [], data = undefined) {
    this.#data = data ?? this.#folder;
    this.build = build;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#flags = flags;
  }

  async start(core = server_core) {
    const listen = ["--listen", `127.0.0.1:${this.port}`, "--data", this.#data];
    const serve = [join(this.build, "tillcast"), "serve", "--demo", "--log-level", "warning", ...listen, ...no_limits];
    this.program = new Program(core, [...serve, ...this.#flags], this.name);
    await this.program.until_line("tillcast ready");
  }

  async remove() {
    await this.program.end();
    rmSync(this.#folder, { recursive: true });
  }

  async login(email) {
    const { body } = await this.request("POST", "/api/v1/auth/login", { email, password: "demo-pass-1" });
    return body.access_token;
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

