// How a screen of each contract connects, and what it is shown of an order or of a changed product.
const socket_io = "/socket.io/?EIO=4&transport=websocket";
const connect = (token) => ["0{", `40${JSON.stringify({ token })}`];

const native_socket_io = ({ token, id }) => ({
  target: socket_io,
  steps: [connect(token), ["40{", `420${JSON.stringify(["join", { room: `desk:${id}` }])}`]],
  ready: `430[{"room"`,
});
const native_websocket = ({ token, id }) => ({
  target: "/live",
  steps: [
    ["open", JSON.stringify({ type: "auth", ref: 1, token })],
    ["expires_in_s", JSON.stringify({ type: "join", ref: 2, room: `desk:${id}` })],
  ],
  ready: "resumed",
});
const bakery = ({ token, user }) => ({
  target: socket_io,
  steps: [connect(token), ["40{", `420${JSON.stringify(["user_role", "admin", user])}`]],
  ready: `430[{"ok":true`,
});
const bva = ({ token, id }) => ({
  target: socket_io,
  steps: [connect(token), ["40{", `420${JSON.stringify(["join_shop", id])}`]],
  ready: `430[{"ok":true`,
});
/** In the rooms of its shops without asking. */
const adstudio = ({ token }) => ({ target: socket_io, steps: [connect(token)], ready: "40{" });
const izishopin = (topic) => ({ token }) => ({
  target: `/ws?token=${token}`,
  steps: [["open", JSON.stringify({ type: "subscribe", topics: [topic] })]],
  ready: '"type":"subscribed"',
});
const seeding = ({ token }) => ({ target: `/sync?token=${token}`, steps: [], ready: '"type":"connected"' });

const new_order = ['"kind":"order"', '"op":"created"'];
const changed_product = ['"kind":"product"', '"op":"updated"'];

/** `dialect` is the name of the port; the native contract is what the others are measured by. */
export const contracts = [
  { name: "native", over: "Socket.IO", trigger: "order", screen: (shop) => ({ ...native_socket_io(shop), shown: new_order }) },
  { name: "bakery", dialect: "bakery", over: "Socket.IO", trigger: "order", screen: (shop) => ({ ...bakery(shop), shown: ['["order_created"'] }) },
  { name: "bva", dialect: "bva", over: "Socket.IO", trigger: "order", screen: (shop) => ({ ...bva(shop), shown: ['"new_order"'] }) },
  { name: "native", over: "Socket.IO", trigger: "product", screen: (shop) => ({ ...native_socket_io(shop), shown: changed_product }) },
  { name: "bakery", dialect: "bakery", over: "Socket.IO", trigger: "product", screen: (shop) => ({ ...bakery(shop), shown: ['["product_updated"'] }) },
  { name: "adstudio", dialect: "adstudio", over: "Socket.IO", trigger: "product", screen: (shop) => ({ ...adstudio(shop), shown: ['["product:updated"'] }) },
  { name: "native", over: "WebSocket", trigger: "order", screen: (shop) => ({ ...native_websocket(shop), shown: new_order }) },
  { name: "native", over: "WebSocket", trigger: "product", screen: (shop) => ({ ...native_websocket(shop), shown: changed_product }) },
  { name: "izishopin", dialect: "izishopin", over: "WebSocket", trigger: "order", screen: (shop) => ({ ...izishopin("orders")(shop), shown: ['"type":"order_update"'] }) },
  { name: "izishopin", dialect: "izishopin", over: "WebSocket", trigger: "product", screen: (shop) => ({ ...izishopin("products")(shop), shown: ['"type":"product_update"'] }) },
  { name: "seeding", dialect: "seeding", over: "WebSocket", trigger: "product", screen: (shop) => ({ ...seeding(shop), shown: ['"type":"products_updated"'] }) },
];
