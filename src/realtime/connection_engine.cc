// Engine.IO over a connection: handshakes, requests of sessions, and the move to a session's loop.
#include <utility>

#include "protocol/client_address.h"
#include "realtime/connection_http.h"
#include "realtime/engine_session.h"
#include "realtime/shard.h"

namespace tillcast::realtime {

using protocol::HttpRequest;
using protocol::HttpResponse;
namespace engineio = protocol::engineio;

namespace {

std::string cookie_text(const SessionCookie& cookie, std::string_view sid) {
  std::string text = cookie.name + "=" + std::string(sid) + "; Path=" + cookie.path;
  if (cookie.max_age_s) text += "; Max-Age=" + std::to_string(*cookie.max_age_s);
  if (cookie.http_only) text += "; HttpOnly";
  if (cookie.secure) text += "; Secure";
  return text + "; SameSite=" + cookie.same_site;
}

}  // namespace

void Connection::engine_refuse(engineio::RequestError error, bool upgrade) {
  HttpResponse response{engineio::status(error), {}, {}};
  if (upgrade) {
    response.status = 400;
    http_->keep_alive = false;
    response.headers.emplace_back("Content-Type", "text/html");
    response.body = engineio::message(error);
  } else {
    response.headers.emplace_back("Content-Type", "application/json");
    response.body = engineio::json_body(error);
  }
  reply(http_->request, std::move(response));
}

void Connection::engine_request(HttpRequest request, const protocol::Target& target) {
  const bool wants_upgrade = protocol::wants_websocket(request);
  const auto query = engineio::parse_query(target.query);
  if (query.has_error()) {
    engine_refuse(query.error(), wants_upgrade);
    return;
  }
  if (wants_upgrade && !origin_allowed(request)) {
    engine_refuse(engineio::RequestError::kForbidden, true);
    return;
  }
  if (!query->sid) {
    const auto check = engineio::check_handshake(*query, request.method, wants_upgrade);
    if (check.has_error()) {
      engine_refuse(check.error(), wants_upgrade);
      return;
    }
    engine_handshake(std::move(request), wants_upgrade);
    return;
  }
  EngineSession* const session = shard_.find_session(*query->sid);
  if (session != nullptr && session->overdue()) {
    session->close();
  } else if (session != nullptr) {
    engine_session_request(*session, request, *query, wants_upgrade);
    return;
  }
  const auto home = Shard::shard_of(*query->sid);
  if (home && *home != shard_.index() && *home < server_.shards().size()) {
    hand_over(*home, std::move(request));
    return;
  }
  engine_refuse(engineio::RequestError::kUnknownSid, wants_upgrade);
}

void Connection::engine_handshake(HttpRequest request, bool wants_upgrade) {
  if (!server_.admission_) {
    open_session(std::move(request), wants_upgrade);
    return;
  }
  http_->undecided =
      std::make_unique<Http::Handshake>(Http::Handshake{std::move(request), wants_upgrade});
  server_.admission_(http_->undecided->request, shard_,
                     [shard = &shard_, handle = handle(), number = http_->request](bool admitted) {
                       if (Connection* const connection = shard->find_connection(handle)) {
                         connection->decide_handshake(number, admitted);
                       }
                     });
}

void Connection::decide_handshake(std::uint32_t request, bool admitted) {
  if (state_ != State::kHttp || http_->request != request || !http_->undecided) return;
  const auto undecided = std::move(http_->undecided);
  if (admitted) {
    open_session(std::move(undecided->request), undecided->upgrade);
  } else {
    engine_refuse(engineio::RequestError::kForbidden, undecided->upgrade);
  }
  // Decided later than in read_http(), which would do this itself.
  if (state_ == State::kWebSocket && http_ && !http_->reading) read_kept_input();
}

void Connection::open_session(HttpRequest request, bool wants_upgrade) {
  auto slot = server_.sessions_.enter(protocol::address_block(http_->client_address));
  if (!slot) {
    HttpResponse refusal =
        problem_response(429, "too_many_connections",
                         "Your address has too many sessions open: close some, or wait.");
    refusal.headers.emplace_back("Retry-After", std::to_string(limits::kTooManyConnectionsRetryS));
    reply(http_->request, std::move(refusal));
    return;
  }
  const Sid sid = shard_.new_session_sid();
  std::vector<protocol::HttpField> headers;
  if (server_.handshake_headers_) server_.handshake_headers_(request, headers);
  if (const auto& cookie = server_.options().session_cookie) {
    headers.emplace_back("Set-Cookie", cookie_text(*cookie, sid.view()));
  }
  EngineSession::Origin origin{{}, http_->client_address, shard_.clock().unix_ms()};
  if (wants_upgrade && !upgrade(request, std::move(headers))) return;
  origin.request = std::move(request);
  auto& session = EngineSession::create(shard_, server_, sid, std::move(origin));
  session.hold(*std::move(slot));
  if (wants_upgrade) {
    session.open_on_websocket(*this);
  } else {
    session.open_on_polling(reply_handle(), std::move(headers));
  }
}

void Connection::engine_session_request(EngineSession& session, const HttpRequest& request,
                                        const engineio::Query& query, bool wants_upgrade) {
  if (query.transport == engineio::Transport::kWebsocket) {
    if (!wants_upgrade) {
      engine_refuse(engineio::RequestError::kBadRequest, false);
      return;
    }
    if (!upgrade(request)) return;
    if (!session.may_upgrade()) {
      close_websocket(protocol::CloseCode::kPolicyViolation, "the session has its WebSocket");
      return;
    }
    session.probe(*this);
    shard_.timers().arm(*this, shard_.clock().steady_ms() + limits::kUpgradeTimeoutMs);
    return;
  }
  if (wants_upgrade || !session.on_polling()) {
    engine_refuse(engineio::RequestError::kBadRequest, wants_upgrade);
  } else if (request.method == "GET") {
    if (session.poll(reply_handle())) http_->poller = &session;
  } else if (request.method == "POST") {
    session.receive(reply_handle(), request);
  } else {
    engine_refuse(engineio::RequestError::kBadRequest, false);
  }
}

void Connection::hand_over(std::uint32_t shard, HttpRequest request) {
  // Answers to earlier requests go out first; a client that pipelines and does not read stays here.
  flush();
  if (backlog_bytes() > 0) {
    http_->keep_alive = false;
    engine_refuse(engineio::RequestError::kBadRequest, false);
    return;
  }
  // A session lives on the loop that its id names; a connection that asks for it moves there.
  // read_http() sends it off, with the input that it still holds.
  http_->move = std::make_shared<Http::Move>();
  http_->move->home = shard;
  http_->move->wire = shard_.wire_.detach(wire_);
  http_->move->request = std::move(request);
  http_->move->address = http_->peer_address;
  if (rare_) http_->move->slot = std::move(rare_->counted);
  state_ = State::kClosed;
  detach_all();
}

void Connection::send_off(std::span<const std::byte> rest) {
  auto move = std::move(http_->move);
  move->input.assign(reinterpret_cast<const char*>(rest.data()), rest.size());
  Server* const server = &server_;
  server_.shards()[move->home]->post([move = std::move(move), server](Shard& home) {
    home.adopt(std::move(move->wire), *server, std::move(move->address), std::move(move->slot),
               std::move(move->request), std::move(move->input));
  });
}

void Connection::take_over(HttpRequest request, std::string rest) {
  http_->input = std::move(rest);
  http_->reading = true;
  handle_request(std::move(request));
  http_->reading = false;
  if (state_ == State::kWebSocket || (state_ == State::kHttp && !http_->in_flight)) {
    read_kept_input();
  }
}

}  // namespace tillcast::realtime
