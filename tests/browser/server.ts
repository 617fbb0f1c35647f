// The real server, started on a folder of its own, killed and started again.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const binary = process.env['TILLCAST_BINARY'] ?? join(root, 'build/release/tillcast');
const READY_TIMEOUT_MS = 30_000;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A demo shop on a port and in a folder that stay the same from one start to the next. */
export class Server {
  readonly origin: string;
  readonly #listen: string;
  readonly #data: string;
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(port: number, data: string) {
    this.#listen = `127.0.0.1:${port}`;
    this.origin = `http://${this.#listen}`;
    this.#data = data;
  }

  static async start(): Promise<Server> {
    const data = await mkdtemp(join(tmpdir(), 'tillcast-browser-'));
    const server = new Server(await freePort(), data);
    await server.up();
    return server;
  }

  /** Ends when the server says that it accepts connections. */
  async up(): Promise<void> {
    const args = ['serve', '--listen', this.#listen, '--data', this.#data, '--demo'];
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    child.stderr.on('data', (text: Buffer) => (this.#output += text.toString()));
    await new Promise<void>((ready, fail) => {
      const give = (why: string) => fail(new Error(`the server ${why}:\n${this.#output}`));
      const timer = setTimeout(() => give('did not get ready'), READY_TIMEOUT_MS);
      child.once('error', (error) => give(`cannot be started (${error.message})`));
      child.once('exit', (code) => give(`ended with ${code} before it was ready`));
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.#output += `${line}\n`;
        if (!line.startsWith('tillcast ready on ')) return;
        clearTimeout(timer);
        child.removeAllListeners('exit');
        ready();
      });
    });
  }

  /** kill -9: nothing is flushed, nobody is told. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async end(): Promise<void> {
    await this.kill();
    await rm(this.#data, { recursive: true, force: true });
  }
}

interface Line {
  product: string;
  quantity: number;
}

/** A program that orders by REST, beside the browsers. */
export async function orderByRest(origin: string, email: string, shop: string, items: Line[]) {
  const api = `${origin}/api/v1`;
  const headers = { 'Content-Type': 'application/json' };
  const login = await fetch(`${api}/auth/login`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ email, password: 'demo-pass-1' }),
  });
  const { access_token } = (await login.json()) as { access_token: string };
  const order = await fetch(`${api}/orders`, {
    method: 'POST',
    headers: { ...headers, Authorization: `Bearer ${access_token}` },
    body: JSON.stringify({ shop, items }),
  });
  if (order.status !== 201) throw new Error(`order: ${order.status} ${await order.text()}`);
  return (await order.json()) as { id: string; number: number | string };
}
