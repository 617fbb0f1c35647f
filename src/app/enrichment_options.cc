#include "app/enrichment_options.h"

#include <CLI/CLI.hpp>
#include <boost/url/parse.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "app/options.h"
#include "app/webhook_sender.h"

namespace tillcast::app {

namespace {

constexpr const char* kSecretVariable = "TILLCAST_ENRICH_WEBHOOK_SECRET";

/// Of the file, or of the variable; never of a flag, which everybody on the machine can read.
std::string read_secret(const std::string& path) {
  std::string secret;
  if (const char* const given = std::getenv(kSecretVariable); given != nullptr) secret = given;
  if (!path.empty()) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw UsageError("cannot read the file of the webhook's secret, " + path);
    secret.assign(std::istreambuf_iterator<char>(file), {});
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  }
  if (secret.size() < limits::kWebhookSecretBytesMin ||
      secret.size() > limits::kWebhookSecretBytesMax) {
    throw UsageError(
        "--enrich-webhook needs a secret of " + std::to_string(limits::kWebhookSecretBytesMin) +
        " to " + std::to_string(limits::kWebhookSecretBytesMax) +
        " bytes: name its file by --enrich-webhook-secret-file, or set " + kSecretVariable);
  }
  return secret;
}

}  // namespace

EnrichmentFlags::EnrichmentFlags(CLI::App& serve) {
  serve
      .add_option(
          "--enrich-webhook", given_.webhook,
          "Enrich products by an outside workflow (n8n) that is started by a signed POST to "
          "this https URL; without it this server draws the pictures. See "
          "docs/enrichment.md")
      ->envname("TILLCAST_ENRICH_WEBHOOK")
      ->type_name("URL");
  serve
      .add_option("--enrich-webhook-secret-file", secret_file_,
                  "The file of the secret that the webhook is signed with; or set "
                  "TILLCAST_ENRICH_WEBHOOK_SECRET")
      ->envname("TILLCAST_ENRICH_WEBHOOK_SECRET_FILE")
      ->type_name("FILE");
  serve
      .add_option("--enrich-timeout", timeout_,
                  "How long the workflow has to report: 90s, 10m, 1h; then the product is failed")
      ->envname("TILLCAST_ENRICH_TIMEOUT")
      ->type_name("TIME")
      ->capture_default_str();
  serve
      .add_flag("--allow-private-webhooks", given_.allow_private,
                "Let webhooks go to addresses of this machine and its network, and by http")
      ->envname("TILLCAST_ALLOW_PRIVATE_WEBHOOKS");
  serve
      .add_option("--public-url", given_.public_url,
                  "Where others reach this server, for the addresses in webhooks; the listening "
                  "address if left out")
      ->envname("TILLCAST_PUBLIC_URL")
      ->type_name("URL");
}

EnrichmentOptions EnrichmentFlags::options() const {
  EnrichmentOptions options = given_;
  const auto timeout_s = parse_duration_s(timeout_);
  if (!timeout_s || *timeout_s > 24 * 3600) {
    throw UsageError("\"" + timeout_ + "\" is no time for a workflow: say 90s, 10m or 1h");
  }
  options.timeout_ms = *timeout_s * 1000;
  while (options.public_url.ends_with('/')) options.public_url.pop_back();
  const auto url = boost::urls::parse_uri(options.public_url);
  const bool is_web = url && (url->scheme() == "http" || url->scheme() == "https");
  if (!options.public_url.empty() && (!is_web || url->encoded_host().empty())) {
    throw UsageError("--public-url takes a URL such as https://shop.example");
  }
  if (options.webhook.empty()) return options;
  const std::string fault = webhook_url_fault(options.webhook, options.allow_private);
  if (!fault.empty()) throw UsageError("--enrich-webhook cannot be used: " + fault);
  options.secret = read_secret(secret_file_);
  return options;
}

}  // namespace tillcast::app
