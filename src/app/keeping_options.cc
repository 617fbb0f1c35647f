#include "app/keeping_options.h"

#include <CLI/CLI.hpp>

#include "app/options.h"

namespace tillcast::app {

namespace {

constexpr const char* kVerifyExamples = R"(
Looks at everything in one snapshot, also while servers write it: SQLite's pages and indexes, the order of the log, each change's rooms, records against the log, references, stock
against its entries, statistics against orders, ratings against reviews. What is wrong is printed,
a line each, and the status is then 1.

Examples:
  tillcast verify --data /srv/shop
  tillcast verify --data postgres://shop@db.example/shop
  tillcast verify --from shop.backup
)";

constexpr const char* kData = "The folder that holds the data, or the URL of a PostgreSQL database";
constexpr const char* kByDump =
    "copied by `pg_dump --format=custom --file=FILE URL`, also while it is served";
constexpr const char* kByRestore = "filled by `pg_restore --dbname=URL FILE`";

constexpr const char* kBackupExamples = R"(
Copies the store as it is at one moment into one new file, while the server goes on. The file holds
password hashes and the key of the tokens: keep it as you keep the data.

Example:
  tillcast backup --data /srv/shop --to shop-2026-11-21.backup
)";

constexpr const char* kRestoreExamples = R"(
Puts a backup into a folder that is empty or not there. It begins a new epoch of the log, so that
every client fetches its rooms anew.

Example:
  tillcast restore --from shop-2026-11-21.backup --data /srv/shop2
)";

constexpr const char* kSeedExamples = R"(
Makes up products, and reviews by the people who are there, in one shop. The same --seed gives the same
rows, and again changes them instead of making more. The server of a data folder must be stopped; those of a
PostgreSQL database go on.

Examples:
  tillcast seed --shop bakery --count 500
  tillcast seed --shop bakery --count 100 --categories Bread --categories Cookies --seed 7 --reviews 3
)";

constexpr const char* kExportExamples = R"(
Writes the store as JSON Lines, an object a line: its people (without passwords), shops, products,
reviews and orders; of one --shop the last three. As CSV it is the products. Also while servers write it.

Examples:
  tillcast export --data /srv/shop --to everything.jsonl
  tillcast export --data /srv/shop --shop bakery --to products.csv
)";

constexpr const char* kImportExamples = R"(
Takes what an export wrote, or a CSV of products whose first line names the fields. A row with the id, or
the sku, of what is there changes that; fields that it leaves out stay. Every bad row is printed by its
line, and then nothing is written. A crash in the middle is gone on from by the next start. The server of a
data folder must be stopped; those of a PostgreSQL database go on.

Examples:
  tillcast import --data /srv/shop2 --from everything.jsonl
  tillcast import --data /srv/shop --shop bakery --from products.csv
)";

CLI::Option* add_data(CLI::App& verb, std::string& data, const char* what) {
  return verb.add_option("--data", data, what)
      ->envname("TILLCAST_DATA")
      ->type_name("DATA")
      ->capture_default_str();
}

/// A database has tools of its own. The URL is not repeated, because it may have a password in it.
const std::string& folder(const std::string& data, const std::string& instead) {
  if (data.find("://") == std::string::npos) return data;
  throw UsageError("this verb works on a data folder; a PostgreSQL database is " + instead +
                   " (docs/postgres.md)");
}

}  // namespace

KeepingVerbs::KeepingVerbs(CLI::App& app) {
  add_verify(app);
  add_backup(app);
  add_restore(app);
  add_seed(app);
  add_moves(app);
}

void KeepingVerbs::add_verify(CLI::App& app) {
  verify_ = app.add_subcommand("verify", "Check that a store is sound");
  verify_->footer(kVerifyExamples);
  add_data(*verify_, data_, kData);
  verify_->add_option("--from", from_, "A backup to check in place of a folder")->type_name("FILE");
}

void KeepingVerbs::add_backup(CLI::App& app) {
  backup_ = app.add_subcommand("backup", "Copy a store into one file, while it is served");
  backup_->footer(kBackupExamples);
  add_data(*backup_, data_, "The folder that holds the data");
  backup_->add_option("--to", to_, "The file to make")->type_name("FILE")->required();
}

void KeepingVerbs::add_restore(CLI::App& app) {
  restore_ = app.add_subcommand("restore", "Put a backup into an empty folder");
  restore_->footer(kRestoreExamples);
  restore_->add_option("--from", from_, "The backup")->type_name("FILE")->required();
  add_data(*restore_, data_, "The folder to make the store in");
}

void KeepingVerbs::add_seed(CLI::App& app) {
  seed_ = app.add_subcommand("seed", "Fill a shop with made-up products");
  seed_->footer(kSeedExamples);
  add_data(*seed_, data_, kData);
  seed_->add_option("--shop", seeding_.shop, "The shop's slug or id")
      ->type_name("SHOP")
      ->required();
  seed_->add_option("--count", seeding_.count, "How many products")
      ->type_name("N")
      ->capture_default_str();
  seed_->add_option("--reviews", seeding_.reviews, "How many reviews of each")
      ->type_name("N")
      ->capture_default_str();
  seed_
      ->add_option("--categories", seeding_.categories,
                   "Of these categories alone; may be repeated")
      ->type_name("NAME");
  seed_->add_option("--seed", seeding_.seed, "Another number gives other products")
      ->type_name("NUMBER")
      ->capture_default_str();
}

void KeepingVerbs::add_moves(CLI::App& app) {
  export_ = app.add_subcommand("export", "Write what is in a store as JSON Lines or CSV");
  export_->footer(kExportExamples);
  export_->add_option("--to", to_, "The file to make; stdout if left out")->type_name("FILE");
  import_ = app.add_subcommand("import", "Take in JSON Lines or CSV");
  import_->footer(kImportExamples);
  import_->add_option("--from", from_, "The file; stdin if left out")->type_name("FILE");
  for (CLI::App* verb : {export_, import_}) {
    add_data(*verb, data_, kData);
    verb->add_option("--shop", seeding_.shop, "One shop alone, by its slug or id")
        ->type_name("SHOP");
    verb->add_option("--format", format_, "jsonl or csv; as the file is called if left out")
        ->check(CLI::IsMember({"jsonl", "csv"}))
        ->type_name("FORMAT");
  }
}

std::optional<KeepingInvocation> KeepingVerbs::invocation() const {
  if (verify_->parsed()) return VerifyOptions{demand_data(data_), from_};
  if (backup_->parsed()) return BackupOptions{folder(data_, kByDump), to_};
  if (restore_->parsed()) return RestoreOptions{from_, folder(data_, kByRestore)};
  if (export_->parsed()) return ExportOptions{demand_data(data_), seeding_.shop, format_, to_};
  if (import_->parsed()) return ImportOptions{demand_data(data_), seeding_.shop, format_, from_};
  if (!seed_->parsed()) return std::nullopt;
  SeedOptions seed = seeding_;
  seed.data = demand_data(data_);
  return seed;
}

}  // namespace tillcast::app
