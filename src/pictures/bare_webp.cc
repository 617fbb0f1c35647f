#include "pictures/bare_webp.h"

#include <cstdint>

namespace tillcast::pictures {

namespace {

constexpr std::size_t kFileHeaderBytes = 12;
constexpr std::size_t kChunkHeaderBytes = 8;
constexpr std::size_t kExtendedBytes = 10;
/// Of VP8X's flags: the picture has opacity (section 2.7.1.1).
constexpr char kAlphaFlag = 0x10;

std::size_t number_at(std::string_view bytes, std::size_t at) {
  std::size_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

void append_number(std::string& out, std::size_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xFF);
}

void append_chunk(std::string& out, std::string_view name, std::string_view data) {
  out.append(name);
  append_number(out, data.size());
  out.append(data);
  if (data.size() % 2 != 0) out += '\0';
}

struct Chunks {
  std::string_view extended{};
  std::string_view alpha{};
  std::string_view lossy{};
  std::string_view lossless{};
};

/// Of each kind the first; false if the chunks do not fill the file.
bool read_chunks(std::string_view rest, Chunks& chunks) {
  while (!rest.empty()) {
    if (rest.size() < kChunkHeaderBytes) return false;
    const std::string_view name = rest.substr(0, 4);
    const std::size_t size = number_at(rest, 4);
    rest.remove_prefix(kChunkHeaderBytes);
    const std::size_t padded = size + size % 2;
    if (padded > rest.size()) return false;
    std::string_view* const place = name == "VP8X"   ? &chunks.extended
                                    : name == "ALPH" ? &chunks.alpha
                                    : name == "VP8 " ? &chunks.lossy
                                    : name == "VP8L" ? &chunks.lossless
                                                     : nullptr;
    if (place != nullptr && place->empty()) *place = rest.substr(0, size);
    rest.remove_prefix(padded);
  }
  return true;
}

}  // namespace

std::optional<std::string> bare_webp(std::string_view bytes) {
  const bool is_file = bytes.size() >= kFileHeaderBytes && bytes.starts_with("RIFF") &&
                       bytes.substr(8, 4) == "WEBP" &&
                       number_at(bytes, 4) + kChunkHeaderBytes == bytes.size();
  Chunks chunks;
  if (!is_file || !read_chunks(bytes.substr(kFileHeaderBytes), chunks)) return std::nullopt;
  if (chunks.lossy.empty() == chunks.lossless.empty()) return std::nullopt;
  std::string body = "WEBP";
  if (!chunks.lossless.empty()) {
    append_chunk(body, "VP8L", chunks.lossless);
  } else if (chunks.alpha.empty()) {
    append_chunk(body, "VP8 ", chunks.lossy);
  } else {
    if (chunks.extended.size() != kExtendedBytes) return std::nullopt;
    std::string extended(chunks.extended);
    extended.replace(0, 4, {kAlphaFlag, 0, 0, 0});
    append_chunk(body, "VP8X", extended);
    append_chunk(body, "ALPH", chunks.alpha);
    append_chunk(body, "VP8 ", chunks.lossy);
  }
  std::string file = "RIFF";
  append_number(file, body.size());
  return file + body;
}

}  // namespace tillcast::pictures
