// The command line, TILLCAST_* variables and the config file as values. One thread, at start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "app/enrichment_options.h"
#include "app/inspect_options.h"
#include "app/keeping_options.h"
#include "app/limit_options.h"
#include "app/listen_address.h"
#include "app/port_options.h"
#include "auth/principal.h"
#include "base/log.h"
#include "storage/change_log.h"

namespace tillcast::app {

struct ServeOptions {
  ListenAddress listen{};
  std::string data{};
  bool demo = false;
  bool insecure_demo = false;
  /// Both or none: PEM files of the certificate and its key; then TLS alone is spoken.
  std::string tls_certificate{};
  std::string tls_key{};
  std::size_t loops = 1;
  /// permessage-deflate for WebSockets that offer it.
  bool deflate = false;
  /// How much of the change log is kept for those who come back.
  storage::LogRetention history{};
  LogLevel log_level = LogLevel::kInfo;
  /// The file of outside issuers; empty if there are none.
  std::string issuers{};
  LimitOptions limits{};
  /// The dialects that are spoken beside the native one.
  std::vector<PortOptions> ports{};
  EnrichmentOptions enrichment{};

  [[nodiscard]] bool tls() const { return !tls_certificate.empty(); }
};

struct UserAddOptions {
  std::string data{};
  std::string email{};
  std::string name{};
  auth::Role role = auth::Role::kCustomer;
};

struct UserPasswordOptions {
  std::string data{};
  std::string email{};
};

struct UserRoleOptions {
  std::string data{};
  std::string email{};
  auth::Role role = auth::Role::kCustomer;
};

struct TokenOptions {
  std::string data{};
  std::string email{};
  std::int64_t ttl_s = 3600;
};

/// Help or the version was asked for: print it and end with success.
struct PrintText {
  std::string text{};
};

using Invocation = std::variant<ServeOptions, UserAddOptions, UserPasswordOptions, UserRoleOptions,
                                TokenOptions, KeepingInvocation, InspectInvocation, PrintText>;

/// The command line is wrong; what() is a sentence for the user. Ends with status 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Flags are stronger than variables, variables than the config file. Throws UsageError.
Invocation parse_command_line(int argc, const char* const* argv);

/// What --data says, if it is a folder or the URL of a PostgreSQL database. Throws UsageError for
/// another URL, so that none is ever made into a folder; it is not repeated, because it may have a
/// password in it.
const std::string& demand_data(const std::string& data);

/// `90s`, `15m`, `1h`, `30d` in seconds; nothing for another text or more than 3650 days.
std::optional<std::int64_t> parse_duration_s(const std::string& text);

}  // namespace tillcast::app
