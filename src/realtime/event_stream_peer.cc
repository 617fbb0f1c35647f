#include "realtime/event_stream_peer.h"

#include <functional>
#include <utility>

#include "protocol/socketio.h"
#include "protocol/sse.h"
#include "realtime/connection_http.h"
#include "realtime/shard.h"

namespace tillcast::realtime {

namespace sse = protocol::sse;

std::string_view event_name(const Publication& publication) {
  constexpr std::string_view kStart = "[\"";
  std::string_view text = publication.event_json;
  if (!text.starts_with(kStart)) return {};
  text.remove_prefix(kStart.size());
  const std::string_view name = text.substr(0, text.find('"'));
  return name.find('\\') == std::string_view::npos ? name : std::string_view();
}

void EventStreamPeer::send_events(const std::shared_ptr<const std::string>& events) {
  connection_.queue_frames(events);
}

void EventStreamPeer::send_events(std::string_view events) {
  send_events(std::make_shared<const std::string>(events));
}

void EventStreamPeer::send_now(const Publication& publication, EventPlace /*place*/) {
  if (publication.text.empty()) return;
  std::string event;
  sse::append_event(event, event_name(publication), publication.text);
  send_events(event);
}

void EventStreamPeer::refuse(const Refusal& refusal) {
  std::string json = "{\"type\":\"error\",\"code\":";
  protocol::socketio::append_json_string(json, refusal.code);
  json += ",\"detail\":";
  protocol::socketio::append_json_string(json, refusal.detail);
  json += '}';
  std::string event;
  sse::append_event(event, "error", json);
  send_events(event);
  connection_.end_events();
}

const protocol::HttpRequest& EventStreamPeer::handshake() const {
  static const protocol::HttpRequest kNone;
  return kNone;
}

std::size_t EventStreamPeer::backlog_bytes() const { return connection_.backlog_bytes(); }

void Connection::open_events(std::uint32_t request, Namespace& nsp,
                             const std::function<void(EventStreamPeer&)>& opened) {
  if (state_ != State::kHttp || !http_->in_flight || http_->request != request) return;
  protocol::HttpResponse head{200, {}, {}};
  head.headers.emplace_back("Content-Type", std::string(sse::kContentType));
  head.headers.emplace_back("Cache-Control", "no-store");
  head.headers.emplace_back("Vary", "Authorization, Cookie");
  head.headers.emplace_back("X-Content-Type-Options", "nosniff");
  // Buffering proxies pass events on at once (nginx).
  head.headers.emplace_back("X-Accel-Buffering", "no");
  if (http_->head_only) return reply(request, std::move(head));
  http_->in_flight = false;
  add_cors(head);
  const auto& always = server_.options().response_headers;
  head.headers.insert(head.headers.end(), always.begin(), always.end());
  std::string bytes;
  const bool written = protocol::write_stream_head(bytes, head, false, false, shard_.http_date());
  TimerWheel::disarm(*this);
  state_ = State::kEvents;
  write(bytes);
  if (!written) return close_when_flushed();
  // Nothing more is taken from the client, but its end has to be seen.
  http_->input.clear();
  shard_.wire_.pause_reading(wire_, false);
  http_->events = std::make_unique<EventStreamPeer>(*this, shard_.space(nsp));
  opened(*http_->events);
}

void HttpReply::open_events(Namespace& nsp, std::function<void(EventStreamPeer&)> opened) const {
  const auto open = [connection = connection_, request = request_, &nsp,
                     opened = std::move(opened)](Shard& shard) {
    if (Connection* const found = shard.find_connection(connection)) {
      found->open_events(request, nsp, opened);
    }
  };
  if (shard_->is_this_thread()) {
    open(*shard_);
  } else {
    shard_->post(open);
  }
}

}  // namespace tillcast::realtime
