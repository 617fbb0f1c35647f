// The records, messages and answers of the native contract, as they are on the wire. A field that
// not everybody may see is optional: the server leaves it out, it never sends null.

export type Id = string;
/** RFC 3339, UTC, milliseconds. */
export type Timestamp = string;
/** `EPOCH:LSN`: a place in the change log of one history of the data. */
export type PositionText = string;

export interface RecordBase {
  id: Id;
  version: number;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export type Role = 'customer' | 'seller' | 'admin';

export interface User extends RecordBase {
  name: string;
  role: Role;
  email?: string;
  phone?: string;
}

export interface Shop extends RecordBase {
  slug: string;
  name: string;
  /** ISO 4217. */
  currency: string;
  owner_id: Id;
  tagline?: string;
  logo_url?: string;
  banner_url?: string;
  colours?: Readonly<Record<string, string>>;
}

export interface Member extends RecordBase {
  shop_id: Id;
  user_id: Id;
  role: 'owner' | 'staff';
}

export type ProductStatus = 'draft' | 'active' | 'processing' | 'enriched' | 'failed' | 'archived';

export interface Product extends RecordBase {
  shop_id: Id;
  sku?: string;
  name: string;
  description?: string;
  category?: string;
  price_minor: number;
  stock: number;
  status: ProductStatus;
  image_url?: string;
  generated_image_url?: string;
  caption?: string;
  rating_avg?: number;
  rating_count?: number;
  /** Only for the shop's people. */
  cost_minor?: number;
  /** Only for the shop's people. */
  low_stock_threshold?: number;
}

export interface Review extends RecordBase {
  product_id: Id;
  shop_id: Id;
  author_id?: Id;
  author_name: string;
  rating: number;
  text?: string;
}

export interface CartItem {
  product_id: Id;
  quantity: number;
}

export interface Cart extends RecordBase {
  user_id: Id;
  items: readonly CartItem[];
}

export type OrderStatus =
  'pending' | 'confirmed' | 'preparing' | 'ready' | 'delivered' | 'cancelled';

export interface OrderItem {
  product_id: Id;
  name: string;
  quantity: number;
  price_minor: number;
}

export interface Order extends RecordBase {
  shop_id: Id;
  customer_id: Id;
  number: number | string;
  items: readonly OrderItem[];
  total_minor: number;
  status: OrderStatus;
  customer?: { name?: string; email?: string; phone?: string };
  /** Only for the shop's people. */
  profit_minor?: number;
}

export interface StockEntry extends RecordBase {
  product_id: Id;
  delta: number;
  reason: string;
  stock_after: number;
  order_id?: Id;
}

export interface Stats extends RecordBase {
  shop_id: Id;
  /** A day in UTC as `2026-11-21`, or `total`. */
  day: string;
  orders: number;
  revenue_minor: number;
  profit_minor: number;
  units: number;
}

export interface Notification extends RecordBase {
  user_id?: Id;
  shop_id?: Id;
  type: string;
  message: string;
  data?: Readonly<Record<string, unknown>>;
  read: boolean;
}

/** Every kind that a room can carry, and its record. */
export interface Kinds {
  user: User;
  shop: Shop;
  member: Member;
  product: Product;
  review: Review;
  cart: Cart;
  order: Order;
  stock_entry: StockEntry;
  stats: Stats;
  notification: Notification;
}

export type Kind = keyof Kinds;

/** A kind that this client has no type for yet still has what every record has. */
export type AnyRecord = RecordBase & Readonly<Record<string, unknown>>;

interface ChangeBase {
  room: string;
  lsn: number;
  /** The lsn of the change before this one in the same room. */
  prev: number;
  kind: string;
  id: Id;
  version: number;
  at?: Timestamp;
  /** Only in desk, user and admin rooms. */
  by?: unknown;
}

/** One change of one room; `op` is relative to what that room sees. */
export type Change =
  | (ChangeBase & { op: 'created'; record: AnyRecord })
  | (ChangeBase & { op: 'updated'; patch: Readonly<Record<string, unknown>> })
  | (ChangeBase & { op: 'deleted' });

export interface SnapshotPage {
  room: string;
  position: PositionText;
  records: Readonly<Record<string, readonly AnyRecord[]>>;
  next_cursor?: string;
}

export interface JoinAnswer {
  room: string;
  position: PositionText;
  resumed: boolean;
}

export interface Page<T> {
  items: readonly T[];
  next_cursor?: string;
}

export interface Membership {
  shop_id: Id;
  role: 'owner' | 'staff';
  shop: Shop;
}

export interface Me {
  user: User;
  shops: readonly Membership[];
}

export interface SignIn {
  user: User;
  access_token: string;
  refresh_token?: string;
  expires_in_s: number;
}
