#include "commerce/render.h"

#include <gtest/gtest.h>

#include <set>

#include "commerce/fields.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using auth::Viewer;

constexpr Viewer kViewers[] = {Viewer::kPublic, Viewer::kOwner, Viewer::kDesk, Viewer::kAdmin};

/// A record of `kind` in which every field has a value that says its name.
RecordImage full_record(const KindSpec& kind) {
  Record record(kind.kind);
  for (FieldIndex field = 0; field < kind.fields.size(); ++field) {
    const FieldSpec& spec = kind.fields[field];
    const std::string name(spec.name);
    switch (spec.type) {
      case FieldType::kText:
      case FieldType::kEnum:
        record.set(field, "<" + name + "> \"quoted\" \\ , } ]");
        break;
      case FieldType::kJson:
        record.set(field, R"([{"of":")" + name + R"(","a":"}],\"{[","n":[1,2]}])");
        break;
      case FieldType::kBoolean:
        record.set(field, std::int64_t{1});
        break;
      default:
        record.set(field, std::int64_t{1'234'567});
    }
  }
  return image_of(record);
}

std::set<std::string> names_in(const std::string& json) {
  std::set<std::string> names;
  const auto object = boost::json::parse(json).as_object();
  for (const auto& member : object) {
    names.insert(std::string(member.key()));
  }
  return names;
}

TEST(Render, shows_each_viewer_exactly_the_fields_of_the_policy) {
  for (const KindSpec& kind : all_kinds()) {
    const RecordImage image = full_record(kind);
    const auto whole = boost::json::parse(image.json).as_object();
    ASSERT_EQ(whole.size(), kind.fields.size()) << kind.name;
    for (const Viewer viewer : kViewers) {
      const std::string json = render_record(kind, image.json, viewer);
      std::set<std::string> wanted;
      for (const FieldSpec& field : kind.fields) {
        if (auth::shows(viewer, field.audience)) wanted.insert(std::string(field.name));
      }
      EXPECT_EQ(names_in(json), wanted) << kind.name;
      const auto shown = boost::json::parse(json).as_object();
      for (const auto& member : shown) {
        EXPECT_EQ(member.value(), whole.at(member.key())) << kind.name << '.' << member.key();
      }
    }
  }
}

TEST(Render, never_shows_cost_profit_or_revenue_below_the_desk) {
  for (const KindSpec& kind : all_kinds()) {
    const std::string image = full_record(kind).json;
    for (const Viewer viewer : {Viewer::kPublic, Viewer::kOwner}) {
      std::string everything;
      for (const FieldSpec& field : kind.fields) everything.append(field.name) += ',';
      everything.pop_back();
      for (const std::string& json :
           {render_record(kind, image, viewer), render_patch(kind, image, everything, viewer),
            render_patch(kind, "{}", everything, viewer)}) {
        for (const std::string_view secret :
             {"cost_minor", "profit_minor", "revenue_minor", "low_stock_threshold"}) {
          EXPECT_EQ(json.find(secret), std::string::npos) << kind.name << ' ' << json;
        }
      }
    }
  }
}

TEST(Render, gives_the_same_bytes_to_all_who_are_shown_everything) {
  for (const KindSpec& kind : all_kinds()) {
    // It has a field that nobody is shown.
    if (kind.kind == Kind::kReview) continue;
    const std::string image = full_record(kind).json;
    EXPECT_EQ(render_record(kind, image, Viewer::kDesk), image) << kind.name;
    EXPECT_EQ(render_record(kind, image, Viewer::kAdmin), image) << kind.name;
  }
}

TEST(Render, shows_nobody_what_is_for_nobody) {
  const KindSpec& review = spec(Kind::kReview);
  for (const Viewer viewer : {Viewer::kPublic, Viewer::kOwner, Viewer::kDesk, Viewer::kAdmin}) {
    EXPECT_EQ(render_record(review, R"({"id":"r","visibility":"hidden"})", viewer),
              R"({"id":"r"})");
    EXPECT_FALSE(shows_any(review, "visibility", viewer));
  }
}

TEST(Render, leaves_out_what_is_no_field_any_more) {
  EXPECT_EQ(render_record(spec(Kind::kShop), R"({"id":"s","gone":[1,{"a":"}"}],"name":"N"})",
                          Viewer::kPublic),
            R"({"id":"s","name":"N"})");
}

TEST(Render, ends_at_the_first_fault_of_a_damaged_image) {
  const KindSpec& shop = spec(Kind::kShop);
  const std::string image = R"({"id":"s","version":1,"name":"a\"}b"})";
  for (std::size_t length = 0; length < image.size(); ++length) {
    const std::string json = render_record(shop, image.substr(0, length), Viewer::kPublic);
    EXPECT_NO_THROW(boost::json::parse(json)) << json;
  }
}

TEST(RenderPatch, has_the_changed_fields_that_the_viewer_is_shown_and_the_time) {
  const KindSpec& product = spec(Kind::kProduct);
  const std::string image =
      R"({"id":"p","version":3,"created_at":"c","updated_at":"u","name":"N","price_minor":5,)"
      R"("cost_minor":2,"stock":7,"status":"active"})";
  EXPECT_EQ(render_patch(product, image, "stock,cost_minor", Viewer::kPublic),
            R"({"updated_at":"u","stock":7})");
  EXPECT_EQ(render_patch(product, image, "stock,cost_minor", Viewer::kDesk),
            R"({"updated_at":"u","cost_minor":2,"stock":7})");
}

TEST(RenderPatch, has_null_for_what_is_now_absent) {
  const KindSpec& product = spec(Kind::kProduct);
  const std::string image = R"({"id":"p","version":3,"updated_at":"u","name":"N"})";
  EXPECT_EQ(render_patch(product, image, "caption,name,sku", Viewer::kPublic),
            R"({"updated_at":"u","name":"N","caption":null,"sku":null})");
  EXPECT_EQ(render_patch(product, image, "cost_minor", Viewer::kPublic), R"({"updated_at":"u"})");
}

TEST(Render, knows_which_changes_a_viewer_is_shown) {
  const KindSpec& product = spec(Kind::kProduct);
  EXPECT_TRUE(shows_any(product, "cost_minor,stock", Viewer::kPublic));
  EXPECT_FALSE(shows_any(product, "cost_minor,low_stock_threshold", Viewer::kPublic));
  EXPECT_TRUE(shows_any(product, "cost_minor", Viewer::kDesk));
  EXPECT_FALSE(shows_any(product, "", Viewer::kAdmin));
  EXPECT_FALSE(shows_any(product, "no_such_field", Viewer::kAdmin));
}

// Who × what: the record of a shop "s" and a user "u", seen by each sort of caller.
TEST(ViewerFor, lets_nobody_see_a_record_of_a_room_that_they_may_not_join) {
  const auth::Principal anonymous;
  const auth::Principal owner{.user_id = "u"};
  const auth::Principal other{.user_id = "x"};
  const auth::Principal member{.user_id = "m", .shops = {{"s", false}}};
  const auth::Principal stranger{.user_id = "t", .shops = {{"s2", true}}};
  const auth::Principal admin{.user_id = "a", .role = auth::Role::kAdmin};
  const auto seen = [&](Kind kind, bool is_public, std::string shop = "s", std::string user = "u") {
    const RecordImage record{kind, "id", std::move(shop), std::move(user), 1, is_public, "{}"};
    std::string letters;
    for (const auth::Principal& who : {anonymous, owner, other, member, stranger, admin}) {
      const auto viewer = viewer_for(who, record);
      letters +=
          viewer ? "pod a"[static_cast<int>(*viewer) == 3 ? 4 : static_cast<int>(*viewer)] : '-';
    }
    return letters;
  };
  EXPECT_EQ(seen(Kind::kOrder, false), "-o-d-a");
  EXPECT_EQ(seen(Kind::kProduct, true, "s", ""), "pppdpa");
  EXPECT_EQ(seen(Kind::kProduct, false, "s", ""), "---d-a");
  EXPECT_EQ(seen(Kind::kStats, false, "s", ""), "---d-a");
  EXPECT_EQ(seen(Kind::kStockEntry, false, "s", ""), "---d-a");
  EXPECT_EQ(seen(Kind::kMember, false), "---d-a") << "the desk shows it to the member";
  EXPECT_EQ(seen(Kind::kCart, false, ""), "-o----") << "not even to an admin";
  EXPECT_EQ(seen(Kind::kUser, false, ""), "-o---a");
  EXPECT_EQ(seen(Kind::kNotification, false, ""), "-o----");
  EXPECT_EQ(seen(Kind::kNotification, false, "s", ""), "---d-a");
  EXPECT_EQ(seen(Kind::kReview, true), "pppppp");
  EXPECT_EQ(seen(Kind::kReview, false), "---p-p") << "of a product that is a draft";
  EXPECT_EQ(seen(Kind::kWishlist, false, ""), "-o----");
  EXPECT_EQ(seen(Kind::kJob, false, "s", ""), "---d-a");
  EXPECT_EQ(seen(Kind::kShop, true), "pppdpa");
}

}  // namespace
}  // namespace tillcast::commerce
