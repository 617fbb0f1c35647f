// multipart/form-data: whatever is sent, parts lie within the body in their order, and what was
// read can be written and read again. Input: one byte for the length of the boundary, the boundary,
// then the body.

#include "protocol/multipart.h"

#include <string>

#include "fuzz_input.h"

namespace {

using namespace tillcast::protocol;
using tillcast::fuzz::require;

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string encode(std::string_view boundary, const std::vector<MultipartPart>& parts) {
  std::string out = "--" + std::string(boundary);
  for (const MultipartPart& part : parts) {
    out += "\r\nContent-Disposition: form-data; name=" + quoted(part.name);
    if (part.file_name) out += "; filename=" + quoted(*part.file_name);
    out.append("\r\n\r\n").append(part.content).append("\r\n--").append(boundary);
  }
  return out + "--\r\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tillcast::fuzz::Input input(data, size);
  const std::size_t length = input.choose();
  std::string_view rest = input.rest();
  const std::string_view named = rest.substr(0, length);
  rest.remove_prefix(named.size());
  const auto boundary = multipart_boundary("multipart/form-data; boundary=" + quoted(named));
  if (!boundary) return 0;
  require(*boundary == named, "a boundary is what was named");
  const auto parts = parse_multipart(*boundary, rest);
  if (!parts) {
    require(!parts.error().empty(), "refusals say why");
    return 0;
  }
  const char* last = rest.data();
  for (const MultipartPart& part : *parts) {
    require(part.content.data() >= last, "parts follow each other");
    last = part.content.data() + part.content.size();
    require(last <= rest.data() + rest.size(), "parts lie in the body");
  }
  const std::string again_bytes = encode(*boundary, *parts);
  const auto again = parse_multipart(*boundary, again_bytes);
  // Escapes can make a header longer than it came.
  if (!again) return 0;
  require(again->size() == parts->size(), "what was read can be written");
  for (std::size_t i = 0; i < parts->size(); ++i) {
    require((*again)[i].name == (*parts)[i].name &&
                (*again)[i].file_name == (*parts)[i].file_name &&
                (*again)[i].content == (*parts)[i].content,
            "decoding what was encoded changes nothing");
  }
  return 0;
}
