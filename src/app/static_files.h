// The web screens over HTTP: the files that are built into the binary, each with its ETag and,
// where the client takes it, its gzip copy; and the page itself for every address that the page
// routes by itself. Set up on one thread; answers on the loops.
#pragma once

#include <span>
#include <string_view>

#include "app/web_assets.h"
#include "protocol/http.h"

namespace tillcast::app {

class StaticFiles {
 public:
  enum class Pages {
    /// The screens of this project, which load nothing from elsewhere.
    kOwn,
    /// A front end that others wrote: what it may load is theirs to say.
    kOfOthers,
  };

  /// `assets` are sorted by path and live as long as this.
  explicit StaticFiles(std::span<const WebAsset> assets, Pages pages = Pages::kOwn)
      : assets_(assets), pages_(pages) {}

  /// The answer to a request that no route took. 404 `not_found` for what is not there, 405
  /// `method_not_allowed` for what is neither GET nor HEAD.
  [[nodiscard]] protocol::HttpResponse serve(const protocol::HttpRequest& request,
                                             std::string_view path) const;

 private:
  [[nodiscard]] const WebAsset* find(std::string_view path) const;
  [[nodiscard]] const WebAsset* page_for(const protocol::HttpRequest& request,
                                         std::string_view path) const;

  std::span<const WebAsset> assets_;
  Pages pages_;
};

}  // namespace tillcast::app
