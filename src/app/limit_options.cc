#include "app/limit_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/options.h"
#include "protocol/client_address.h"

namespace tillcast::app {

namespace {

constexpr std::int64_t kNumberMax = 1'000'000;
constexpr std::string_view kNative = "native";

void add_number(CLI::App& serve, const char* flag, const char* variable, std::int64_t& number,
                const char* what) {
  serve.add_option(flag, number, what)
      ->envname(variable)
      ->check(CLI::Range(std::int64_t{0}, kNumberMax))
      ->type_name("N")
      ->capture_default_str();
}

Rate with_bucket(const Rate& standard, const Rate& given) {
  return standard.scaled_to(given.per_second);
}

/// `https://shop.example` or with a port: what a browser writes into Origin.
bool is_origin(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    const std::string_view host = text.substr(scheme.size());
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' ||
             c == '[' || c == ']';
    });
  }
  return false;
}

}  // namespace

LimitFlags::LimitFlags(CLI::App& serve) {
  add_number(serve, "--connections-per-address", "TILLCAST_CONNECTIONS_PER_ADDRESS",
             given_.connections_per_address,
             "Connections that one address may have open, and as many polling sessions; 0 is any "
             "number");
  add_number(serve, "--requests-per-address", "TILLCAST_REQUESTS_PER_ADDRESS",
             given_.requests_per_address.per_second,
             "HTTP requests a second of one address, ten seconds' worth at once; 0 is any number");
  add_number(serve, "--requests-per-user", "TILLCAST_REQUESTS_PER_USER",
             given_.requests.user.per_second,
             "REST requests a second of one user, twenty seconds' worth at once; 0 is any number");
  add_number(serve, "--sign-ins-per-address", "TILLCAST_SIGN_INS_PER_ADDRESS",
             given_.requests.credentials.per_second,
             "Sign-ins, registrations and password changes a second of one address, 150 seconds' "
             "worth at once; 0 is any number");
  add_number(serve, "--messages-per-connection", "TILLCAST_MESSAGES_PER_CONNECTION",
             given_.messages_per_connection.per_second,
             "Messages a second that a live connection may send, ten seconds' worth at once; 0 is "
             "any number");
  serve
      .add_option("--trusted-proxy", proxies_,
                  "The address of a proxy in front of this server, whose X-Forwarded-For says who "
                  "the client is; may be given again")
      ->envname("TILLCAST_TRUSTED_PROXY")
      ->type_name("ADDRESS");
  serve
      .add_option("--cors", cors_,
                  "An origin of another site whose pages may use this server, such as "
                  "native=https://app.example; for the port of a dialect its name, in place of the "
                  "origins that its guide names; may be given again")
      ->envname("TILLCAST_CORS")
      ->type_name("NAME=ORIGIN");
}

LimitOptions LimitFlags::options() const {
  const LimitOptions standard;
  LimitOptions options = given_;
  options.requests_per_address =
      with_bucket(standard.requests_per_address, given_.requests_per_address);
  options.messages_per_connection =
      with_bucket(standard.messages_per_connection, given_.messages_per_connection);
  options.requests.user = with_bucket(standard.requests.user, given_.requests.user);
  options.requests.credentials =
      with_bucket(standard.requests.credentials, given_.requests.credentials);
  for (const std::string& proxy : proxies_) {
    const std::string address = protocol::normal_address(proxy);
    if (address.empty()) {
      throw UsageError("\"" + proxy + "\" is no IP address: --trusted-proxy takes 10.0.0.1 or ::1");
    }
    options.trusted_proxies.push_back(address);
  }
  for (const std::string& given : cors_) {
    const std::size_t equals = std::min(given.find('='), given.size());
    const std::string name = given.substr(0, equals);
    const std::string origin = given.substr(std::min(equals + 1, given.size()));
    if (name.empty() || !is_origin(origin)) {
      throw UsageError("\"" + given +
                       "\" is no origin: --cors takes native=https://app.example, in lower case "
                       "and without a path");
    }
    if (name == kNative) {
      options.cors_origins.push_back(origin);
    } else {
      options.port_origins.emplace_back(name, origin);
    }
  }
  if (options.trusted_proxies.size() > limits::kTrustedProxiesMax) {
    throw UsageError("--trusted-proxy is given too often");
  }
  if (cors_.size() > limits::kCorsOriginsMax) {
    throw UsageError("--cors is given too often");
  }
  return options;
}

}  // namespace tillcast::app
