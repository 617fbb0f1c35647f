#include "commerce/validate.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "base/limits.h"
#include "commerce/fields.h"

namespace tillcast::commerce {
namespace {

/// `field:code` of every error, or what else went wrong.
std::string errors_of(const Outcome<Values>& outcome) {
  if (outcome.has_value()) return "fine";
  const Problem problem = outcome.error();
  if (problem.fields.empty()) return problem.code;
  std::string text;
  for (const FieldError& error : problem.fields) {
    if (!text.empty()) text += ' ';
    text += error.field + ":" + error.code;
  }
  return text;
}

std::string created(Kind kind, std::string_view body, Writers writer) {
  return errors_of(validate(kind, body, BodyMode::kCreate, writer));
}
std::string patched(Kind kind, std::string_view body, Writers writer) {
  return errors_of(validate(kind, body, BodyMode::kPatch, writer));
}
std::string product(std::string_view body) { return patched(Kind::kProduct, body, Writers::kShop); }

TEST(Validate, refuses_what_is_no_json_object) {
  for (const std::string_view body :
       {"", "{", R"({"name":)", "[]", "1", "null", R"("text")", "{} {}", "{'name':1}",
        R"({"name":"\x"})", "{\"name\":\"\xff\"}"}) {
    const auto outcome = validate(Kind::kProduct, body, BodyMode::kPatch, Writers::kShop);
    ASSERT_TRUE(outcome.has_error()) << body;
    EXPECT_EQ(outcome.error().code, "bad_json") << body;
    EXPECT_EQ(outcome.error().status, 400);
  }
}

TEST(Validate, refuses_nesting_above_the_limit) {
  const auto nested = [](std::size_t depth) {
    return "{\"name\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  EXPECT_EQ(product(nested(limits::kJsonDepthMax)), "name:type");
  EXPECT_EQ(product(nested(limits::kJsonDepthMax + 1)), "bad_json");
  EXPECT_EQ(product(nested(100'000)), "bad_json");
}

TEST(Validate, gives_the_values_of_a_good_body) {
  const auto values = validate(Kind::kProduct, R"({"name":"Rye","price_minor":0,"caption":null})",
                               BodyMode::kCreate, Writers::kShop);
  ASSERT_TRUE(values.has_value());
  EXPECT_EQ(text_of(*values, product::kName), "Rye");
  EXPECT_EQ(*find_value(*values, product::kPriceMinor), FieldValue(std::int64_t{0}));
  EXPECT_EQ(find_value(*values, product::kStock), nullptr);
}

TEST(Validate, demands_required_fields_of_a_create_alone) {
  EXPECT_EQ(created(Kind::kProduct, "{}", Writers::kShop), "name:required price_minor:required");
  EXPECT_EQ(product("{}"), "fine");
  EXPECT_EQ(product(R"({"name":null})"), "name:required");
  EXPECT_EQ(created(Kind::kUser, "{}", Writers::kOwner), "email:required name:required");
}

TEST(Validate, knows_every_type_and_bound) {
  EXPECT_EQ(product(R"({"name":5})"), "name:type");
  EXPECT_EQ(product(R"({"name":""})"), "name:too_short");
  EXPECT_EQ(product(R"({"name":"  "})"), "name:too_short");
  EXPECT_EQ(product(R"({"name":")" + std::string(201, 'x') + R"("})"), "name:too_long");
  EXPECT_EQ(product("{\"name\":\"a\\u0000b\"}"), "name:format");
  EXPECT_EQ(product(R"({"description":""})"), "fine");
  EXPECT_EQ(product(R"({"price_minor":"5"})"), "price_minor:type");
  EXPECT_EQ(product(R"({"price_minor":5.5})"), "price_minor:type");
  EXPECT_EQ(product(R"({"price_minor":1e3})"), "price_minor:type");
  EXPECT_EQ(product(R"({"price_minor":true})"), "price_minor:type");
  EXPECT_EQ(product(R"({"price_minor":-1})"), "price_minor:too_small");
  EXPECT_EQ(product(R"({"stock":-1})"), "stock:too_small");
  EXPECT_EQ(product(R"({"stock":1000000001})"), "stock:too_large");
  EXPECT_EQ(product(R"({"stock":9223372036854775808})"), "stock:too_large");
  EXPECT_EQ(product(R"({"stock":99999999999999999999999})"), "stock:type");
  EXPECT_EQ(product(R"({"status":"gone"})"), "status:value");
  EXPECT_EQ(product(R"({"status":1})"), "status:type");
  EXPECT_EQ(product(R"({"image_url":"javascript:alert"})"), "image_url:format");
  EXPECT_EQ(product(R"({"image_url":"//evil.example"})"), "image_url:format");
  EXPECT_EQ(product(R"({"image_url":"/images/a.svg"})"), "fine");
  EXPECT_EQ(patched(Kind::kNotification, R"({"read":1})", Writers::kShop), "read:type");
  EXPECT_EQ(patched(Kind::kNotification, R"({"read":true})", Writers::kOwner), "fine");
}

TEST(Validate, refuses_unknown_fields_and_those_of_the_server) {
  EXPECT_EQ(product(R"({"colour":"red"})"), "colour:unknown");
  EXPECT_EQ(product(R"({"id":"x","version":9,"shop_id":"other","rating_avg":5})"),
            "id:read_only version:read_only shop_id:read_only rating_avg:read_only");
  EXPECT_EQ(created(Kind::kUser, R"({"email":"a@b","name":"A","role":"admin"})", Writers::kOwner),
            "role:read_only");
  EXPECT_EQ(patched(Kind::kUser, R"({"email":"a@b"})", Writers::kOwner), "email:read_only");
}

TEST(Validate, keeps_each_writer_to_their_fields) {
  EXPECT_EQ(patched(Kind::kProduct, R"({"stock":5})", Writers::kOwner), "stock:read_only");
  EXPECT_EQ(patched(Kind::kOrder, R"({"status":"ready","total_minor":1})", Writers::kOwnerAndShop),
            "total_minor:read_only");
  EXPECT_EQ(patched(Kind::kShop, R"({"name":"N"})", Writers::kOwner), "name:read_only");
}

TEST(Validate, names_every_wrong_field_up_to_a_limit) {
  EXPECT_EQ(product(R"({"name":1,"stock":-1})"), "name:type stock:too_small");
  std::string body = "{\"name\":1";
  for (int i = 0; i < 1000; ++i) body += ",\"x" + std::to_string(i) + "\":1";
  const auto outcome = validate(Kind::kProduct, body + "}", BodyMode::kPatch, Writers::kShop);
  EXPECT_EQ(outcome.error().fields.size(), 50U);
  const auto long_name = validate(Kind::kProduct, "{\"" + std::string(10'000, 'n') + "\":1}",
                                  BodyMode::kPatch, Writers::kShop);
  EXPECT_LT(long_name.error().fields.at(0).field.size(), 100U);
}

TEST(Validate, knows_the_formats_of_a_shop) {
  const auto shop = [](std::string_view body) {
    return patched(Kind::kShop, body, Writers::kShop);
  };
  EXPECT_EQ(shop(R"({"slug":"Not A Slug"})"), "slug:format");
  EXPECT_EQ(shop(R"({"slug":"a--b"})"), "slug:format");
  EXPECT_EQ(shop(R"({"slug":"corner-bakery-2"})"), "fine");
  EXPECT_EQ(created(Kind::kShop, R"({"name":"N","currency":"eur"})", Writers::kOwner),
            "currency:format");
  EXPECT_EQ(shop(R"({"colours":{"primary":"#aabbcc","accent":"#000000","background":"#FFFFFF"}})"),
            "fine");
  EXPECT_EQ(shop(R"({"colours":{"primary":"#aabbcc"}})"), "colours:format");
  EXPECT_EQ(shop(R"({"colours":{"primary":"red","accent":"#000000","background":"#ffffff"}})"),
            "colours:format");
  EXPECT_EQ(shop(R"({"colours":null})"), "fine");
}

TEST(Validate, stores_an_email_address_in_one_form) {
  const auto values = validate(Kind::kUser, R"({"email":" Ann@Example.COM ","name":"Ann"})",
                               BodyMode::kCreate, Writers::kOwner);
  EXPECT_EQ(text_of(*values, user::kEmail), "ann@example.com");
  for (const std::string_view email : {"plain", "@b.c", "a@", "a@b@c", "a b@c.d"}) {
    EXPECT_EQ(created(Kind::kUser, R"({"email":")" + std::string(email) + R"(","name":"A"})",
                      Writers::kOwner),
              email.size() < 3 ? "email:too_short" : "email:format")
        << email;
  }
}

}  // namespace
}  // namespace tillcast::commerce
