// The enricher that needs nothing outside: its picture is drawn by the program `tillcast-composer`,
// its caption made of a template. The drawing is a process of its own, because the libraries for it
// would cost every start of the server time and memory.
#pragma once

#include <functional>
#include <string>

#include "app/enrichment_worker.h"
#include "commerce/advertisement.h"
#include "storage/database.h"

namespace tillcast::app {

class BuiltinEnricher final : public Enricher {
 public:
  /// `database` outlives it. `program` is tillcast-composer.
  BuiltinEnricher(storage::Database& database, std::string program, storage::FailureReport report);
  ~BuiltinEnricher() override;
  BuiltinEnricher(const BuiltinEnricher&) = delete;
  BuiltinEnricher& operator=(const BuiltinEnricher&) = delete;

  EnrichmentOutcome enrich(const commerce::EnrichmentWork& work) override;
  void stop() override;

 private:
  [[nodiscard]] commerce::Photo photo_of(const std::string& image_url);

  storage::Database& database_;
  /// Opened for the first photo.
  std::unique_ptr<storage::Reader> reader_;
  std::string program_;
  storage::FailureReport report_;
  int stop_fd_;
  std::atomic<bool> stopping_ = false;
};

/// The composer that was installed with this program: `tillcast-composer` beside it.
std::string composer_beside_this_program();

}  // namespace tillcast::app
