#include "app/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <vector>

#include "base/limits.h"

namespace tillcast::app {
namespace {

using ::testing::HasSubstr;

Invocation parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "tillcast");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

ServeOptions parse_serve(const std::vector<const char*>& arguments) {
  return std::get<ServeOptions>(parse(arguments));
}

std::string refusal_of(const std::vector<const char*>& arguments) {
  try {
    parse(arguments);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

// NOLINTBEGIN(concurrency-mt-unsafe): the test has one thread.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};
// NOLINTEND(concurrency-mt-unsafe)

TEST(Options, have_the_defaults_of_the_help) {
  const ServeOptions options = parse_serve({"serve"});
  EXPECT_EQ(options.listen.url(options.listen.port), "http://127.0.0.1:8800");
  EXPECT_EQ(options.data, "tillcast-data");
  EXPECT_FALSE(options.demo);
  EXPECT_FALSE(options.deflate);
  EXPECT_GE(options.loops, 1U);
  EXPECT_EQ(options.log_level, LogLevel::kInfo);
}

TEST(Options, limit_strangers_as_the_limits_say_unless_told_otherwise) {
  const LimitOptions standard = parse_serve({"serve"}).limits;
  EXPECT_EQ(standard.connections_per_address, limits::kConnectionsPerAddressMax);
  EXPECT_EQ(standard.requests_per_address.burst, limits::kAddressRequestsBurst);
  EXPECT_EQ(standard.requests.user.per_second, limits::kUserRequestsPerSecond);
  EXPECT_EQ(standard.requests.credentials.burst, limits::kCredentialRequestsBurst);
  EXPECT_EQ(standard.messages_per_connection.per_second, limits::kMessagesPerSecond);
  const LimitOptions changed =
      parse_serve({"serve", "--connections-per-address", "0", "--requests-per-address", "10",
                   "--messages-per-connection", "0"})
          .limits;
  EXPECT_EQ(changed.connections_per_address, 0);
  EXPECT_EQ(changed.requests_per_address.per_second, 10);
  EXPECT_EQ(changed.requests_per_address.burst, 100) << "the bucket lasts as long";
  EXPECT_EQ(changed.messages_per_connection.per_second, 0);
  EXPECT_NE(refusal_of({"serve", "--requests-per-user", "-1"}), "");
}

TEST(Options, take_no_password_by_flag) {
  for (const char* url :
       {"postgres://shop:secret@db.example/shop", "--data=postgres://shop:secret@db.example/shop",
        "postgres://shop:@db/shop", "postgres://shop@db/shop?password=secret",
        "postgres://db/shop?sslmode=require&password=secret"}) {
    const std::string refusal = refusal_of({"serve", "--data", url});
    EXPECT_NE(refusal.find("TILLCAST_DATA"), std::string::npos) << url;
    EXPECT_EQ(refusal.find("secret"), std::string::npos) << url;
  }
  for (const char* url : {"postgres://shop@db.example:5432/shop", "postgres://[::1]:5432/shop",
                          "postgres://shop@/shop?host=/run/pg", "/srv/a:b@c"}) {
    EXPECT_EQ(refusal_of({"serve", "--data", url}), "") << url;
  }
  const Variable variable("TILLCAST_DATA", "postgres://shop:secret@db.example/shop");
  EXPECT_EQ(parse_serve({"serve"}).data, "postgres://shop:secret@db.example/shop");
}

TEST(Options, name_proxies_and_origins) {
  const LimitOptions limits =
      parse_serve({"serve", "--trusted-proxy", "10.0.0.1", "--trusted-proxy", "::FFFF:10.0.0.2",
                   "--cors", "native=https://app.example:8443"})
          .limits;
  EXPECT_EQ(limits.trusted_proxies, (std::vector<std::string>{"10.0.0.1", "10.0.0.2"}));
  EXPECT_EQ(limits.cors_origins, std::vector<std::string>{"https://app.example:8443"});
  EXPECT_NE(refusal_of({"serve", "--trusted-proxy", "proxy.example"}), "");
  for (const char* wrong :
       {"https://app.example", "native=*", "native=app.example", "native=https://app.example/",
        "native=https://APP.example", "native=null", "native="}) {
    EXPECT_NE(refusal_of({"serve", "--cors", wrong}), "") << wrong;
  }
}

TEST(Options, open_a_port_for_each_dialect) {
  const ServeOptions options =
      parse_serve({"serve", "--compat", "bakery=5001", "--web", "bakery=build", "--cors",
                   "bakery=https://a.example", "--cors", "bakery=http://b.example:8080"});
  ASSERT_EQ(options.ports.size(), 1U);
  EXPECT_EQ(options.ports[0].dialect->name, "bakery");
  EXPECT_EQ(options.ports[0].port, 5001);
  EXPECT_EQ(options.ports[0].web, "build");
  EXPECT_EQ(options.ports[0].origins,
            (std::vector<std::string>{"https://a.example", "http://b.example:8080"}));
}

TEST(Options, refuse_a_dialect_that_cannot_be_meant) {
  EXPECT_THAT(refusal_of({"serve", "--compat", "bakery"}), HasSubstr("NAME=VALUE"));
  EXPECT_THAT(refusal_of({"serve", "--compat", "bread=5001"}), HasSubstr("bakery"));
  EXPECT_THAT(refusal_of({"serve", "--compat", "bakery=70000"}), HasSubstr("no port"));
  EXPECT_THAT(refusal_of({"serve", "--compat", "bakery=1", "--compat", "bakery=2"}),
              HasSubstr("twice"));
  EXPECT_THAT(refusal_of({"serve", "--web", "bakery=build"}), HasSubstr("missing"));
  EXPECT_THAT(refusal_of({"serve", "--compat", "bakery=1", "--cors", "bakery=a.example/x"}),
              HasSubstr("no origin"));
}

TEST(Options, say_how_much_history_is_kept) {
  EXPECT_EQ(parse_serve({"serve"}).history.age_ms_max, limits::kLogAgeMsMax);
  EXPECT_EQ(parse_serve({"serve"}).history.changes_max, limits::kLogChangesMax);
  const ServeOptions options =
      parse_serve({"serve", "--history", "12h", "--history-changes", "1000"});
  EXPECT_EQ(options.history.age_ms_max, 12 * 3'600'000);
  EXPECT_EQ(options.history.changes_max, 1'000U);
  EXPECT_NE(refusal_of({"serve", "--history", "long"}).find("12h or 30d"), std::string::npos);
  EXPECT_NE(refusal_of({"serve", "--history-changes", "0"}), "");
}

TEST(Options, take_a_flag_before_a_variable_before_the_config_file) {
  std::ofstream("options_test.toml") << "listen = \"127.0.0.1:1001\"\n"
                                        "data = \"from-file\"\n"
                                        "loops = 3\n"
                                        "deflate = true\n"
                                        "demo = true\n";
  const Variable listen("TILLCAST_LISTEN", "127.0.0.1:1002");
  const Variable data("TILLCAST_DATA", "from-variable");
  const ServeOptions options =
      parse_serve({"serve", "--config", "options_test.toml", "--listen", "127.0.0.1:1003"});
  EXPECT_EQ(options.listen.port, 1003);
  EXPECT_EQ(options.data, "from-variable");
  EXPECT_EQ(options.loops, 3U);
  EXPECT_TRUE(options.demo);
  EXPECT_TRUE(options.deflate);
}

TEST(Options, refuse_a_config_file_that_is_missing_or_says_what_there_is_not) {
  EXPECT_NE(refusal_of({"serve", "--config", "no-such-file.toml"}).find("no-such-file"),
            std::string::npos);
  std::ofstream("options_wrong.toml") << "lisen = \"127.0.0.1:1001\"\n";
  EXPECT_NE(refusal_of({"serve", "--config", "options_wrong.toml"}).find("lisen"),
            std::string::npos);
}

TEST(Options, refuse_what_cannot_be_meant) {
  EXPECT_NE(refusal_of({}), "");
  EXPECT_NE(refusal_of({"sell"}), "");
  EXPECT_NE(refusal_of({"serve", "--listen", "8800"}), "");
  EXPECT_EQ(refusal_of({"serve", "--data", "mysql://me@localhost/shop"}),
            "--data takes a folder, or a URL that begins with postgres://");
  const std::string no_folder =
      refusal_of({"backup", "--to", "x", "--data", "postgres://me@localhost/shop"});
  EXPECT_NE(no_folder.find("pg_dump"), std::string::npos);
  EXPECT_NE(refusal_of({"serve", "--log-level", "loud"}), "");
  EXPECT_NE(refusal_of({"serve", "--loops", "65"}), "");
  EXPECT_NE(refusal_of({"user", "add", "--role", "admin"}), "");
  EXPECT_NE(refusal_of({"user", "add", "--email", "a@b.c", "--role", "king"}), "");
  EXPECT_NE(refusal_of({"user", "add", "--email", "a@b.c", "--password", "secret"}), "");
  EXPECT_NE(refusal_of({"token", "--user", "a@b.c", "--ttl", "soon"}), "");
}

TEST(Options, take_the_url_of_a_postgresql_database_as_data) {
  for (const std::string url : {"postgres://localhost/shop", "postgresql:///shop?host=/run/pg"}) {
    EXPECT_EQ(parse_serve({"serve", "--data", url.c_str()}).data, url);
  }
}

TEST(Options, read_the_verbs_for_accounts) {
  const auto add = std::get<UserAddOptions>(
      parse({"user", "add", "--email", "a@b.c", "--role", "admin", "--data", "x"}));
  EXPECT_EQ(add.email, "a@b.c");
  EXPECT_EQ(add.role, auth::Role::kAdmin);
  EXPECT_EQ(add.data, "x");
  EXPECT_EQ(std::get<TokenOptions>(parse({"token", "--user", "a@b.c", "--ttl", "2m"})).ttl_s, 120);
}

TEST(Options, show_help_for_a_verb_and_for_all) {
  const auto serve = std::get<PrintText>(parse({"serve", "--help"}));
  EXPECT_NE(serve.text.find("--insecure-demo"), std::string::npos);
  EXPECT_NE(serve.text.find("TILLCAST_LISTEN"), std::string::npos);
  EXPECT_NE(std::get<PrintText>(parse({"--help"})).text.find("Examples:"), std::string::npos);
  EXPECT_EQ(std::get<PrintText>(parse({"--version"})).text.substr(0, 9), "tillcast ");
}

TEST(Options, know_durations) {
  EXPECT_EQ(parse_duration_s("90s"), 90);
  EXPECT_EQ(parse_duration_s("2d"), 172800);
  for (const char* text : {"", "1", "s", "0s", "-1s", "1w", "1hh", "99999d", "9999999999999999d"}) {
    EXPECT_FALSE(parse_duration_s(text)) << text;
  }
}

TEST(Options, take_a_certificate_only_with_its_key) {
  const ServeOptions options = parse_serve({"serve", "--tls-cert", "c.pem", "--tls-key", "k.pem"});
  EXPECT_TRUE(options.tls());
  EXPECT_EQ(options.tls_certificate, "c.pem");
  EXPECT_EQ(options.tls_key, "k.pem");
  EXPECT_FALSE(parse_serve({"serve"}).tls());
  for (const char* one : {"--tls-cert", "--tls-key"}) {
    EXPECT_EQ(refusal_of({"serve", one, "x.pem"}),
              "--tls-cert and --tls-key go together: one is missing");
  }
}

}  // namespace
}  // namespace tillcast::app
