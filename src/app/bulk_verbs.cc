#include "app/bulk_verbs.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <utility>

#include "app/progress.h"
#include "app/store.h"
#include "base/clock.h"
#include "base/ids.h"
#include "commerce/bulk.h"
#include "commerce/export.h"
#include "commerce/seed.h"

namespace tillcast::app {

namespace {

namespace fs = std::filesystem;
using RowSink = std::function<void(std::int64_t, Outcome<commerce::BulkRow>)>;

/// The id of the shop of that slug or id.
std::string shop_of(storage::Queries& queries, const std::string& named) {
  std::string id;
  queries.query("SELECT id FROM shops WHERE slug = $1 OR id = $1", {named},
                [&](const storage::Row& row) { id = row.text(0); });
  if (id.empty()) throw std::runtime_error("There is no shop " + named + '.');
  return id;
}

/// A store that bulks are brought into.
class BulkStore {
 public:
  explicit BulkStore(const std::string& data) : store_(data, random_) {
    const auto left = apply();
    if (left > 0) std::cerr << "Applied " << left << " rows that were interrupted before.\n";
  }

  Store& store() { return store_; }

  /// Stages what `rows` gives, and applies it if all of it is good.
  void bring(const commerce::BulkTarget& target, const std::function<void(const RowSink&)>& rows) {
    commerce::BulkStage stage(run(), ids_, clock_, target);
    std::int64_t taken = 0;
    rows([&](std::int64_t line, Outcome<commerce::BulkRow> row) {
      stage.add(line, std::move(row));
      ++taken;
    });
    const auto faults = stage.finish();
    for (const commerce::BulkFault& fault : faults) {
      std::cout << "line " << fault.line << ": " << fault.detail << '\n';
    }
    std::cout.flush();
    if (!faults.empty()) {
      throw std::runtime_error(
          "Nothing was written; rows to correct: " + std::to_string(faults.size()) + ".");
    }
    apply();
    std::cout << "Rows taken: " << taken << ".\n";
  }

 private:
  std::int64_t apply() {
    Progress progress("Applying");
    return commerce::apply_bulk(run(), ids_, clock_, [&](std::int64_t done, std::int64_t total) {
      progress.show(done, total);
    });
  }

  commerce::BulkRun run() {
    return [this](const std::function<void(storage::Transaction&)>& step) {
      store_.commit([&](storage::Transaction& transaction) {
        step(transaction);
        return true;
      });
    };
  }

  SystemClock clock_;
  KernelRandom random_;
  IdSource ids_{random_};
  Store store_;
};

bool is_csv(const std::string& format, const std::string& file) {
  if (format == "csv") return true;
  return format.empty() && fs::path(file).extension() == ".csv";
}

}  // namespace

void seed_shop(const SeedOptions& options) {
  look_at(options.data);
  BulkStore store(options.data);
  commerce::SeedRequest request{.products = options.count,
                                .reviews = options.reviews,
                                .categories = options.categories,
                                .seed = options.seed};
  store.store().read([&](storage::Queries& queries) {
    request.shop_id = shop_of(queries, options.shop);
    request.reviewers = commerce::seed_reviewers(queries, options.reviews);
  });
  auto checked = commerce::check_seed(std::move(request));
  if (!checked) {
    std::string sentence = checked.error().detail;
    const Problem problem = checked.error();
    for (const FieldError& field : problem.fields) {
      sentence += "\n  " + field.field + ": " + field.detail;
    }
    throw std::runtime_error(sentence);
  }
  store.bring({.shop_id = checked->shop_id, .worker = "seed"},
              [&](const RowSink& row) { commerce::make_seed(*checked, row); });
}

void export_store(const ExportOptions& options) {
  const bool csv = is_csv(options.format, options.to);
  const auto reader = look_at(options.data);
  std::ofstream file;
  if (!options.to.empty()) {
    if (fs::exists(options.to)) {
      throw std::runtime_error("The file " + options.to + " is there already: name a new one.");
    }
    file.open(options.to, std::ios::binary);
  }
  std::ostream& out = options.to.empty() ? std::cout : file;
  reader->snapshot([&](storage::Queries& queries) {
    const std::string shop = options.shop.empty() ? "" : shop_of(queries, options.shop);
    const auto line = [&](std::string_view text) { out << text; };
    if (csv) {
      commerce::export_csv_products(queries, shop, line);
    } else {
      commerce::export_json_lines(queries, shop, line);
    }
  });
  out.flush();
  if (!out) throw std::runtime_error("The export cannot be written; what is there is not whole.");
}

void import_rows(const ImportOptions& options) {
  std::ifstream file;
  if (!options.from.empty()) {
    file.open(options.from, std::ios::binary);
    if (!file) throw std::runtime_error("The file " + options.from + " cannot be read.");
  }
  std::istream& in = options.from.empty() ? std::cin : file;
  BulkStore store(options.data);
  commerce::BulkTarget target;
  if (!options.shop.empty()) {
    store.store().read(
        [&](storage::Queries& queries) { target.shop_id = shop_of(queries, options.shop); });
  }
  store.bring(target, [&](const RowSink& row) {
    if (is_csv(options.format, options.from)) {
      commerce::read_csv_products(in, row);
    } else {
      commerce::read_json_lines(in, row);
    }
  });
}

}  // namespace tillcast::app
