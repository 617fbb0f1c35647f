#include "contracts/bakery/shapes.h"

#include "commerce/json_text.h"
#include "commerce/time_text.h"
#include "contracts/dialect/bodies.h"
#include "contracts/dialect/shapes.h"

namespace tillcast::contracts::bakery_unit {

using commerce::JsonObject;

std::string product_json(const Image& product) {
  JsonObject json;
  json.text("_id", product.text("id"));
  add_product_members(json, product, "image");
  json.text("createdAt", product.text("created_at")).text("updatedAt", product.text("updated_at"));
  return json.finish();
}

std::string order_json(const Image& order) {
  const Image customer = order.object("customer");
  JsonObject user;
  user.text("_id", order.text("customer_id"))
      .text("name", customer.text("name"))
      .text("email", customer.text("email"));
  if (customer.has("phone")) user.text("phone", customer.text("phone"));
  JsonObject json;
  json.text("_id", order.text("id"))
      .raw("userId", user.finish())
      .raw("items", items_json(order, kProductId))
      .raw("total", decimal(order.integer("total_minor")))
      .text("status", status_name(order.text("status")));
  if (customer.has("address")) json.text("address", customer.text("address"));
  json.text("createdAt", order.text("created_at")).text("updatedAt", order.text("updated_at"));
  return json.finish();
}

std::string user_json(const Image& user, const auth::Principal& who) {
  JsonObject json;
  json.text("_id", user.text("id"))
      .text("name", user.text("name"))
      .text("email", user.text("email"));
  if (user.has("phone")) json.text("phone", user.text("phone"));
  json.text("role", role_of(who));
  return json.finish();
}

std::string_view role_of(const auth::Principal& who) {
  return who.is_admin() || !who.shops.empty() ? "admin" : "customer";
}

std::string status_name(std::string_view status) {
  std::string name(status);
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 32);
  return name;
}

std::string data_event(const storage::Change& change, std::string_view data_json) {
  return JsonObject()
      .text("timestamp", commerce::rfc3339(change.at_ms))
      .raw("data", data_json)
      .finish();
}

std::string notice(std::string_view timestamp, std::string_view message, std::string_view type,
                   std::string_view data_json) {
  return JsonObject()
      .text("timestamp", timestamp)
      .text("message", message)
      .text("type", type)
      .raw("data", data_json)
      .finish();
}

RestAnswer refusal(const Problem& problem) {
  JsonObject json;
  json.text("message", message_of(problem)).text("code", problem.code);
  return refused(problem, json.finish());
}

}  // namespace tillcast::contracts::bakery_unit
