#include "commerce/migrations_postgres.h"

#include <array>

namespace tillcast::commerce {
namespace {

// A row of a kind's table has the fields of schema_table.h as its columns. Texts are compared by
// their bytes (COLLATE "C"), as in SQLite, so that both engines have one order.
constexpr std::array<storage::Migration, 8> kMigrations = {
    {{1, "kinds", R"sql(
CREATE TABLE users (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  email TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  phone TEXT COLLATE "C",
  role TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email);

CREATE TABLE shops (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  slug TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  currency TEXT COLLATE "C" NOT NULL,
  tagline TEXT COLLATE "C",
  logo_url TEXT COLLATE "C",
  banner_url TEXT COLLATE "C",
  colours TEXT COLLATE "C",
  owner_id TEXT COLLATE "C" NOT NULL REFERENCES users (id)
);
CREATE UNIQUE INDEX shops_slug ON shops (slug);
CREATE INDEX shops_name ON shops (name, id);
CREATE INDEX shops_owner ON shops (owner_id);

CREATE TABLE members (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  shop_id TEXT COLLATE "C" NOT NULL REFERENCES shops (id),
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
  role TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX members_shop ON members (shop_id, user_id);
CREATE INDEX members_user ON members (user_id);

CREATE TABLE products (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  shop_id TEXT COLLATE "C" NOT NULL REFERENCES shops (id),
  sku TEXT COLLATE "C",
  name TEXT COLLATE "C" NOT NULL,
  description TEXT COLLATE "C",
  category TEXT COLLATE "C",
  price_minor BIGINT NOT NULL CHECK (price_minor >= 0),
  cost_minor BIGINT NOT NULL CHECK (cost_minor >= 0),
  stock BIGINT NOT NULL CHECK (stock >= 0),
  low_stock_threshold BIGINT NOT NULL CHECK (low_stock_threshold >= 0),
  status TEXT COLLATE "C" NOT NULL,
  image_url TEXT COLLATE "C",
  generated_image_url TEXT COLLATE "C",
  caption TEXT COLLATE "C",
  rating_avg BIGINT NOT NULL CHECK (rating_avg BETWEEN 0 AND 500),
  rating_count BIGINT NOT NULL CHECK (rating_count >= 0)
);
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
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  product_id TEXT COLLATE "C" NOT NULL REFERENCES products (id),
  shop_id TEXT COLLATE "C" NOT NULL REFERENCES shops (id),
  author_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
  author_name TEXT COLLATE "C" NOT NULL,
  rating BIGINT NOT NULL CHECK (rating BETWEEN 1 AND 5),
  text TEXT COLLATE "C"
);
CREATE UNIQUE INDEX reviews_author ON reviews (author_id, product_id);
CREATE INDEX reviews_product ON reviews (product_id, created_at, id);
CREATE INDEX reviews_shop ON reviews (shop_id, id);

CREATE TABLE carts (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
  items TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX carts_user ON carts (user_id);

CREATE TABLE orders (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  shop_id TEXT COLLATE "C" NOT NULL REFERENCES shops (id),
  customer_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
  number BIGINT NOT NULL CHECK (number >= 1),
  items TEXT COLLATE "C" NOT NULL,
  total_minor BIGINT NOT NULL CHECK (total_minor >= 0),
  profit_minor BIGINT NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  customer TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX orders_number ON orders (shop_id, number);
CREATE INDEX orders_customer ON orders (customer_id, created_at, id);
CREATE INDEX orders_open ON orders (shop_id, id)
  WHERE status <> 'delivered' AND status <> 'cancelled';

CREATE TABLE stock_entries (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  shop_id TEXT COLLATE "C" NOT NULL,
  product_id TEXT COLLATE "C" NOT NULL,
  delta BIGINT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  stock_after BIGINT NOT NULL CHECK (stock_after >= 0),
  order_id TEXT COLLATE "C"
);
CREATE INDEX stock_entries_shop ON stock_entries (shop_id, created_at, id);

CREATE TABLE stats (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  shop_id TEXT COLLATE "C" NOT NULL REFERENCES shops (id),
  day TEXT COLLATE "C" NOT NULL,
  orders BIGINT NOT NULL CHECK (orders >= 0),
  revenue_minor BIGINT NOT NULL CHECK (revenue_minor >= 0),
  profit_minor BIGINT NOT NULL,
  units BIGINT NOT NULL CHECK (units >= 0)
);
CREATE UNIQUE INDEX stats_day ON stats (shop_id, day);

CREATE TABLE notifications (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  user_id TEXT COLLATE "C",
  shop_id TEXT COLLATE "C",
  type TEXT COLLATE "C" NOT NULL,
  message TEXT COLLATE "C" NOT NULL,
  data TEXT COLLATE "C",
  read BIGINT NOT NULL CHECK (read IN (0, 1)),
  CHECK ((user_id IS NULL) <> (shop_id IS NULL))
);
CREATE INDEX notifications_user ON notifications (user_id, created_at, id)
  WHERE user_id IS NOT NULL;
CREATE INDEX notifications_shop ON notifications (shop_id, created_at, id)
  WHERE shop_id IS NOT NULL;
)sql"},
     {2, "identity and keys", R"sql(
CREATE TABLE secrets (
  name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  value TEXT COLLATE "C" NOT NULL
);

CREATE TABLE password_hashes (
  user_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES users (id),
  hash TEXT COLLATE "C" NOT NULL
);

CREATE TABLE sessions (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
  cookie_hash TEXT COLLATE "C" NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX sessions_cookie ON sessions (cookie_hash);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_end ON sessions (expires_at);

CREATE TABLE refresh_tokens (
  hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  session_id TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  used BIGINT NOT NULL CHECK (used IN (0, 1))
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE idempotency_keys (
  scope TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  body_hash TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  record_id TEXT COLLATE "C" NOT NULL,
  shop_id TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  is_public BIGINT NOT NULL CHECK (is_public IN (0, 1)),
  image TEXT COLLATE "C" NOT NULL
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
)sql"},
     {3, "outside identities", R"sql(
CREATE TABLE outside_identities (
  issuer TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
  shops TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX outside_identities_user ON outside_identities (user_id);
)sql"},
     {4, "wishlists, jobs, hidden reviews",
      R"sql(
CREATE TABLE wishlists (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
  items TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX wishlists_user ON wishlists (user_id);

CREATE TABLE jobs (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  shop_id TEXT COLLATE "C" NOT NULL REFERENCES shops (id),
  product_id TEXT COLLATE "C" NOT NULL,
  worker TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  attempts BIGINT NOT NULL CHECK (attempts >= 0),
  error TEXT COLLATE "C"
);
CREATE INDEX jobs_shop ON jobs (shop_id, created_at, id);
CREATE INDEX jobs_product ON jobs (product_id, created_at, id);
CREATE INDEX jobs_state ON jobs (state, id);

ALTER TABLE reviews ADD COLUMN visibility TEXT COLLATE "C" NOT NULL DEFAULT 'public';
-- Products some of whose reviews are not yet as visible as they are.
CREATE TABLE review_moves (
  product_id TEXT COLLATE "C" NOT NULL PRIMARY KEY
);
INSERT INTO review_moves (product_id)
  SELECT id FROM products WHERE status = 'draft' OR status = 'archived';
)sql"},
     {5, "search", R"sql(
-- The words of a text as SQLite's unicode61 sees them: small letters without their diacritics, and
-- nothing between them that PostgreSQL's parser would take for a host, a path or a sign.
CREATE FUNCTION product_words(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(
    lower(regexp_replace(normalize($1, NFD), '[\u0300-\u036f]', '', 'g') COLLATE "und-x-icu"),
    '[\u0001-\u002f\u003a-\u0060\u007b-\u007f]+', ' ', 'g')
$$;
-- Each word of $1, whole or as the beginning of one; nothing matches if there is none.
CREATE FUNCTION product_query(text) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
  SELECT to_tsquery('simple', string_agg(quote_literal(word) || ':*', ' & '))
    FROM regexp_split_to_table(product_words($1), ' +') AS word WHERE word <> ''
$$;
-- A word in the name counts ten times one in the description.
CREATE FUNCTION product_vector(name text, description text) RETURNS tsvector LANGUAGE sql IMMUTABLE
AS $$
  SELECT setweight(to_tsvector('simple', product_words(name)), 'A') ||
         setweight(to_tsvector('simple', product_words(description)), 'D')
$$;
CREATE TABLE product_text (
  product_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  words tsvector NOT NULL
);
CREATE INDEX product_text_words ON product_text USING gin (words);
INSERT INTO product_text (product_id, words)
  SELECT id, product_vector(name, coalesce(description, '')) FROM products;
)sql"},
     {6, "jobs on many records", R"sql(
-- Work on many records is of no one product, and says how far it has come.
ALTER TABLE jobs
  ALTER COLUMN product_id DROP NOT NULL,
  ADD COLUMN rows_done BIGINT CHECK (rows_done >= 0),
  ADD COLUMN rows_total BIGINT CHECK (rows_total >= 0);
)sql"},
     {7, "figures of a shop's goods and month",
      R"sql(
-- Of the total alone. Those that are there already are completed by complete_totals(), which logs it.
ALTER TABLE stats ADD COLUMN products BIGINT CHECK (products >= 0);
ALTER TABLE stats ADD COLUMN low_stock BIGINT CHECK (low_stock >= 0);
ALTER TABLE stats ADD COLUMN month TEXT COLLATE "C";
ALTER TABLE stats ADD COLUMN earlier_revenue_minor BIGINT;
)sql"},
     {8, "enrichments",
      R"sql(
-- The jobs that enrich a product and have not ended, one a product. `stage` is 0 while it waits for its
-- next attempt, 1 while the server `holder` works at it, 2 once it is handed to an outside workflow.
CREATE TABLE enrichments (
  job_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  product_id TEXT COLLATE "C" NOT NULL,
  shop_id TEXT COLLATE "C" NOT NULL,
  stage BIGINT NOT NULL CHECK (stage BETWEEN 0 AND 2),
  attempt BIGINT NOT NULL CHECK (attempt >= 0),
  due_at BIGINT NOT NULL,
  deadline_at BIGINT NOT NULL,
  holder BIGINT NOT NULL
);
CREATE UNIQUE INDEX enrichments_product ON enrichments (product_id);
CREATE INDEX enrichments_due ON enrichments (due_at, job_id);
CREATE INDEX enrichments_shop ON enrichments (shop_id);
)sql"}}};

}  // namespace

std::span<const storage::Migration> postgres_migrations() { return kMigrations; }

}  // namespace tillcast::commerce
