// Every HTTP route of the native contract as data, from which /openapi.json is made; a test holds
// that the server has these routes and no others. Constants; any thread.
#pragma once

#include <string_view>

namespace tillcast::contracts {

/// Who may call a route at all; the command behind it asks for more.
enum class Caller {
  kAnyone,
  kSignedIn,
  /// As kSignedIn, for a job of many commands: no Idempotency-Key remembers its answer.
  kSignedInForJob,
};

struct RouteDoc {
  std::string_view method;
  std::string_view path;
  std::string_view summary;
  Caller caller;
  /// The query's parameters, separated by spaces; `!` marks one that must be there.
  std::string_view query;
  /// The schema of the body; empty for none, `?` in front of one that may be left out; `picture`
  /// for the bytes of one or a form with them.
  std::string_view body;
  int success;
  /// The schema of the answer: `[Product]` is a page of them; empty for an answer without a body,
  /// `text` for plain text, `webp` for a picture, `rows` for JSON Lines or CSV.
  std::string_view answer;
};

inline constexpr RouteDoc kRoutes[] = {
    {"POST", "/api/v1/auth/register", "Make an account and sign in", Caller::kAnyone, "",
     "Registration", 201, "SignIn"},
    {"POST", "/api/v1/auth/login", "Sign in", Caller::kAnyone, "", "Credentials", 200, "SignIn"},
    {"POST", "/api/v1/auth/refresh",
     "Get a new access token, for the session of the cookie or of the refresh token",
     Caller::kAnyone, "", "?RefreshToken", 200, "SignIn"},
    {"POST", "/api/v1/auth/logout", "End this session", Caller::kSignedIn, "", "", 204, ""},
    {"POST", "/api/v1/auth/logout-all", "End all own sessions", Caller::kSignedIn, "", "", 204, ""},
    {"POST", "/api/v1/auth/password", "Change the own password and end the other sessions",
     Caller::kSignedIn, "", "PasswordChange", 204, ""},
    {"GET", "/api/v1/me", "The caller and the shops that they work in", Caller::kSignedIn, "", "",
     200, "Me"},
    {"PATCH", "/api/v1/me", "Change the own profile", Caller::kSignedIn, "", "UserPatch", 200,
     "User"},

    {"GET", "/api/v1/shops", "All shops by name", Caller::kAnyone, "limit cursor", "", 200,
     "[Shop]"},
    {"POST", "/api/v1/shops", "Open a shop and own it", Caller::kSignedIn, "", "NewShop", 201,
     "Shop"},
    {"GET", "/api/v1/shops/{id}", "One shop", Caller::kAnyone, "", "", 200, "Shop"},
    {"PATCH", "/api/v1/shops/{id}", "Change a shop", Caller::kSignedIn, "", "ShopPatch", 200,
     "Shop"},
    {"GET", "/api/v1/shops/{id}/members", "Who works in a shop", Caller::kSignedIn, "", "", 200,
     "[Member]"},
    {"POST", "/api/v1/shops/{id}/members", "Let somebody work in a shop", Caller::kSignedIn, "",
     "NewMember", 201, "Member"},
    {"DELETE", "/api/v1/shops/{id}/members", "Take somebody out of a shop", Caller::kSignedIn,
     "user!", "", 204, ""},
    {"GET", "/api/v1/shops/{id}/stats", "A shop's figures: the total, then the latest days",
     Caller::kSignedIn, "", "", 200, "[Stats]"},

    {"GET", "/api/v1/products",
     "Products on sale; in a shop of the caller's, all of them. With q the best fits first, at "
     "most "
     "200, unless they are sorted by a field",
     Caller::kAnyone, "shop q category status sort limit cursor", "", 200, "[Product]"},
    {"POST", "/api/v1/shops/{id}/products", "Add a product", Caller::kSignedIn, "", "NewProduct",
     201, "Product"},
    {"GET", "/api/v1/products/{id}", "One product", Caller::kAnyone, "", "", 200, "Product"},
    {"PATCH", "/api/v1/products/{id}", "Change a product", Caller::kSignedIn, "", "ProductPatch",
     200, "Product"},
    {"PUT", "/api/v1/products/{id}/image",
     "Give a product a picture: a JPEG, PNG or WebP as the body, or the one file of a form. It is "
     "kept as WebP in sizes of 320, 640 and 1280, without what a camera wrote into it",
     Caller::kSignedIn, "", "picture", 200, "Product"},
    {"DELETE", "/api/v1/products/{id}", "Remove a product and its reviews", Caller::kSignedIn, "",
     "", 204, ""},
    {"POST", "/api/v1/products/{id}/enrich",
     "Have an advertisement made of a product: its picture and caption; 409 already_processing",
     Caller::kSignedIn, "", "", 202, "Job"},
    {"GET", "/api/v1/products/{id}/reviews", "A product's reviews, the latest first",
     Caller::kAnyone, "limit cursor", "", 200, "[Review]"},
    {"POST", "/api/v1/products/{id}/reviews", "Review a product that one has bought, once",
     Caller::kSignedIn, "", "NewReview", 201, "Review"},

    {"GET", "/api/v1/cart", "The own cart", Caller::kSignedIn, "", "", 200, "Cart"},
    {"PUT", "/api/v1/cart", "Put these in the place of what is in the own cart", Caller::kSignedIn,
     "", "CartLines", 200, "Cart"},
    {"GET", "/api/v1/wishlist", "The own wishlist", Caller::kSignedIn, "", "", 200, "Wishlist"},
    {"GET", "/api/v1/wishlist/{product}", "A product of the own wishlist", Caller::kSignedIn, "",
     "", 200, "Product"},
    {"PUT", "/api/v1/wishlist/{product}", "Put a product on the own wishlist", Caller::kSignedIn,
     "", "", 200, "Wishlist"},
    {"DELETE", "/api/v1/wishlist/{product}", "Take a product off the own wishlist",
     Caller::kSignedIn, "", "", 200, "Wishlist"},

    {"POST", "/api/v1/orders", "Order; 409 out_of_stock names what is short", Caller::kSignedIn, "",
     "OrderRequest", 201, "Order"},
    {"GET", "/api/v1/orders", "The own orders, or a shop's, the latest first", Caller::kSignedIn,
     "shop status limit cursor", "", 200, "[Order]"},
    {"GET", "/api/v1/orders/{id}", "One order", Caller::kSignedIn, "", "", 200, "Order"},
    {"PATCH", "/api/v1/orders/{id}", "Move an order on, or cancel it", Caller::kSignedIn, "",
     "OrderPatch", 200, "Order"},
    {"GET", "/api/v1/notifications", "The own notifications and those of the own shops",
     Caller::kSignedIn, "limit cursor", "", 200, "[Notification]"},
    {"PATCH", "/api/v1/notifications/{id}", "Mark a notification as read", Caller::kSignedIn, "",
     "NotificationPatch", 200, "Notification"},

    {"POST", "/api/v1/shops/{id}/import",
     "Bring in many rows; bad ones are named by line, and then nothing is brought in",
     Caller::kSignedInForJob, "", "Import", 200, "Imported"},
    {"POST", "/api/v1/shops/{id}/seed", "Fill a shop with made-up products",
     Caller::kSignedInForJob, "", "?Seed", 200, "Imported"},
    {"GET", "/api/v1/shops/{id}/export", "A shop's products, reviews and orders", Caller::kSignedIn,
     "format", "", 200, "rows"},
    {"POST", "/api/v1/admin/backup", "Make a backup beside the data", Caller::kSignedInForJob, "",
     "", 201, "Backup"},

    {"GET", "/api/v1/rooms/{room}/snapshot", "A room's records, and the position they are of",
     Caller::kAnyone, "limit cursor", "", 200, "RoomSnapshot"},
    {"GET", "/api/v1/rooms/{room}/changes",
     "A room's changes since a position; waits for the first if so asked. 410 reset: start from a "
     "snapshot",
     Caller::kAnyone, "since! limit wait_s", "", 200, "RoomChanges"},

    {"GET", "/images/stored/{picture}/{file}",
     "A stored picture: 320.webp, 640.webp or 1280.webp, never changed", Caller::kAnyone, "", "",
     200, "webp"},

    {"GET", "/healthz", "Is the server alive", Caller::kAnyone, "", "", 200, "Health"},
    {"GET", "/readyz", "Can it read its data", Caller::kAnyone, "", "", 200, "Health"},
    {"GET", "/metrics", "What it has counted, for Prometheus", Caller::kAnyone, "", "", 200,
     "text"},
    {"GET", "/openapi.json", "This document", Caller::kAnyone, "", "", 200, "Document"},
    {"GET", "/asyncapi.json", "The live messages", Caller::kAnyone, "", "", 200, "Document"},
};

}  // namespace tillcast::contracts
