// Changes to the room of the live benches: who makes them, and what the log has of them.
import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";
import { Tillcast } from "../support/tillcast.mjs";

const room = "market";

/** tillcast, whose seller changes the prices of the products in turn. */
export class TillcastChanges extends Tillcast {
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

