#include "contracts/adstudio/shapes.h"

#include "commerce/json_text.h"
#include "contracts/dialect/bodies.h"

namespace tillcast::contracts::adstudio_unit {

using commerce::JsonObject;

namespace {

/// A member of an object under its name here, made of the field of that name.
struct Member {
  std::string_view theirs;
  std::string_view ours;
  void (*add)(JsonObject& json, const Member& member, const Image& image);
};

void add_text(JsonObject& json, const Member& member, const Image& image) {
  json.text(member.theirs, image.text(member.ours));
}
void add_url(JsonObject& json, const Member& member, const Image& image) {
  json.raw(member.theirs, image.raw(member.ours));
}
void add_price(JsonObject& json, const Member& member, const Image& image) {
  json.raw(member.theirs, decimal(image.integer(member.ours)));
}
void add_status(JsonObject& json, const Member& member, const Image& image) {
  json.text(member.theirs, status_name(image.text(member.ours)));
}

constexpr Member kProduct[] = {
    {"name", "name", add_text},
    {"description", "description", add_text},
    {"price", "price_minor", add_price},
    {"imageUrl", "image_url", add_url},
    {"generatedImageUrl", "generated_image_url", add_url},
    {"caption", "caption", add_text},
    {"status", "status", add_status},
};

constexpr Member kUser[] = {
    {"email", "email", add_text},
    {"name", "name", add_text},
};

JsonObject product_ids(const Image& product) {
  JsonObject json;
  json.text("id", product.text("id")).text("businessId", product.text("shop_id"));
  return json;
}

/// Adds the members that the change set; false if there is none.
template <std::size_t count>
bool add_changed(JsonObject& json, const Member (&members)[count], const storage::Change& change,
                 const Image& image) {
  bool any = false;
  for (const Member& member : members) {
    if (!has_changed(change, member.ours)) continue;
    member.add(json, member, image);
    any = true;
  }
  return any;
}

}  // namespace

std::string product_json(const Image& product) {
  JsonObject json = product_ids(product);
  for (const Member& member : kProduct) member.add(json, member, product);
  json.text("createdAt", product.text("created_at")).text("updatedAt", product.text("updated_at"));
  return json.finish();
}

std::string product_id_json(const Image& product) { return product_ids(product).finish(); }

std::string product_changes_json(const storage::Change& change) {
  const Image product(change);
  JsonObject json = product_ids(product);
  if (!add_changed(json, kProduct, change, product)) return {};
  json.text("updatedAt", product.text("updated_at"));
  return json.finish();
}

std::string_view status_name(std::string_view status) {
  return status == "active" || status == "archived" ? "draft" : status;
}

std::string business_json(const Image& shop) {
  return JsonObject()
      .text("id", shop.text("id"))
      .text("name", shop.text("name"))
      .text("ownerUid", shop.text("owner_id"))
      .text("createdAt", shop.text("created_at"))
      .finish();
}

std::string user_json(const Image& user) {
  JsonObject json;
  json.text("uid", user.text("id"));
  for (const Member& member : kUser) member.add(json, member, user);
  return json.finish();
}

std::string user_changes_json(const storage::Change& change) {
  const Image user(change);
  JsonObject json;
  json.text("uid", user.text("id"));
  return add_changed(json, kUser, change, user) ? json.finish() : std::string();
}

RestAnswer refusal(const Problem& problem) {
  JsonObject json;
  json.text("error", message_of(problem)).text("code", problem.code);
  return refused(problem, json.finish());
}

}  // namespace tillcast::contracts::adstudio_unit
