// Test support: a shop on a real database (storage/test_store.h says which), and the few steps that
// most tests begin with. One thread.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "auth/principal.h"
#include "base/ids.h"
#include "base/random.h"
#include "commerce/accounts.h"
#include "commerce/catalogue.h"
#include "commerce/context.h"
#include "commerce/migrations.h"
#include "commerce/orders.h"
#include "commerce/pictures.h"
#include "commerce/records.h"
#include "commerce/render.h"
#include "commerce/sessions.h"
#include "commerce/shops.h"
#include "commerce/validate.h"
#include "storage/test_store.h"

namespace tillcast::commerce::testing {

/// An open, migrated database, with a clock that stands still. Commands run as on the commit
/// thread: each in a savepoint that a refusal undoes, and committed.
class Store {
 public:
  Store() : store_(storage::make_test_store()), database_(store_->open()), ids_(seeded_) {
    database_->migrate(kMigrationComponent, migrations(database_->engine()));
    database_->migrate(kPictureComponent, picture_migrations(database_->engine()));
    writer_ = database_->open_writer();
    reader_ = database_->open_reader();
  }

  /// Runs `command(const Context&)`, which gives an Outcome, as `who`.
  template <class Command>
  auto run(const auth::Principal& who, const Command& command) {
    writer_->begin();
    const Context context{writer_->begin_command(), who, now_ms, ids_};
    auto outcome = [&] {
      try {
        return command(context);
      } catch (...) {
        writer_->roll_back();
        throw;
      }
    }();
    if (outcome.has_value()) {
      writer_->keep_command();
    } else {
      writer_->undo_command();
    }
    changes_.clear();
    take_changes(*writer_->commit());
    return outcome;
  }

  /// Runs `commands(const Context&)` as `who`, all of them in one group without savepoints, as the
  /// commit thread does; one that gives false is undone. Throws what the writer throws.
  using GroupCommand = std::function<bool(const Context&)>;
  void run_group(const auth::Principal& who, const std::vector<GroupCommand>& commands) {
    changes_.clear();
    try {
      writer_->begin_without_savepoints();
      for (const GroupCommand& command : commands) {
        if (command(Context{writer_->begin_command(), who, now_ms, ids_})) {
          writer_->keep_command();
        } else {
          writer_->undo_command();
        }
      }
      take_changes(*writer_->commit());
    } catch (...) {
      writer_->roll_back();
      throw;
    }
  }

  /// Runs `read(Queries&)` in a snapshot of its own and gives what it gives.
  template <class Read>
  auto read(const Read& read) {
    std::optional<std::invoke_result_t<Read, storage::Queries&>> result;
    reader_->snapshot([&](storage::Queries& queries) { result.emplace(read(queries)); });
    return *std::move(result);
  }

  /// What the last command or group logged.
  [[nodiscard]] const std::vector<storage::Change>& changes() const { return changes_; }
  [[nodiscard]] storage::Database& database() { return *database_; }
  [[nodiscard]] Random& random() { return random_; }

  /// The one integer that `sql` gives.
  std::int64_t number(std::string_view sql) {
    return read([&](storage::Queries& queries) {
      std::int64_t value = 0;
      queries.query(sql, {}, [&](const storage::Row& row) { value = row.integer(0); });
      return value;
    });
  }
  /// The record; a test that asks for one that is not there is wrong.
  Record record(Kind kind, const std::string& id) {
    return read([&](storage::Queries& queries) { return read_record(queries, kind, id); }).value();
  }

  std::int64_t now_ms = 1'700'000'000'000;

 private:
  void take_changes(const storage::CommittedBatch& batch) {
    for (const auto& transaction : batch.transactions) {
      changes_.insert(changes_.end(), transaction.changes.begin(), transaction.changes.end());
    }
  }

  std::unique_ptr<storage::TestStore> store_;
  KernelRandom random_;
  SeededRandom seeded_{7};
  std::unique_ptr<storage::Database> database_;
  IdSource ids_;
  std::unique_ptr<storage::Writer> writer_;
  std::unique_ptr<storage::Reader> reader_;
  std::vector<storage::Change> changes_;
};

/// A member of a JSON object, empty if it is not there.
inline std::string json_member(const std::string& json, std::string_view name) {
  const auto object = boost::json::parse(json).as_object();
  const auto* value = object.if_contains(name);
  if (value == nullptr) return {};
  return value->is_string() ? std::string(value->as_string()) : boost::json::serialize(*value);
}

/// A shop with an owner, a staff member, a buyer, another buyer, an admin and another shop's
/// seller.
class ShopTest : public ::testing::Test {
 protected:
  ShopTest() {
    owner_ = account("owner", auth::Role::kCustomer);
    staff_ = account("staff", auth::Role::kCustomer);
    buyer_ = account("buyer", auth::Role::kCustomer);
    buyer2_ = account("buyer2", auth::Role::kCustomer);
    admin_ = account("admin", auth::Role::kAdmin);
    stranger_ = account("stranger", auth::Role::kCustomer);
    shop_ = open_shop(owner_, "Bakery");
    other_shop_ = open_shop(stranger_, "Gadgets");
    store_
        .run(owner_,
             [&](const Context& context) {
               return add_member(context, shop_, {.user_id = staff_.user_id});
             })
        .value();
    staff_.shops.push_back({shop_, false});
  }

  auth::Principal account(const std::string& name, auth::Role role) {
    const Values fields = {{user_email(), name + "@example.com"}, {user_name(), name}};
    const auth::Principal nobody;
    auto user = store_.run(nobody, [&](const Context& context) {
      return register_account(context, fields, "$hash-of-" + name, role);
    });
    return {.user_id = user.value().id, .session_id = "session", .role = role};
  }

  std::string open_shop(auth::Principal& owner, const std::string& name) {
    const auto values =
        validate(Kind::kShop, R"({"name":")" + name + R"("})", BodyMode::kCreate, Writers::kOwner);
    auto shop = store_.run(
        owner, [&](const Context& context) { return create_shop(context, values.value()); });
    owner.shops.push_back({shop.value().id, true});
    owner.role = auth::Role::kSeller;
    return shop.value().id;
  }

  /// The values of a body of the shop's people that must be right.
  static Values values_of(Kind kind, std::string_view body, BodyMode mode, Writers writer) {
    return validate(kind, body, mode, writer).value();
  }

  Outcome<RecordImage> add_product(const auth::Principal& who, const std::string& shop_id,
                                   std::string_view body) {
    const Values values = values_of(Kind::kProduct, body, BodyMode::kCreate, Writers::kShop);
    return store_.run(
        who, [&](const Context& context) { return create_product(context, shop_id, values); });
  }
  /// A product of the bakery that costs 200 to make and 500 to buy.
  std::string bread(std::int64_t stock, const std::string& more = "") {
    return add_product(owner_, shop_,
                       R"({"name":"Bread","price_minor":500,"cost_minor":200,"stock":)" +
                           std::to_string(stock) + more + "}")
        .value()
        .id;
  }
  Outcome<RecordImage> change_product(const auth::Principal& who, const std::string& id,
                                      std::string_view body,
                                      std::optional<std::int64_t> if_match = std::nullopt) {
    const Values values = values_of(Kind::kProduct, body, BodyMode::kPatch, Writers::kShop);
    return store_.run(
        who, [&](const Context& context) { return patch_product(context, id, values, if_match); });
  }

  Outcome<RecordImage> order(const auth::Principal& who, std::vector<ItemLine> items) {
    const OrderRequest request{shop_, std::move(items)};
    return store_.run(who, [&](const Context& context) { return place_order(context, request); });
  }
  Outcome<RecordImage> set_status(const auth::Principal& who, const std::string& order_id,
                                  const std::string& status,
                                  std::optional<std::int64_t> if_match = std::nullopt) {
    const Values values = values_of(Kind::kOrder, R"({"status":")" + status + R"("})",
                                    BodyMode::kPatch, Writers::kOwnerAndShop);
    return store_.run(who, [&](const Context& context) {
      return patch_order(context, order_id, values, if_match);
    });
  }

  /// The changes of one kind that the last command logged.
  std::vector<storage::Change> changes_of(std::string_view kind) {
    std::vector<storage::Change> found;
    for (const storage::Change& change : store_.changes()) {
      if (change.kind == kind) found.push_back(change);
    }
    return found;
  }

  static FieldIndex user_email() { return find_field(spec(Kind::kUser), "email"); }
  static FieldIndex user_name() { return find_field(spec(Kind::kUser), "name"); }

  Store store_;
  const auth::Principal anonymous_;
  auth::Principal owner_, staff_, buyer_, buyer2_, admin_, stranger_;
  std::string shop_, other_shop_;
};

/// The code of a refusal; empty for a success.
template <class T>
std::string code_of(const Outcome<T>& outcome) {
  return outcome.has_value() ? std::string() : outcome.error().code;
}
template <class T>
int status_of(const Outcome<T>& outcome) {
  return outcome.has_value() ? 200 : outcome.error().status;
}

}  // namespace tillcast::commerce::testing
