// Counts what a live dashboard saves, by the server's own counters in /metrics: HTTP requests beside dashboards that
// poll every 15 seconds (izishopin), reads of the database beside screens that read again after each write (adstudio).
// In both pairs the same is changed, and every change must have come to every screen.
//
//     node bench/contracts/savings.mjs BUILD_FOLDER [--quick] [--screens N]
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { all_cores, print_table } from "../support/programs.mjs";
import { Tillcast } from "../support/tillcast.mjs";

const require = createRequire(new URL("../peers/package.json", import.meta.url));
const { io } = require("socket.io-client");

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, screens: { type: "string" } },
});
const build = positionals[0] ?? "build/release";
const screens = Number(flags.screens ?? (flags.quick ? 5 : 20));
// Ten minutes of polling, with the 15 seconds between two polls left out where nobody needs them.
const polls = flags.quick ? 10 : 40;
const writes = flags.quick ? 10 : 50;
const between_polls_ms = 50;
const shown_ms_max = 10_000;
const port = 18800 + (process.pid % 1000) * 8;
const dashboard = ["/api/dashboard", "/api/orders", "/api/products", "/api/notifications"];

const server = new Tillcast(build, port, ["--compat", `izishopin=${port + 1}`, "--compat", `adstudio=${port + 2}`]);
const izishopin = `http://127.0.0.1:${port + 1}`;
const adstudio = `http://127.0.0.1:${port + 2}`;

async function call(url, method, token, body) {
  const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${url}: ${JSON.stringify(answer)}`);
  return answer;
}

/** A counter of /metrics, over all its labels. */
async function counted(name) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

/** How much more the counter is after `work`. `own` are the requests of the bench itself, its question among them. */
async function spent(name, own, work) {
  const before = await counted(name);
  await work();
  return (await counted(name)) - before - own;
}

async function until(condition, what) {
  for (const end = performance.now() + shown_ms_max; !condition(); await sleep(5)) {
    if (performance.now() > end) throw new Error(`not every screen was shown ${what}`);
  }
}

const sign_in = (email) => server.login(email);
const load_dashboard = (token) => Promise.all(dashboard.map((path) => call(izishopin + path, "GET", token)));

/** Dashboards that ask again and again, while orders are placed. */
async function poll(token, order) {
  for (let i = 0; i < polls; ++i) {
    if (i > 0) await order();
    await Promise.all(Array.from({ length: screens }, () => load_dashboard(token)));
    await sleep(between_polls_ms);
  }
}

/** Dashboards that ask once and are told of each order. */
async function follow(token, order) {
  const shown = Array(screens).fill(0);
  const sockets = await Promise.all(
    shown.map(async (_, i) => {
      await load_dashboard(token);
      const socket = new WebSocket(`ws://127.0.0.1:${port + 1}/ws?token=${token}`);
      const subscribed = new Promise((resolve, reject) => {
        socket.onerror = () => reject(new Error("a dashboard's socket failed"));
        socket.onmessage = ({ data }) => {
          const { type, action } = JSON.parse(data);
          if (type === "subscribed") resolve();
          if (type === "order_update" && action === "created") ++shown[i];
        };
      });
      await new Promise((resolve) => (socket.onopen = resolve));
      socket.send(JSON.stringify({ type: "subscribe", topics: ["dashboard", "orders", "products", "notifications"] }));
      await subscribed;
      return socket;
    }),
  );
  for (let i = 1; i < polls; ++i) await order();
  await until(() => shown.every((count) => count === polls - 1), "every order");
  for (const socket of sockets) socket.close();
}

/** Screens that fetch everything again after each write of one of them. */
async function read_again(token, write) {
  for (let i = 0; i < writes; ++i) {
    await write();
    await Promise.all(Array.from({ length: screens }, () => call(`${adstudio}/auth/me`, "GET", token)));
  }
}

/** Screens that are told of each write. */
async function be_told(token, write) {
  const shown = Array(screens).fill(0);
  const sockets = await Promise.all(
    shown.map(async (_, i) => {
      const socket = io(adstudio, { auth: { token }, transports: ["websocket"], forceNew: true });
      await new Promise((resolve, reject) => socket.on("connect", resolve).on("connect_error", reject));
      await call(`${adstudio}/auth/me`, "GET", token);
      return socket.on("product:updated", () => ++shown[i]);
    }),
  );
  for (let i = 0; i < writes; ++i) await write();
  await until(() => shown.every((count) => count === writes), "every write");
  for (const socket of sockets) socket.close();
}

await server.start(all_cores);
const rows = [];
try {
  const seller = await sign_in("seller2@demo.shop");
  const buyer = await sign_in("buyer@demo.shop");
  const { items: shops } = await call(`${server.url}/api/v1/shops`, "GET");
  const shop = shops.find(({ slug }) => slug === "gadgets").id;
  const made = { name: "Counted", price_minor: 100, stock: 100_000, status: "active" };
  const product = (await call(`${server.url}/api/v1/shops/${shop}/products`, "POST", seller, made)).id;
  const order = () => call(`${server.url}/api/v1/orders`, "POST", buyer, { shop, items: [{ product, quantity: 1 }] });
  let price = 1;
  const write = () => call(`${adstudio}/products/update/${shop}/${product}`, "PATCH", seller, { price: (price += 1) });

  const add = (what, before, after) => rows.push([what, before, after, `${((100 * (before - after)) / before).toFixed(1)} %`]);
  const requests = (work) => spent("tillcast_http_requests_total", polls, () => work(seller, order));
  add(`HTTP requests of ${screens} dashboards, ${polls} polls or a socket`, await requests(poll), await requests(follow));
  const reads = (work) => spent("tillcast_database_reads_total", 0, () => work(seller, write));
  add(`database reads of ${screens} screens, ${writes} writes`, await reads(read_again), await reads(be_told));
} finally {
  await server.remove();
}
print_table("By the server's own counters", ["what", "polling, reading again", "live", "fewer"], rows);
