// JSON written by appending to a string: no tree in between, the same bytes every time. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tillcast::commerce {

/// `text` in quotes, escaped as RFC 8259 section 7 demands and no more.
void append_json_string(std::string& out, std::string_view text);
void append_json_integer(std::string& out, std::int64_t value);
/// `,` unless `out` ends with an opening bracket, then `"name":`. `name` needs no escaping.
void append_json_name(std::string& out, std::string_view name);

/// Writes one object member by member.
class JsonObject {
 public:
  JsonObject() : out_("{") {}
  JsonObject& text(std::string_view name, std::string_view value);
  JsonObject& integer(std::string_view name, std::int64_t value);
  JsonObject& boolean(std::string_view name, bool value);
  /// `json` is JSON text already.
  JsonObject& raw(std::string_view name, std::string_view json);
  /// The object's text; the writer is empty afterwards.
  std::string finish();

 private:
  std::string out_;
};

}  // namespace tillcast::commerce
