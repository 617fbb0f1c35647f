// Server-sent events (WHATWG HTML, section 9.2) as a server writes them. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace tillcast::protocol::sse {

inline constexpr std::string_view kContentType = "text/event-stream";

/// Appends one event. `name` and `id` are one line each; `data` may have several. With an id the
/// client says that it has seen all up to here when it comes back (`Last-Event-ID`); without one it
/// stays with the id before.
void append_event(std::string& out, std::string_view name, std::string_view data,
                  std::string_view id = {});

/// Appends an id alone: no event for the client's program, but its position moves on.
void append_id(std::string& out, std::string_view id);

}  // namespace tillcast::protocol::sse
