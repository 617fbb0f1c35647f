#include "app/keeping_options.h"

#include <CLI/CLI.hpp>

namespace tillcast::app {

namespace {

constexpr const char* kVerifyExamples = R"(
Looks at everything in one snapshot, also while a server serves the folder: SQLite's pages and
indexes, the order of the log, each change's rooms, records against the log, references, stock
against its entries, statistics against orders, ratings against reviews. What is wrong is printed,
a line each, and the status is then 1.

Examples:
  tillcast verify --data /srv/shop
  tillcast verify --from shop.backup
)";

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

CLI::Option* add_data(CLI::App& verb, std::string& data, const char* what) {
  return verb.add_option("--data", data, what)
      ->envname("TILLCAST_DATA")
      ->type_name("DIR")
      ->capture_default_str();
}

}  // namespace

KeepingVerbs::KeepingVerbs(CLI::App& app) {
  add_verify(app);
  add_backup(app);
  add_restore(app);
}

void KeepingVerbs::add_verify(CLI::App& app) {
  verify_ = app.add_subcommand("verify", "Check that a store is sound");
  verify_->footer(kVerifyExamples);
  add_data(*verify_, data_, "The folder that holds the data");
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

std::optional<KeepingInvocation> KeepingVerbs::invocation() const {
  if (verify_->parsed()) return VerifyOptions{data_, from_};
  if (backup_->parsed()) return BackupOptions{data_, to_};
  if (restore_->parsed()) return RestoreOptions{from_, data_};
  return std::nullopt;
}

}  // namespace tillcast::app
