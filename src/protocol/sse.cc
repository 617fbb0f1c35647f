#include "protocol/sse.h"

#include <algorithm>

namespace tillcast::protocol::sse {

namespace {

/// A line break would end the field, and what follows it could be another.
void append_field(std::string& out, std::string_view field, std::string_view line) {
  out.append(field).append(": ");
  std::copy_if(line.begin(), line.end(), std::back_inserter(out),
               [](char c) { return c != '\r' && c != '\n' && c != '\0'; });
  out.push_back('\n');
}

}  // namespace

void append_event(std::string& out, std::string_view name, std::string_view data,
                  std::string_view id) {
  if (!name.empty()) append_field(out, "event", name);
  for (bool more = true; more;) {
    const std::size_t end = data.find_first_of("\r\n");
    append_field(out, "data", data.substr(0, end));
    more = end != std::string_view::npos;
    if (!more) break;
    // A carriage return and the line feed behind it are one break.
    data.remove_prefix(end + (data.substr(end, 2) == "\r\n" ? 2 : 1));
  }
  if (!id.empty()) append_field(out, "id", id);
  out.push_back('\n');
}

void append_id(std::string& out, std::string_view id) {
  append_field(out, "id", id);
  out.push_back('\n');
}

}  // namespace tillcast::protocol::sse
