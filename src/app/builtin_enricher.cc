#include "app/builtin_enricher.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <utility>

#include "base/limits.h"
#include "commerce/demo.h"
#include "commerce/fields.h"
#include "commerce/pictures.h"
#include "pictures/child_process.h"
#include "pictures/result_format.h"

namespace tillcast::app {

namespace {

using Kind = EnrichmentOutcome::Kind;

/// The side of the photo that is drawn; the next larger one is nearer to what is cut out.
constexpr std::int64_t kPhotoSize = pictures::kSizes.back();

}  // namespace

BuiltinEnricher::BuiltinEnricher(storage::Database& database, std::string program,
                                 storage::FailureReport report)
    : database_(database),
      program_(std::move(program)),
      report_(std::move(report)),
      stop_fd_(eventfd(0, EFD_CLOEXEC)) {
  if (stop_fd_ < 0) throw std::runtime_error("no event can be made for the composer");
}

BuiltinEnricher::~BuiltinEnricher() { close(stop_fd_); }

void BuiltinEnricher::stop() {
  stopping_ = true;
  eventfd_write(stop_fd_, 1);
}

EnrichmentOutcome BuiltinEnricher::enrich(const commerce::EnrichmentWork& work) {
  const auto advertisement = commerce::advertisement_of(
      work.product, work.shop, photo_of(work.product.text(commerce::product::kImageUrl)));
  const auto result = pictures::run_child_process(
      program_, commerce::write_advertisement(advertisement), limits::kComposeTimeoutMs, stop_fd_);
  if (result.status == 0) {
    if (auto picture = pictures::parse_pictures(result.output)) {
      return {Kind::kMade, {}, *std::move(picture), commerce::caption_of(work.product, work.shop)};
    }
  }
  if (stopping_) return {Kind::kStopped, {}, {}, {}};
  report_("the picture of product " + work.product.id() + " was not drawn (" +
          std::to_string(result.status) + "): " + result.error);
  return {Kind::kFailed, "The picture could not be drawn. The server's log says why.", {}, {}};
}

commerce::Photo BuiltinEnricher::photo_of(const std::string& image_url) {
  if (auto drawn = commerce::demo_picture(image_url)) {
    return {commerce::PhotoKind::kSvg, *std::move(drawn)};
  }
  const std::string_view hash = commerce::picture_hash(image_url);
  if (hash.empty()) return {};
  std::optional<std::string> webp;
  if (!reader_) reader_ = database_.open_reader();
  reader_->snapshot(
      [&](storage::Queries& queries) { webp = commerce::find_picture(queries, hash, kPhotoSize); });
  if (!webp) return {};
  return {commerce::PhotoKind::kWebp, *std::move(webp)};
}

std::string composer_beside_this_program() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return (program.parent_path() / "tillcast-composer").string();
}

}  // namespace tillcast::app
