// A TCP proxy whose connections the test cuts, as a network does.
import { once } from 'node:events';
import net from 'node:net';

export class Proxy {
  #server;
  #pairs = new Set();
  #target;
  open = true;

  static async start(port) {
    const proxy = new Proxy();
    proxy.#target = port;
    proxy.#server = net.createServer((client) => proxy.#connect(client));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.url = `http://127.0.0.1:${proxy.#server.address().port}`;
    return proxy;
  }

  #connect(client) {
    client.on('error', () => {});
    if (!this.open) return client.destroy();
    const server = net.connect(this.#target, '127.0.0.1');
    const pair = { client, server };
    this.#pairs.add(pair);
    server.on('error', () => {});
    client.pipe(server);
    server.pipe(client);
    const end = () => {
      this.#pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    client.on('close', () => !pair.halfOpen && end());
    server.on('close', end);
  }

  /** Ends all connections; with `open` false new ones are refused until it is true again. */
  cut({ open = true } = {}) {
    this.open = open;
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  /** The clients lose their connections, and the server does not notice. */
  loseClients() {
    for (const pair of this.#pairs) {
      pair.halfOpen = true;
      pair.server.unpipe(pair.client);
      pair.server.resume();
      pair.client.destroy();
    }
  }

  async stop() {
    this.cut({ open: false });
    this.#server.close();
  }
}
