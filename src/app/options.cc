#include "app/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <fstream>
#include <thread>

#include "app/version.h"
#include "base/limits.h"

namespace tillcast::app {

namespace {

constexpr std::size_t kLoopsMax = 64;

constexpr const char* kExamples = R"(
Examples:
  tillcast serve --demo                      two demo shops on http://127.0.0.1:8800
  tillcast serve --data /srv/shop --listen 127.0.0.1:9000
  tillcast serve --data postgres://shop@db.example/shop
  tillcast user add --role admin --email me@example.org --data /srv/shop
  tillcast backup --data /srv/shop --to shop.backup
  TOKEN=$(tillcast token --user me@example.org --ttl 10m --data /srv/shop)

Every flag of serve is also a variable (--listen is TILLCAST_LISTEN) and a line of the config file
(listen = "127.0.0.1:9000"); a flag is stronger than a variable, a variable than the file.
)";

constexpr const char* kServeExamples = R"(
Examples:
  tillcast serve --demo
  tillcast serve --data /srv/shop --listen 127.0.0.1:9000 --log-level debug
  TILLCAST_DATA=/srv/shop tillcast serve --config tillcast.toml

  tillcast serve --demo --compat bakery=5001 --web bakery=frontend/build

  tillcast serve --listen 0.0.0.0:443 --tls-cert fullchain.pem --tls-key privkey.pem

When it accepts connections it prints one line: tillcast ready on http://HOST:PORT
SIGTERM and SIGINT let what is in flight be answered and end it; a second one ends it at once.
With TLS, SIGHUP reads certificate and key again, and connections that are open stay.
)";

constexpr const char* kUserExamples = R"(
The password is asked on the terminal, or taken from TILLCAST_PASSWORD or from standard input; it is
never a flag. The server of the same data folder must be stopped; on PostgreSQL servers go on.

Examples:
  tillcast user add --role admin --email me@example.org
  tillcast user password --email me@example.org
  tillcast user role --email me@example.org --role seller
)";

constexpr const char* kTokenExamples = R"(
Prints an access token of a new session, for scripts: Authorization: Bearer TOKEN. The server of the
same data folder must be stopped.

Example:
  tillcast token --user me@example.org --ttl 10m
)";

/// What the flags are read into, before it is checked.
struct Raw {
  std::string listen = "127.0.0.1:8800";
  std::string data = "tillcast-data";
  std::string config{};
  std::string log_level = "info";
  std::string issuers{};
  std::string history = "30d";
  std::uint64_t history_changes = limits::kLogChangesMax;
  std::size_t loops = 0;
  bool demo = false;
  bool insecure_demo = false;
  std::string tls_certificate{};
  std::string tls_key{};
  bool deflate = false;
  RawPortOptions ports{};
  std::string email{};
  std::string name{};
  std::string role = "customer";
  std::string ttl = "1h";
};

void add_data(CLI::App& verb, Raw& raw) {
  verb.add_option("--data", raw.data,
                  "The folder that holds the data, made if it is missing; or postgres://…, a "
                  "PostgreSQL database that several servers may share")
      ->envname("TILLCAST_DATA")
      ->type_name("DIR|URL")
      ->capture_default_str();
}

void add_email(CLI::App& verb, Raw& raw, const char* flag) {
  verb.add_option(flag, raw.email, "The e-mail address of the account")
      ->type_name("EMAIL")
      ->required();
}

CLI::Option* add_role(CLI::App& verb, Raw& raw) {
  return verb.add_option("--role", raw.role, "customer, seller or admin")->type_name("ROLE");
}

CLI::App* add_serve(CLI::App& app, Raw& raw) {
  CLI::App* serve = app.add_subcommand("serve", "Serve the shops of a data folder or database");
  serve->footer(kServeExamples);
  serve->add_option("--listen", raw.listen, "IP address and port; port 0 takes a free one")
      ->envname("TILLCAST_LISTEN")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  add_data(*serve, raw);
  serve->add_flag("--demo", raw.demo, "Fill an empty store with two demo shops")
      ->envname("TILLCAST_DEMO");
  serve
      ->add_flag(
          "--insecure-demo", raw.insecure_demo,
          "Serve the demo, whose passwords everybody knows, on an address that others can reach")
      ->envname("TILLCAST_INSECURE_DEMO");
  serve
      ->add_option("--tls-cert", raw.tls_certificate,
                   "Speak TLS alone, with this certificate and those that lead to its issuer (PEM)")
      ->envname("TILLCAST_TLS_CERT")
      ->type_name("FILE");
  serve->add_option("--tls-key", raw.tls_key, "The certificate's private key (PEM)")
      ->envname("TILLCAST_TLS_KEY")
      ->type_name("FILE");
  serve->add_option("--loops", raw.loops, "Event loops; 0 is one a core")
      ->envname("TILLCAST_LOOPS")
      ->check(CLI::Range(std::size_t{0}, kLoopsMax))
      ->type_name("N")
      ->capture_default_str();
  serve
      ->add_option("--issuers", raw.issuers,
                   "A JSON file of outside issuers whose users may sign in; see docs/identity.md")
      ->envname("TILLCAST_ISSUERS")
      ->type_name("FILE");
  serve
      ->add_flag("--deflate", raw.deflate,
                 "Compress large WebSocket messages for clients that offer permessage-deflate")
      ->envname("TILLCAST_DEFLATE");
  add_port_options(*serve, raw.ports);
  serve
      ->add_option("--history", raw.history,
                   "How long changes are kept for clients that come back: 90s, 15m, 1h, 30d; the "
                   "last 50000 are kept whatever their age")
      ->envname("TILLCAST_HISTORY")
      ->type_name("TIME")
      ->capture_default_str();
  serve
      ->add_option("--history-changes", raw.history_changes,
                   "How many changes are kept at most, whatever their age")
      ->envname("TILLCAST_HISTORY_CHANGES")
      ->check(CLI::Range(std::uint64_t{1}, limits::kLogChangesMax))
      ->type_name("N")
      ->capture_default_str();
  serve->add_option("--config", raw.config, "A file of lines such as: listen = \"127.0.0.1:9000\"")
      ->envname("TILLCAST_CONFIG")
      ->configurable(false)
      ->type_name("FILE");
  serve->add_option("--log-level", raw.log_level, "debug, info, warning or error")
      ->envname("TILLCAST_LOG_LEVEL")
      ->type_name("LEVEL")
      ->capture_default_str();
  serve->allow_config_extras(CLI::config_extras_mode::error);
  return serve;
}

auth::Role role_of(const Raw& raw) {
  const auto role = auth::parse_role(raw.role);
  if (!role) {
    throw UsageError("\"" + raw.role + "\" is no role: say customer, seller or admin");
  }
  return *role;
}

/// `scheme://user:password@host`, or `?password=`.
bool has_password(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view rest = text.substr(scheme + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  const std::size_t at = authority.rfind('@');
  const bool in_authority =
      at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos;
  const std::size_t query = rest.find('?');
  if (in_authority || query == std::string_view::npos) return in_authority;
  const std::string parameters = '&' + std::string(rest.substr(query + 1));
  return parameters.find("&password=") != std::string::npos ||
         parameters.find("&sslpassword=") != std::string::npos;
}

/// Everybody on the machine can read the flags of a program; so can whoever finds its command line
/// in a log.
void refuse_secrets_in_flags(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    if (!has_password(argv[i])) continue;
    throw UsageError(
        "a flag has a password in it, which everybody on this machine can read: give the URL as "
        "the variable TILLCAST_DATA or in the config file, or the password as PGPASSWORD or in "
        "the file ~/.pgpass");
  }
}

ServeOptions serve_options(const Raw& raw) {
  ServeOptions options;
  const auto listen = parse_listen_address(raw.listen);
  if (!listen) {
    throw UsageError("\"" + raw.listen +
                     "\" is no address to listen on: say HOST:PORT, such as "
                     "127.0.0.1:8800 or [::1]:8800");
  }
  options.listen = *listen;
  options.data = demand_data(raw.data);
  options.demo = raw.demo;
  options.insecure_demo = raw.insecure_demo;
  if (raw.tls_certificate.empty() != raw.tls_key.empty()) {
    throw UsageError("--tls-cert and --tls-key go together: one is missing");
  }
  options.tls_certificate = raw.tls_certificate;
  options.tls_key = raw.tls_key;
  options.deflate = raw.deflate;
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  options.loops = raw.loops == 0 ? std::min(cores, kLoopsMax) : raw.loops;
  const auto history_s = parse_duration_s(raw.history);
  if (!history_s) {
    throw UsageError("\"" + raw.history + "\" is no time to keep history: say 12h or 30d");
  }
  options.history.age_ms_max = *history_s * 1000;
  options.history.changes_max = raw.history_changes;
  const auto level = parse_log_level(raw.log_level);
  if (!level) {
    throw UsageError("\"" + raw.log_level +
                     "\" is no log level: say debug, info, warning or error");
  }
  options.log_level = *level;
  options.issuers = raw.issuers;
  return options;
}

TokenOptions token_options(const Raw& raw) {
  const auto ttl_s = parse_duration_s(raw.ttl);
  if (!ttl_s) {
    throw UsageError("\"" + raw.ttl + "\" is no time to live: say 90s, 15m, 1h or 30d");
  }
  return {demand_data(raw.data), raw.email, *ttl_s};
}

/// CLI11's own config file would be stronger than the variables, so the file is read last: it only
/// gives what neither flags nor variables gave.
void read_config(CLI::App& serve, const std::string& path) {
  std::ifstream file(path);
  if (!file) throw UsageError("cannot read the config file " + path);
  serve.parse_from_stream(file);
}

}  // namespace

std::optional<std::int64_t> parse_duration_s(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || text.data() + text.size() - end != 1 || value < 1) return {};
  const std::string_view units = "smhd";
  constexpr std::int64_t kSeconds[] = {1, 60, 3600, 86400};
  const std::size_t unit = units.find(*end);
  constexpr std::int64_t kMax = 3650LL * 86400;
  if (unit == std::string_view::npos || value > kMax / kSeconds[unit]) return {};
  return value * kSeconds[unit];
}

const std::string& demand_data(const std::string& data) {
  const std::size_t scheme = data.find("://");
  if (scheme == std::string::npos) return data;
  const std::string_view name = std::string_view(data).substr(0, scheme);
  if (name != "postgres" && name != "postgresql") {
    throw UsageError("--data takes a folder, or a URL that begins with postgres://");
  }
  return data;
}

Invocation parse_command_line(int argc, const char* const* argv) {
  refuse_secrets_in_flags(argc, argv);
  Raw raw;
  CLI::App app("Tillcast keeps every screen of a shop in step.", "tillcast");
  app.footer(kExamples);
  app.set_version_flag("--version", "tillcast " + std::string(kVersion));
  app.require_subcommand(1);
  CLI::App* serve = add_serve(app, raw);
  const LimitFlags limit_flags(*serve);
  const EnrichmentFlags enrichment_flags(*serve);
  CLI::App* user = app.add_subcommand("user", "Add accounts and change them");
  user->footer(kUserExamples);
  user->require_subcommand(1);
  CLI::App* add = user->add_subcommand("add", "Add an account");
  CLI::App* password = user->add_subcommand("password", "Set a new password, ending all sessions");
  CLI::App* role = user->add_subcommand("role", "Change what an account may do");
  const KeepingVerbs keeping(app);
  const InspectVerbs inspecting(app);
  CLI::App* token = app.add_subcommand("token", "Print an access token");
  token->footer(kTokenExamples);
  for (CLI::App* verb : {add, password, role, token}) add_data(*verb, raw);
  for (CLI::App* verb : {add, password, role}) add_email(*verb, raw, "--email");
  add->add_option("--name", raw.name, "As others see it; the address up to the @ if left out")
      ->type_name("NAME");
  add_role(*add, raw)->capture_default_str();
  add_role(*role, raw)->required();
  add_email(*token, raw, "--user");
  token->add_option("--ttl", raw.ttl, "How long it is good: 90s, 15m, 1h, 30d")
      ->type_name("TIME")
      ->capture_default_str();

  try {
    app.parse(argc, argv);
    if (serve->parsed() && !raw.config.empty()) read_config(*serve, raw.config);
  } catch (const CLI::CallForVersion& version) {
    return PrintText{std::string(version.what()) + "\n"};
  } catch (const CLI::CallForHelp&) {
    return PrintText{app.help()};
  } catch (const CLI::CallForAllHelp&) {
    return PrintText{app.help("", CLI::AppFormatMode::All)};
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  if (auto invocation = keeping.invocation()) return *std::move(invocation);
  if (auto invocation = inspecting.invocation()) return *std::move(invocation);
  if (serve->parsed()) {
    ServeOptions options = serve_options(raw);
    options.limits = limit_flags.options();
    options.enrichment = enrichment_flags.options();
    options.ports = port_options(raw.ports, options.limits.port_origins);
    return options;
  }
  if (add->parsed())
    return UserAddOptions{demand_data(raw.data), raw.email, raw.name, role_of(raw)};
  if (password->parsed()) return UserPasswordOptions{demand_data(raw.data), raw.email};
  if (role->parsed()) return UserRoleOptions{demand_data(raw.data), raw.email, role_of(raw)};
  return token_options(raw);
}

}  // namespace tillcast::app
