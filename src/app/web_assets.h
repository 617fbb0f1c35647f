// The files of the web screens, built into the binary.
//
// The table is made by tools/embed from web/dist at build time and lives in read-only memory for
// the life of the program, so any thread may read it and nothing owns it. It is empty when the
// program was built without the web screens.
#pragma once

#include <span>
#include <string_view>

namespace tillcast::app {

struct WebAsset {
  std::string_view path;  // As in a URL, from the root: "/index.html", "/assets/index-1a2b.js".
  std::string_view content_type;  // With charset where it is text.
  std::string_view etag;  // A strong validator with its quotes (RFC 9110, 8.8.3), from the content.
  std::span<const unsigned char> bytes;
  std::span<const unsigned char> gzip_bytes;  // Empty when gzip would not make the file smaller.
};

// Sorted by path, so that a binary search finds one.
std::span<const WebAsset> web_assets();

}  // namespace tillcast::app
