// Starts and stops the real program, each time on a free port and, unless told otherwise, on data of
// its own.
import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { after } from 'node:test';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { removeData, temporaryData } from './data.mjs';

export { temporaryFolder } from './data.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const BINARY =
  process.env.TILLCAST_BINARY ?? process.env.TILLCAST_BIN ?? path.join(ROOT, 'build/release/tillcast');
const READY = /^tillcast ready on (https?:\/\/127\.0\.0\.1:(\d+))$/;
const START_TIMEOUT_MS = 60_000;

/** The variables of whoever runs the tests must not change what the program does. */
export function cleanEnvironment(extra = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('TILLCAST_'));
  return { ...Object.fromEntries(kept), ...extra };
}

/** Runs the program to its end. */
export function run(args, { input, env } = {}) {
  return new Promise((resolve) => {
    const options = { env: cleanEnvironment(env), timeout: 30_000, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(BINARY, args, options, (error, stdout, stderr) =>
      resolve({ status: error ? error.code : 0, stdout, stderr }),
    );
    // A program that ends without reading its input is no error.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}

// A test that fails in the middle leaves its server running; it must not keep the run from ending.
const running = new Set();
after(() => Promise.all([...running].map((server) => server.signal('SIGKILL'))));

/** Takes away what is allowed to one address or user. */
const NO_LIMITS = [
  '--connections-per-address', '0', '--requests-per-address', '0', '--requests-per-user', '0',
  '--sign-ins-per-address', '0', '--messages-per-connection', '0',
];

export class Server {
  #child;
  #dataIsOurs;
  stdout = [];
  stderr = '';

  /** With `demo` the two demo shops; `data` outlives the server. `unlimited` is for one client that is many. */
  static async start({ demo = false, data, args = [], port = 0, unlimited = false } = {}) {
    const server = new Server();
    server.#dataIsOurs = data === undefined;
    server.data = data ?? (await temporaryData());
    const flags = ['serve', '--listen', `127.0.0.1:${port}`, '--data', server.data, ...args];
    if (demo) flags.push('--demo');
    if (unlimited) flags.push(...NO_LIMITS);
    server.#child = spawn(BINARY, flags, {
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(server);
    server.#child.once('exit', () => running.delete(server));
    server.#child.stderr.on('data', (text) => (server.stderr += text));
    await server.#untilReady();
    return server;
  }

  async #untilReady() {
    const lines = createInterface({ input: this.#child.stdout });
    await new Promise((resolve, reject) => {
      const fail = (why) => {
        clearTimeout(timer);
        reject(new Error(`${why}\n${this.stderr}`));
      };
      const timer = setTimeout(() => fail('the server does not become ready'), START_TIMEOUT_MS);
      this.#child.once('error', (error) => fail(`cannot start ${BINARY}: ${error.message}`));
      this.#child.once('exit', (code, signal) => fail(`the server ended (${code ?? signal})`));
      lines.on('line', (line) => {
        this.stdout.push(line);
        const ready = READY.exec(line);
        if (!ready) return;
        clearTimeout(timer);
        this.url = ready[1];
        this.port = Number(ready[2]);
        resolve();
      });
    });
  }

  get process() {
    return this.#child;
  }

  get pid() {
    return this.#child.pid;
  }

  /** Sends a signal and gives the exit status, or the name of the signal that ended the program. */
  async signal(name) {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    if (this.#child.signalCode !== null) return this.#child.signalCode;
    const ended = once(this.#child, 'exit');
    this.#child.kill(name);
    const [code, signal] = await ended;
    return code ?? signal;
  }

  /** Ends the server and removes its data. */
  async stop() {
    const status = await this.signal('SIGTERM');
    if (this.#dataIsOurs) await removeData(this.data);
    return status;
  }
}
