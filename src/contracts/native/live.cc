#include "contracts/native/live.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <utility>

#include "base/limits.h"
#include "commerce/json_text.h"
#include "contracts/dialect/socket_door.h"
#include "contracts/native/live_requests.h"
#include "feed/live_session.h"

namespace tillcast::contracts {

namespace {

namespace json = boost::json;

json::value parse_message(std::string_view text) {
  json::parse_options options;
  options.max_depth = limits::kJsonDepthMax;
  json::error_code error;
  json::value value = json::parse(text, error, {}, options);
  return error ? json::value() : value;
}

/// The caller's `ref` as JSON; empty if there is none that could be one.
std::string ref_of(const json::object& message) {
  const json::value* const ref = message.if_contains("ref");
  if (ref == nullptr || !(ref->is_string() || ref->is_number())) return {};
  return json::serialize(*ref);
}

LiveAnswer answer_to(realtime::PeerRef peer, std::string ref) {
  return [peer, ref = std::move(ref)](const std::string& body) {
    std::string text = "{\"type\":\"answer\",";
    if (!ref.empty()) text.append("\"ref\":").append(ref).append(",");
    text.append(body, 1);
    peer.run([text = std::move(text)](realtime::Peer& here) { here.send({{}, text}); });
  };
}

}  // namespace

NativeLive::NativeLive(realtime::Server& server, feed::Feed& feed, feed::PostRead read,
                       feed::PostWrite write, const feed::Authenticator& authenticator,
                       const Clock& clock, std::int64_t process)
    : server_(server),
      nsp_(server.of("/")),
      authenticator_(authenticator),
      clock_(clock),
      recovery_(read, std::move(write), projection_, feed.epoch(), clock, process),
      streams_({feed, projection_, projection_, nsp_, std::move(read), {}, &recovery_}) {
  serve_socket_io();
  serve_web_sockets();
  serve_events();
}

void NativeLive::serve_socket_io() {
  open_door({nsp_, streams_, recovery_, authenticator_});
  for (const std::string_view type : kLiveRequestTypes) {
    nsp_.on(std::string(type), [this, type](realtime::Socket& socket, realtime::Arguments& sent,
                                            const realtime::Ack& ack) {
      const json::value body = sent.values.empty() ? json::value() : std::move(sent.values.front());
      handle_live_request(
          feed::session_of(socket), type, body,
          [ack](const std::string& answer) { ack.send_json("[" + answer + "]"); }, clock_);
    });
  }
}

void NativeLive::serve_web_sockets() {
  realtime::WebSocketHandlers handlers;
  handlers.on_open = [this](realtime::WebSocketPeer& peer) {
    peer.set_data(
        std::make_unique<feed::LiveSession>(peer, streams_.at(peer.shard()), authenticator_));
    feed::session_of(peer).begin(handshake_credential(peer.handshake()));
    // Who it is was all that it is asked for, and it is most of what an idle client costs.
    peer.drop_handshake();
  };
  handlers.on_text = [this](realtime::WebSocketPeer& peer, std::string_view text) {
    on_text(peer, text);
  };
  server_.websocket("/live", nsp_, std::move(handlers));
}

void NativeLive::on_text(realtime::WebSocketPeer& peer, std::string_view text) {
  const json::value message = parse_message(text);
  const json::object* const object = message.if_object();
  if (object == nullptr) {
    return answer_to(peer.ref(), {})(
        error_body({400, "malformed_json", "A message must be one JSON object with a \"type\"."}));
  }
  const json::value* const type = object->if_contains("type");
  const json::string* const name = type == nullptr ? nullptr : type->if_string();
  handle_live_request(
      feed::session_of(peer),
      name == nullptr ? std::string_view() : std::string_view(name->data(), name->size()), message,
      answer_to(peer.ref(), ref_of(*object)), clock_);
}

}  // namespace tillcast::contracts
