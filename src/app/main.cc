// tillcast: the command line. Status 0 is success, 1 a failure, 2 a command that cannot be meant.
#include <exception>
#include <iostream>
#include <variant>

#include "app/accounts.h"
#include "app/bulk_verbs.h"
#include "app/keeping.h"
#include "app/options.h"
#include "app/schema_verb.h"
#include "app/serve.h"
#include "app/signals.h"
#include "app/tail.h"
#include "pictures/child.h"

namespace {

namespace app = tillcast::app;

struct Run {
  void operator()(const app::ServeOptions& options) const {
    using Hangup = app::StopSignals::Hangup;
    app::StopSignals signals(options.tls() ? Hangup::kIsWatched : Hangup::kEndsTheProgram);
    app::serve(options, signals);
  }
  void operator()(const app::UserAddOptions& options) const { app::add_user(options); }
  void operator()(const app::UserPasswordOptions& options) const { app::set_password(options); }
  void operator()(const app::UserRoleOptions& options) const { app::set_role(options); }
  void operator()(const app::TokenOptions& options) const { app::print_token(options); }
  void operator()(const app::VerifyOptions& options) const { app::verify_store(options); }
  void operator()(const app::BackupOptions& options) const { app::back_up(options); }
  void operator()(const app::RestoreOptions& options) const { app::restore(options); }
  void operator()(const app::SeedOptions& options) const { app::seed_shop(options); }
  void operator()(const app::ExportOptions& options) const { app::export_store(options); }
  void operator()(const app::ImportOptions& options) const { app::import_rows(options); }
  void operator()(const app::KeepingInvocation& keeping) const { std::visit(*this, keeping); }
  void operator()(const app::TailOptions& options) const { app::tail(options); }
  void operator()(const app::SchemaOptions& options) const { app::print_schema(options); }
  void operator()(const app::InspectInvocation& verb) const { std::visit(*this, verb); }
  void operator()(const app::PrintText& print) const { std::cout << print.text; }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && argv[1] == tillcast::pictures::kChildVerb)
    return tillcast::pictures::run_child();
  try {
    std::visit(Run{}, app::parse_command_line(argc, argv));
    return 0;
  } catch (const app::UsageError& error) {
    std::cerr << "tillcast: " << error.what() << "\nTry: tillcast --help\n";
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "tillcast: " << error.what() << '\n';
    return 1;
  }
}
