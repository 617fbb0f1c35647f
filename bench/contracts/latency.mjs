// Runs the latency bench: from the moment in which an order or a change of a product is sent until each of many
// screens was shown it, in each contract beside the native one on the same server.
//
//     node bench/contracts/latency.mjs BUILD_FOLDER [--quick] [--screens N] [--changes N] [--runs N] [--only NAME]
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Program, load_core, median, print_table } from "../support/programs.mjs";
import { Tillcast } from "../support/tillcast.mjs";
import { contracts } from "./contracts.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    screens: { type: "string" },
    changes: { type: "string" },
    runs: { type: "string" },
    only: { type: "string" },
  },
});
const build = positionals[0] ?? "build/release";
const screens = Number(flags.screens ?? (flags.quick ? 100 : 1000));
const changes = Number(flags.changes ?? (flags.quick ? 10 : 40));
const runs = Number(flags.runs ?? (flags.quick ? 1 : 5));
const port = 18800 + (process.pid % 1000) * 8;
const stock = 1_000_000;

const dialects = contracts.filter(({ dialect }) => dialect);
const ports = Object.fromEntries([...new Set(dialects.map(({ dialect }) => dialect))].map((name, i) => [name, port + 1 + i]));
const compat = Object.entries(ports).flatMap(([name, number]) => ["--compat", `${name}=${number}`]);
const server = new Tillcast(build, port, compat);

/** What is changed: an order of the buyer, or a price that the seller sets. */
const triggers = {
  order: (shop) => server.request("POST", "/api/v1/orders", order(shop), { Authorization: `Bearer ${shop.buyer}` }),
  product: (shop) => server.request("PATCH", `/api/v1/products/${shop.product}`, { price_minor: 100 + (shop.prices += 1) }),
};
const order = (shop) => ({ shop: shop.id, items: [{ product: shop.product, quantity: 1 }] });

async function prepare() {
  const shops = (await server.request("GET", "/api/v1/shops")).body.items;
  const { id } = shops.find(({ slug }) => slug === "bakery");
  const buyer = await server.login("buyer@demo.shop");
  server.token = await server.login("seller@demo.shop");
  const user = (await server.request("GET", "/api/v1/me")).body.user.id;
  const made = { name: "Measured", price_minor: 100, cost_minor: 40, stock, status: "active" };
  const { status, body } = await server.request("POST", `/api/v1/shops/${id}/products`, made);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return { id, user, token: server.token, buyer, product: body.id, prices: 0 };
}

async function measure(contract, shop) {
  const { target, steps, ready, shown } = contract.screen(shop);
  const said = steps.flatMap(([expected, text]) => [`--expect=${expected}`, `--say=${text}`]);
  const where = ["--port", ports[contract.dialect] ?? port, "--target", target, "--ready", ready];
  const program = join(build, "bench", "contract_screens");
  const crowd = new Program(load_core, [program, ...where, ...said, ...shown.map((text) => `--shown=${text}`), "--screens", screens], contract.name);
  try {
    await crowd.until_line("ready");
    const took = [];
    for (let i = 0; i < changes; ++i) {
      const look = crowd.line.bind(crowd);
      crowd.say("look");
      await sleep(20);
      const sent = process.hrtime.bigint();
      const { status, body } = await triggers[contract.trigger](shop);
      if (status >= 300) throw new Error(`${contract.trigger}: ${JSON.stringify(body)}`);
      if ((await look()) !== "shown") throw new Error(`${contract.name} was shown nothing`);
      took.push(await crowd.ask(String(sent)));
    }
    return took;
  } finally {
    await crowd.end();
  }
}

const ms = (us) => (us / 1000).toFixed(2);
console.log(`load average before: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);
await server.start();
const results = new Map();
try {
  const shop = await prepare();
  for (let run = 0; run < runs; ++run) {
    for (const contract of contracts.filter(({ name }) => !flags.only || name.includes(flags.only) || name.startsWith("native"))) {
      process.stderr.write(`run ${run + 1} of ${runs}: ${contract.name}, ${contract.trigger}\n`);
      const took = await measure(contract, shop);
      const all = results.get(contract) ?? [];
      results.set(contract, [...all, Object.fromEntries(Object.keys(took[0]).map((key) => [key, median(took.map((t) => t[key]))]))]);
    }
  }
} finally {
  await server.remove();
}
console.log(`load average after: ${loadavg().map((x) => x.toFixed(2)).join(" ")}`);

const figures = new Map([...results].map(([contract, all]) => [contract, Object.fromEntries(Object.keys(all[0]).map((key) => [key, median(all.map((r) => r[key]))]))]));
print_table(
  `From sending until ${screens} screens were shown it, ms: medians of ${runs} runs of ${changes} changes`,
  ["contract", "over", "what", "half of the screens", "99 %", "all", "all, to the native one's"],
  [...figures].map(([contract, took]) => {
    const native = [...figures].find(([c]) => !c.dialect && c.over === contract.over && c.trigger === contract.trigger);
    return [contract.name, contract.over, contract.trigger, ms(took.p50_us), ms(took.p99_us), ms(took.last_us), (took.last_us / native[1].last_us).toFixed(2)];
  }),
);
