#include "app/web_folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "contracts/native/rest_etag.h"

namespace tillcast::app {

namespace {

namespace fs = std::filesystem;

std::string_view content_type(const fs::path& file) {
  struct Type {
    std::string_view extension;
    std::string_view type;
  };
  static constexpr Type kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".webp", "image/webp"},
      {".gif", "image/gif"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".woff", "font/woff"},
      {".txt", "text/plain; charset=utf-8"},
      {".wasm", "application/wasm"},
  };
  const std::string extension = file.extension().string();
  for (const Type& each : kTypes) {
    if (each.extension == extension) return each.type;
  }
  return "application/octet-stream";
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return bytes;
}

std::span<const unsigned char> bytes_of(const std::string& text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

}  // namespace

WebFolder::WebFolder(const std::string& folder) {
  const fs::path root(folder);
  if (!fs::is_regular_file(root / "index.html")) {
    throw std::runtime_error("there is no index.html in " + folder +
                             ": --web takes the folder that the front end was built into");
  }
  std::size_t bytes = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_symlink() || !entry.is_regular_file()) continue;
    bytes += entry.file_size();
    if (bytes > kWebFolderBytesMax) {
      throw std::runtime_error(folder + " has more than " + std::to_string(kWebFolderBytesMax) +
                               " bytes of files");
    }
    File file{"/" + fs::relative(entry.path(), root).generic_string(), read_file(entry.path()), {}};
    file.etag = contracts::strong_etag(file.bytes);
    owned_.push_back(std::move(file));
  }
  std::sort(owned_.begin(), owned_.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  for (const File& file : owned_) {
    assets_.push_back({file.path, content_type(file.path), file.etag, bytes_of(file.bytes), {}});
  }
  files_ = StaticFiles(assets_, StaticFiles::Pages::kOfOthers);
}

}  // namespace tillcast::app
