// embed DIST OUT: makes the files below DIST part of a program.
//
// Writes OUT/web_assets.cc, the table that src/app/web_assets.h declares, OUT/web_assets_data.S,
// which brings the bytes in by .incbin, and OUT/gzip/N, a compressed copy of each file that gets
// smaller by it. A DIST that does not exist gives an empty table. Any failure ends with a sentence
// and status 1.

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Type {
  std::string_view extension;
  std::string_view content_type;
  bool compressible;
};

constexpr std::array kTypes = {
    Type{".html", "text/html; charset=utf-8", true},
    Type{".js", "text/javascript; charset=utf-8", true},
    Type{".css", "text/css; charset=utf-8", true},
    Type{".json", "application/json", true},
    Type{".map", "application/json", true},
    Type{".webmanifest", "application/manifest+json", true},
    Type{".svg", "image/svg+xml", true},
    Type{".txt", "text/plain; charset=utf-8", true},
    Type{".ico", "image/x-icon", false},
    Type{".png", "image/png", false},
    Type{".jpg", "image/jpeg", false},
    Type{".webp", "image/webp", false},
    Type{".woff2", "font/woff2", false},
};

Type type_of(const fs::path& file) {
  const std::string extension = file.extension().string();
  const auto* found = std::find_if(kTypes.begin(), kTypes.end(),
                                   [&](const Type& type) { return type.extension == extension; });
  if (found == kTypes.end()) return {"", "application/octet-stream", false};
  return *found;
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return bytes;
}

void write_file(const fs::path& file, std::string_view bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw std::runtime_error("cannot write " + file.string());
}

// The first 128 bits of SHA-256 are plenty to tell two versions of a file apart.
std::string content_hash(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    text += kHex[digest[i] >> 4];
    text += kHex[digest[i] & 15];
  }
  return text;
}

// A gzip file (RFC 1952) with no name and no time in it, so the same input gives the same bytes.
std::string gzip(const std::string& bytes) {
  constexpr int kWindowBitsOfGzip = 15 + 16;
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kWindowBitsOfGzip, 9,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib cannot start");
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  std::string in = bytes;  // zlib's interface asks for memory it may write to.
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("zlib cannot compress");
  return out;
}

// A string literal of C++ and of the assembler; the names of built files are plain, others are
// refused.
std::string quoted(std::string_view text) {
  for (const char c : text) {
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) {
      throw std::runtime_error(
          "a file name must not hold quotes, backslashes or control characters");
    }
  }
  std::string literal = "\"";
  literal += text;
  literal += '"';
  return literal;
}

std::vector<fs::path> files_below(const fs::path& dist) {
  std::vector<fs::path> files;
  if (!fs::exists(dist)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(dist)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end(), [&](const fs::path& a, const fs::path& b) {
    return a.lexically_relative(dist).generic_string() <
           b.lexically_relative(dist).generic_string();
  });
  return files;
}

class Output {
 public:
  explicit Output(fs::path folder) : folder_(std::move(folder)) {
    fs::remove_all(folder_ / "gzip");
    fs::create_directories(folder_ / "gzip");
    data_ << "    .section .rodata\n";
  }

  void add(const fs::path& dist, const fs::path& file) {
    const Type type = type_of(file);
    const std::string bytes = read_file(file);
    const std::string symbol = "tillcast_web_" + std::to_string(count_);
    include_bytes(symbol, fs::absolute(file));
    std::string gzip_span = "{}";
    if (type.compressible) {
      const std::string compressed = gzip(bytes);
      if (compressed.size() < bytes.size()) {
        const fs::path copy = fs::absolute(folder_ / "gzip" / std::to_string(count_));
        write_file(copy, compressed);
        include_bytes(symbol + "_gzip", copy);
        gzip_span = span_of(symbol + "_gzip", compressed.size());
      }
    }
    const std::string path = "/" + file.lexically_relative(dist).generic_string();
    table_ << "    WebAsset{" << quoted(path) << ", " << quoted(type.content_type) << ", R\"(\""
           << content_hash(bytes) << "\")\", " << span_of(symbol, bytes.size()) << ", " << gzip_span
           << "},\n";
    ++count_;
  }

  void write() {
    data_ << "    .section .note.GNU-stack,\"\",@progbits\n";
    std::ostringstream source;
    source << "// Made by tools/embed.cc.\n#include \"app/web_assets.h\"\n\n";
    if (count_ > 0) source << "#include <array>\n\n";
    source << externs_.str() << "\nnamespace tillcast::app {\n\n";
    if (count_ > 0) {
      source << "static const std::array<WebAsset, " << count_ << "> kAssets = {{\n"
             << table_.str() << "}};\n\n"
             << "std::span<const WebAsset> web_assets() { return kAssets; }\n\n";
    } else {
      source << "std::span<const WebAsset> web_assets() { return {}; }\n\n";
    }
    source << "}  // namespace tillcast::app\n";
    write_file(folder_ / "web_assets.cc", source.str());
    write_file(folder_ / "web_assets_data.S", data_.str());
  }

 private:
  void include_bytes(const std::string& symbol, const fs::path& file) {
    data_ << "    .balign 16\n    .global " << symbol << '\n'
          << symbol << ":\n    .incbin " << quoted(file.string()) << '\n';
    externs_ << "extern \"C\" const unsigned char " << symbol << "[];\n";
  }

  static std::string span_of(const std::string& symbol, std::size_t size) {
    std::string span = "{";
    span += symbol;
    span += ", " + std::to_string(size) + "}";
    return span;
  }

  fs::path folder_;
  std::ostringstream data_;
  std::ostringstream externs_;
  std::ostringstream table_;
  int count_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: embed DIST OUT\n", stderr);
    return 2;
  }
  try {
    const fs::path dist = argv[1];
    Output output(argv[2]);
    for (const fs::path& file : files_below(dist)) output.add(dist, file);
    output.write();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "embed: %s\n", error.what());
    return 1;
  }
  return 0;
}
