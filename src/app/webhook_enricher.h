// The enricher that hands a job to an outside workflow engine (n8n and the like): a signed webhook
// tells it of the product, and it reports by a PATCH with the token that is in there.
#pragma once

#include <string>

#include "app/enrichment_worker.h"
#include "app/webhook_sender.h"
#include "auth/tokens.h"

namespace tillcast::app {

class WebhookEnricher final : public Enricher {
 public:
  struct Options {
    std::string url{};
    std::string secret{};
    bool allow_private = false;
    /// Where the workflow reaches this server, without a slash at its end.
    std::string public_url{};
  };
  /// `key` and `clock` outlive it. `report` is told what an operator should know.
  WebhookEnricher(Options options, const auth::TokenKey& key, const Clock& clock,
                  storage::FailureReport report);

  EnrichmentOutcome enrich(const commerce::EnrichmentWork& work) override;
  void stop() override;

 private:
  [[nodiscard]] std::string body_of(const commerce::EnrichmentWork& work) const;
  [[nodiscard]] std::string absolute(const std::string& url) const;

  Options options_;
  const auth::TokenKey& key_;
  const Clock& clock_;
  storage::FailureReport report_;
  WebhookSender sender_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace tillcast::app
