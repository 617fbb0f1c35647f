import { ApiError } from './problem.ts';
import type {
  Cart,
  CartItem,
  Id,
  Me,
  Notification,
  Order,
  OrderStatus,
  Page,
  PositionText,
  Product,
  ProductPatch,
  ProductStatus,
  Review,
  Shop,
  SignIn,
  SnapshotPage,
  Stats,
  User,
  UserPatch,
  Wishlist,
} from './types.ts';

export interface ApiOptions {
  /** Where the server is: '' for the page's own origin, or like `https://shop.example`. */
  origin?: string;
  /** For tests and for programs outside a browser. */
  fetch?: typeof fetch;
  /** A bearer token for those that have no cookie. */
  token?: () => string | undefined;
}

export interface ProductQuery {
  shop?: Id;
  q?: string;
  category?: string;
  status?: ProductStatus;
  /** With `q` it is relevance unless said otherwise. */
  sort?: 'newest' | 'price' | '-price' | 'name' | 'rating' | 'relevance';
  limit?: number;
  cursor?: string;
}

/** What an order, a cart or a write names a product by. */
export interface Line {
  product: Id;
  quantity: number;
}

type Query = Readonly<Record<string, string | number | undefined>>;

interface Call {
  query?: Query;
  body?: unknown;
  idempotencyKey?: string;
  ifVersion?: number | undefined;
  signal?: AbortSignal;
}

/** The REST calls of `/api/v1`. Every refusal and every failure is thrown as an ApiError. */
export class Api {
  readonly #base: string;
  readonly #fetch: typeof fetch;
  readonly #token: (() => string | undefined) | undefined;

  constructor(options: ApiOptions = {}) {
    this.#base = `${options.origin ?? ''}/api/v1`;
    this.#fetch = options.fetch ?? ((...args) => fetch(...args));
    this.#token = options.token;
  }

  register(body: { email: string; password: string; name: string; phone?: string }) {
    return this.#call<SignIn>('POST', 'auth/register', { body });
  }
  login(email: string, password: string) {
    return this.#call<SignIn>('POST', 'auth/login', { body: { email, password } });
  }
  /** A new token for the session of the cookie, or of the refresh token. */
  refresh(refreshToken?: string) {
    const body = refreshToken === undefined ? {} : { refresh_token: refreshToken };
    return this.#call<SignIn>('POST', 'auth/refresh', { body });
  }
  logout() {
    return this.#call<void>('POST', 'auth/logout', { body: {} });
  }
  me() {
    return this.#call<Me>('GET', 'me');
  }
  updateMe(body: UserPatch) {
    return this.#call<User>('PATCH', 'me', { body });
  }

  shops(query: { limit?: number; cursor?: string } = {}) {
    return this.#call<Page<Shop>>('GET', 'shops', { query });
  }
  products(query: ProductQuery = {}) {
    return this.#call<Page<Product>>('GET', 'products', { query: { ...query } });
  }
  product(id: Id) {
    return this.#call<Product>('GET', `products/${encodeURIComponent(id)}`);
  }
  /** With `ifVersion` the server refuses with `version_conflict` when somebody was faster. */
  updateProduct(id: Id, body: ProductPatch, ifVersion?: number) {
    return this.#call<Product>('PATCH', `products/${encodeURIComponent(id)}`, { body, ifVersion });
  }
  reviews(product: Id, query: { limit?: number; cursor?: string } = {}) {
    const path = `products/${encodeURIComponent(product)}/reviews`;
    return this.#call<Page<Review>>('GET', path, { query });
  }
  addReview(product: Id, body: { rating: number; text: string }) {
    return this.#call<Review>('POST', `products/${encodeURIComponent(product)}/reviews`, { body });
  }

  cart() {
    return this.#call<Cart>('GET', 'cart');
  }
  putCart(items: readonly CartItem[]) {
    const lines: Line[] = items.map((item) => ({
      product: item.product_id,
      quantity: item.quantity,
    }));
    return this.#call<Cart>('PUT', 'cart', { body: { items: lines } });
  }

  wishlist() {
    return this.#call<Wishlist>('GET', 'wishlist');
  }
  addToWishlist(product: Id) {
    return this.#call<Wishlist>('PUT', `wishlist/${encodeURIComponent(product)}`);
  }
  removeFromWishlist(product: Id) {
    return this.#call<Wishlist>('DELETE', `wishlist/${encodeURIComponent(product)}`);
  }

  /** The same key again gives the first success again, so a repeated try cannot order twice. */
  placeOrder(shop: Id, items: readonly Line[], idempotencyKey: string) {
    return this.#call<Order>('POST', 'orders', { body: { shop, items }, idempotencyKey });
  }
  orders(query: { shop?: Id; status?: OrderStatus; limit?: number; cursor?: string } = {}) {
    return this.#call<Page<Order>>('GET', 'orders', { query });
  }
  order(id: Id) {
    return this.#call<Order>('GET', `orders/${encodeURIComponent(id)}`);
  }
  setOrderStatus(id: Id, status: OrderStatus, ifVersion?: number) {
    const path = `orders/${encodeURIComponent(id)}`;
    return this.#call<Order>('PATCH', path, { body: { status }, ifVersion });
  }

  stats(shop: Id) {
    return this.#call<Page<Stats>>('GET', `shops/${encodeURIComponent(shop)}/stats`);
  }
  notifications(query: { limit?: number; cursor?: string } = {}) {
    return this.#call<Page<Notification>>('GET', 'notifications', { query });
  }
  markRead(id: Id) {
    const path = `notifications/${encodeURIComponent(id)}`;
    return this.#call<Notification>('PATCH', path, { body: { read: true } });
  }

  /** One page of a room; all pages belong to the position of the first. */
  snapshot(room: string, cursor?: string, signal?: AbortSignal) {
    const path = `rooms/${encodeURIComponent(room)}/snapshot`;
    const call: Call = { query: { cursor } };
    if (signal) call.signal = signal;
    return this.#call<SnapshotPage>('GET', path, call);
  }
  changes(room: string, since: PositionText, query: { limit?: number; wait_s?: number } = {}) {
    const path = `rooms/${encodeURIComponent(room)}/changes`;
    type Answer = { changes: readonly unknown[]; position: PositionText };
    return this.#call<Answer>('GET', path, { query: { since, ...query } });
  }

  async #call<T>(method: string, path: string, call: Call = {}): Promise<T> {
    const init: RequestInit = { method, headers: this.#headers(call), credentials: 'same-origin' };
    if (call.body !== undefined) init.body = JSON.stringify(call.body);
    if (call.signal) init.signal = call.signal;
    let response: Response;
    try {
      response = await this.#fetch(`${this.#base}/${path}${queryText(call.query)}`, init);
    } catch (error) {
      if (call.signal?.aborted) throw error;
      throw ApiError.offline();
    }
    if (!response.ok) throw await ApiError.from(response);
    if (response.status === 204) return undefined as T;
    return (await response.json()) as T;
  }

  #headers(call: Call): Record<string, string> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    const token = this.#token?.();
    if (token) headers['Authorization'] = `Bearer ${token}`;
    if (call.body !== undefined) headers['Content-Type'] = 'application/json';
    if (call.idempotencyKey) headers['Idempotency-Key'] = call.idempotencyKey;
    if (call.ifVersion !== undefined) headers['If-Match'] = `"${call.ifVersion}"`;
    return headers;
  }
}

function queryText(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text && `?${text}`;
}
