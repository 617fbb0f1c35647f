// A folder of built pages, read into memory at start and served as the built-in ones are.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <vector>

#include "app/static_files.h"
#include "app/web_assets.h"

namespace tillcast::app {

/// Bytes of all files of a folder.
inline constexpr std::size_t kWebFolderBytesMax = 256 * 1024 * 1024;

/// Made on one thread; answers on the loops.
class WebFolder {
 public:
  /// Throws std::runtime_error with a sentence for the user if the folder cannot be read, has no
  /// index.html, or is larger than kWebFolderBytesMax. Links out of it are not followed.
  explicit WebFolder(const std::string& folder);
  WebFolder(const WebFolder&) = delete;
  WebFolder& operator=(const WebFolder&) = delete;

  [[nodiscard]] protocol::HttpResponse serve(const protocol::HttpRequest& request,
                                             std::string_view path) const {
    return files_.serve(request, path);
  }

 private:
  struct File {
    std::string path;
    std::string bytes;
    std::string etag;
  };

  std::deque<File> owned_;
  std::vector<WebAsset> assets_;
  StaticFiles files_{{}, StaticFiles::Pages::kOfOthers};
};

}  // namespace tillcast::app
