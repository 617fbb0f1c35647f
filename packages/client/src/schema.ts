// Made from the server's schema: tillcast schema types > packages/client/src/schema.ts
// A field that not everybody may see, or that need not be there, is optional: the server leaves it
// out, it never sends null.

export type Id = string;
/** RFC 3339, UTC, milliseconds. */
export type Timestamp = string;

export interface RecordBase {
  id: Id;
  version: number;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface Colours {
  primary: string;
  accent: string;
  background: string;
}

export interface CartItem {
  product_id: Id;
  quantity: number;
}

export interface WishlistItem {
  product_id: Id;
}

export interface OrderItem {
  product_id: Id;
  name: string;
  quantity: number;
  price_minor: number;
}

export interface Customer {
  name: string;
  email: string;
  phone?: string;
  address?: string;
}

export type UserRole =
  | 'customer'
  | 'seller'
  | 'admin';

export interface User extends RecordBase {
  email: string;
  name: string;
  phone?: string;
  role: UserRole;
}

export interface NewUser {
  email: string;
  name: string;
  phone?: string;
}

/** null takes a field away (RFC 7396). */
export interface UserPatch {
  name?: string;
  phone?: string | null;
}

export interface Shop extends RecordBase {
  slug: string;
  name: string;
  currency: string;
  tagline?: string;
  logo_url?: string;
  banner_url?: string;
  colours?: Colours;
  owner_id: Id;
}

export interface NewShop {
  slug?: string;
  name: string;
  currency?: string;
  tagline?: string;
  logo_url?: string;
  banner_url?: string;
  colours?: Colours;
}

/** null takes a field away (RFC 7396). */
export interface ShopPatch {
  slug?: string;
  name?: string;
  tagline?: string | null;
  logo_url?: string | null;
  banner_url?: string | null;
  colours?: Colours | null;
}

export type MemberRole =
  | 'owner'
  | 'staff';

export interface Member extends RecordBase {
  shop_id: Id;
  user_id: Id;
  role: MemberRole;
}

export type ProductStatus =
  | 'draft'
  | 'active'
  | 'processing'
  | 'enriched'
  | 'failed'
  | 'archived';

export interface Product extends RecordBase {
  shop_id: Id;
  sku?: string;
  name: string;
  description?: string;
  category?: string;
  price_minor: number;
  /** Only for the shop's people. */
  cost_minor?: number;
  stock: number;
  /** Only for the shop's people. */
  low_stock_threshold?: number;
  status: ProductStatus;
  image_url?: string;
  generated_image_url?: string;
  caption?: string;
  rating_avg: number;
  rating_count: number;
}

export interface NewProduct {
  sku?: string;
  name: string;
  description?: string;
  category?: string;
  price_minor: number;
  cost_minor?: number;
  stock?: number;
  low_stock_threshold?: number;
  status?: ProductStatus;
  image_url?: string;
  caption?: string;
}

/** null takes a field away (RFC 7396). */
export interface ProductPatch {
  sku?: string | null;
  name?: string;
  description?: string | null;
  category?: string | null;
  price_minor?: number;
  cost_minor?: number;
  stock?: number;
  low_stock_threshold?: number;
  status?: ProductStatus;
  image_url?: string | null;
  caption?: string | null;
}

export interface Review extends RecordBase {
  product_id: Id;
  shop_id: Id;
  author_id: Id;
  author_name: string;
  rating: number;
  text?: string;
}

export interface NewReview {
  rating: number;
  text?: string;
}

export interface Cart extends RecordBase {
  user_id: Id;
  items: readonly CartItem[];
}

export interface Wishlist extends RecordBase {
  user_id: Id;
  items: readonly WishlistItem[];
}

export type OrderStatus =
  | 'pending'
  | 'confirmed'
  | 'preparing'
  | 'ready'
  | 'delivered'
  | 'cancelled';

export interface Order extends RecordBase {
  shop_id: Id;
  customer_id: Id;
  number: number;
  items: readonly OrderItem[];
  total_minor: number;
  /** Only for the shop's people. */
  profit_minor?: number;
  status: OrderStatus;
  customer: Customer;
}

/** null takes a field away (RFC 7396). */
export interface OrderPatch {
  status?: OrderStatus;
}

export type StockEntryReason =
  | 'initial'
  | 'sale'
  | 'cancel'
  | 'correction';

export interface StockEntry extends RecordBase {
  shop_id: Id;
  product_id: Id;
  delta: number;
  reason: StockEntryReason;
  stock_after: number;
  order_id?: Id;
}

export interface Stats extends RecordBase {
  shop_id: Id;
  day: string;
  orders: number;
  revenue_minor: number;
  profit_minor: number;
  units: number;
  products?: number;
  low_stock?: number;
  month?: string;
  earlier_revenue_minor?: number;
}

export type NotificationType =
  | 'new_order'
  | 'low_stock'
  | 'order_status';

export interface Notification extends RecordBase {
  user_id?: Id;
  shop_id?: Id;
  type: NotificationType;
  message: string;
  data?: Readonly<Record<string, unknown>>;
  read: boolean;
}

/** null takes a field away (RFC 7396). */
export interface NotificationPatch {
  read?: boolean;
}

export type JobState =
  | 'queued'
  | 'running'
  | 'done'
  | 'failed';

export interface Job extends RecordBase {
  shop_id: Id;
  product_id?: Id;
  worker: string;
  state: JobState;
  attempts: number;
  error?: string;
  rows_done?: number;
  rows_total?: number;
}

/** Every kind that a room can carry, and its record. */
export interface Kinds {
  user: User;
  shop: Shop;
  member: Member;
  product: Product;
  review: Review;
  cart: Cart;
  wishlist: Wishlist;
  order: Order;
  stock_entry: StockEntry;
  stats: Stats;
  notification: Notification;
  job: Job;
}

export type Kind = keyof Kinds;
