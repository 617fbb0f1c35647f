#include "commerce/migrations_sqlite.h"

#include <array>

namespace tillcast::commerce {
namespace {

// A row of a kind's table has the fields of schema_table.h as its columns. Tables of small rows
// that are only found by their key are WITHOUT ROWID, which saves an index a row. No CHECK and no
// partial index lists more than two values by IN: SQLite would build a temporary table of them at
// every write.
constexpr std::array<storage::Migration, 8> kMigrations = {
    {{1, "kinds", R"sql(
CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  phone TEXT,
  role TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_email ON users (email);

CREATE TABLE shops (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  slug TEXT NOT NULL,
  name TEXT NOT NULL,
  currency TEXT NOT NULL,
  tagline TEXT,
  logo_url TEXT,
  banner_url TEXT,
  colours TEXT,
  owner_id TEXT NOT NULL REFERENCES users (id)
) STRICT;
CREATE UNIQUE INDEX shops_slug ON shops (slug);
CREATE INDEX shops_name ON shops (name, id);
CREATE INDEX shops_owner ON shops (owner_id);

CREATE TABLE members (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  shop_id TEXT NOT NULL REFERENCES shops (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  role TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX members_shop ON members (shop_id, user_id);
CREATE INDEX members_user ON members (user_id);

CREATE TABLE products (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  shop_id TEXT NOT NULL REFERENCES shops (id),
  sku TEXT,
  name TEXT NOT NULL,
  description TEXT,
  category TEXT,
  price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
  cost_minor INTEGER NOT NULL CHECK (cost_minor >= 0),
  stock INTEGER NOT NULL CHECK (stock >= 0),
  low_stock_threshold INTEGER NOT NULL CHECK (low_stock_threshold >= 0),
  status TEXT NOT NULL,
  image_url TEXT,
  generated_image_url TEXT,
  caption TEXT,
  rating_avg INTEGER NOT NULL CHECK (rating_avg BETWEEN 0 AND 500),
  rating_count INTEGER NOT NULL CHECK (rating_count >= 0)
) STRICT;
CREATE UNIQUE INDEX products_sku ON products (shop_id, sku);
CREATE INDEX products_shop ON products (shop_id, id);
CREATE INDEX products_shop_newest ON products (shop_id, created_at, id);
CREATE INDEX products_newest ON products (created_at, id);
CREATE INDEX products_price ON products (price_minor, id);
CREATE INDEX products_name ON products (name, id);
CREATE INDEX products_rating ON products (rating_avg, id);
CREATE INDEX products_category ON products (category, created_at, id);
CREATE INDEX products_status ON products (shop_id, status, created_at, id);

CREATE TABLE reviews (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  product_id TEXT NOT NULL REFERENCES products (id),
  shop_id TEXT NOT NULL REFERENCES shops (id),
  author_id TEXT NOT NULL REFERENCES users (id),
  author_name TEXT NOT NULL,
  rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
  text TEXT
) STRICT;
CREATE UNIQUE INDEX reviews_author ON reviews (author_id, product_id);
CREATE INDEX reviews_product ON reviews (product_id, created_at, id);
CREATE INDEX reviews_shop ON reviews (shop_id, id);

CREATE TABLE carts (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  items TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX carts_user ON carts (user_id);

CREATE TABLE orders (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  shop_id TEXT NOT NULL REFERENCES shops (id),
  customer_id TEXT NOT NULL REFERENCES users (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  items TEXT NOT NULL,
  total_minor INTEGER NOT NULL CHECK (total_minor >= 0),
  profit_minor INTEGER NOT NULL,
  status TEXT NOT NULL,
  customer TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX orders_number ON orders (shop_id, number);
CREATE INDEX orders_customer ON orders (customer_id, created_at, id);
CREATE INDEX orders_open ON orders (shop_id, id)
  WHERE status <> 'delivered' AND status <> 'cancelled';

CREATE TABLE stock_entries (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  shop_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  delta INTEGER NOT NULL,
  reason TEXT NOT NULL,
  stock_after INTEGER NOT NULL CHECK (stock_after >= 0),
  order_id TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_entries_shop ON stock_entries (shop_id, created_at, id);

CREATE TABLE stats (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  shop_id TEXT NOT NULL REFERENCES shops (id),
  day TEXT NOT NULL,
  orders INTEGER NOT NULL CHECK (orders >= 0),
  revenue_minor INTEGER NOT NULL CHECK (revenue_minor >= 0),
  profit_minor INTEGER NOT NULL,
  units INTEGER NOT NULL CHECK (units >= 0)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX stats_day ON stats (shop_id, day);

CREATE TABLE notifications (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  user_id TEXT,
  shop_id TEXT,
  type TEXT NOT NULL,
  message TEXT NOT NULL,
  data TEXT,
  read INTEGER NOT NULL CHECK (read IN (0, 1)),
  CHECK ((user_id IS NULL) <> (shop_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX notifications_user ON notifications (user_id, created_at, id)
  WHERE user_id IS NOT NULL;
CREATE INDEX notifications_shop ON notifications (shop_id, created_at, id)
  WHERE shop_id IS NOT NULL;
)sql"},
     {2, "identity and keys", R"sql(
CREATE TABLE secrets (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE password_hashes (
  user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
  hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  cookie_hash TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sessions_cookie ON sessions (cookie_hash);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_end ON sessions (expires_at);

CREATE TABLE refresh_tokens (
  hash TEXT NOT NULL PRIMARY KEY,
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  used INTEGER NOT NULL CHECK (used IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE idempotency_keys (
  scope TEXT NOT NULL PRIMARY KEY,
  body_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  record_id TEXT NOT NULL,
  shop_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  is_public INTEGER NOT NULL CHECK (is_public IN (0, 1)),
  image TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
)sql"},
     {3, "outside identities", R"sql(
CREATE TABLE outside_identities (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  shops TEXT NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX outside_identities_user ON outside_identities (user_id);
)sql"},
     {4, "wishlists, jobs, hidden reviews",
      R"sql(
CREATE TABLE wishlists (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  items TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX wishlists_user ON wishlists (user_id);

CREATE TABLE jobs (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  shop_id TEXT NOT NULL REFERENCES shops (id),
  product_id TEXT NOT NULL,
  worker TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  error TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_shop ON jobs (shop_id, created_at, id);
CREATE INDEX jobs_product ON jobs (product_id, created_at, id);
CREATE INDEX jobs_state ON jobs (state, id);

ALTER TABLE reviews ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public';
-- Products some of whose reviews are not yet as visible as they are.
CREATE TABLE review_moves (
  product_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO review_moves (product_id)
  SELECT id FROM products WHERE status = 'draft' OR status = 'archived';
)sql"},
     {5, "search", R"sql(
-- The full text has a row a product. Its numbers stand here: those of a table whose key is a text
-- change when the file is compacted. What is written to it is in commerce/search.cc, because SQLite
-- lets no trigger write to a virtual table while trusted_schema is off.
CREATE TABLE product_keys (
  key INTEGER NOT NULL PRIMARY KEY,
  product_id TEXT NOT NULL UNIQUE
) STRICT;
CREATE VIRTUAL TABLE product_text USING fts5 (
  title, body, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
INSERT INTO product_keys (product_id) SELECT id FROM products ORDER BY id;
INSERT INTO product_text (rowid, title, body)
  SELECT key, name, coalesce(description, '') FROM product_keys JOIN products ON id = product_id;
)sql"},
     {6, "jobs on many records", R"sql(
-- Work on many records is of no one product, and says how far it has come.
CREATE TABLE jobs_with_rows (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  shop_id TEXT NOT NULL REFERENCES shops (id),
  product_id TEXT,
  worker TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL CHECK (attempts >= 0),
  error TEXT,
  rows_done INTEGER CHECK (rows_done >= 0),
  rows_total INTEGER CHECK (rows_total >= 0)
) STRICT, WITHOUT ROWID;
INSERT INTO jobs_with_rows SELECT *, NULL, NULL FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_with_rows RENAME TO jobs;
CREATE INDEX jobs_shop ON jobs (shop_id, created_at, id);
CREATE INDEX jobs_product ON jobs (product_id, created_at, id);
CREATE INDEX jobs_state ON jobs (state, id);
)sql"},
     {7, "figures of a shop's goods and month",
      R"sql(
-- Of the total alone. Those that are there already are completed by complete_totals(), which logs it.
ALTER TABLE stats ADD COLUMN products INTEGER CHECK (products >= 0);
ALTER TABLE stats ADD COLUMN low_stock INTEGER CHECK (low_stock >= 0);
ALTER TABLE stats ADD COLUMN month TEXT;
ALTER TABLE stats ADD COLUMN earlier_revenue_minor INTEGER;
)sql"},
     {8, "enrichments",
      R"sql(
-- The jobs that enrich a product and have not ended, one a product. `stage` is 0 while it waits for its
-- next attempt, 1 while the server `holder` works at it, 2 once it is handed to an outside workflow.
CREATE TABLE enrichments (
  job_id TEXT NOT NULL PRIMARY KEY,
  product_id TEXT NOT NULL,
  shop_id TEXT NOT NULL,
  stage INTEGER NOT NULL CHECK (stage BETWEEN 0 AND 2),
  attempt INTEGER NOT NULL CHECK (attempt >= 0),
  due_at INTEGER NOT NULL,
  deadline_at INTEGER NOT NULL,
  holder INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX enrichments_product ON enrichments (product_id);
CREATE INDEX enrichments_due ON enrichments (due_at, job_id);
CREATE INDEX enrichments_shop ON enrichments (shop_id);
)sql"}}};

}  // namespace

std::span<const storage::Migration> sqlite_migrations() { return kMigrations; }

}  // namespace tillcast::commerce
