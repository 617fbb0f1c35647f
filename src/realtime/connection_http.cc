#include "realtime/connection_http.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "base/limits.h"
#include "protocol/client_address.h"
#include "protocol/gzip.h"
#include "protocol/http_chars.h"
#include "protocol/websocket_deflate.h"
#include "realtime/engine_session.h"
#include "realtime/shard.h"
#include "realtime/websocket_peer.h"

namespace tillcast::realtime {

using protocol::HttpRequest;
using protocol::HttpRequestParser;
using protocol::HttpResponse;
namespace engineio = protocol::engineio;

namespace {

/// A body that is larger than most routes take has as much longer to come in.
constexpr std::int64_t kLargeBodyTimeoutMs = 4 * limits::kHttpRequestTimeoutMs;

bool is_under(std::string_view path, std::string_view base) {
  return !base.empty() && path.starts_with(base.substr(0, base.size() - 1)) &&
         (path.size() + 1 == base.size() || path == base);
}

}  // namespace

void Connection::read_http(std::span<const std::byte> bytes) {
  http_->reading = true;
  while (state_ == State::kHttp) {
    if (http_must_wait()) {
      http_->keep(bytes);
      if (!bytes.empty()) shard_.wire_.pause_reading(wire_, true);
      break;
    }
    const bool was_idle = http_->idle();
    if (bytes.empty() && was_idle) break;
    if (was_idle) http_->head_only = false;
    if (!http_->parser) {
      http_->parser = std::make_unique<HttpRequestParser>(protocol::HttpLimits{
          .body_bytes_max = server_.options().body_bytes_max, .report_head = true});
    }
    const auto step = http_->parser->feed(bytes);
    if (step.has_error()) {
      refuse_http(step.error());
      return;
    }
    bytes = bytes.subspan(step->consumed);
    if (was_idle) {
      shard_.timers().arm(*this, shard_.clock().steady_ms() + limits::kHttpRequestTimeoutMs);
    }
    if (step->state == HttpRequestParser::State::kNeedMore) break;
    if (step->state == HttpRequestParser::State::kHead) {
      const auto most = body_bytes_max(http_->parser->head());
      if (!most) return;
      http_->parser->set_body_bytes_max(*most);
      if (http_->large_body.counts()) {
        shard_.timers().arm(*this, shard_.clock().steady_ms() + kLargeBodyTimeoutMs);
      }
    } else if (step->state == HttpRequestParser::State::kExpectContinue) {
      write(protocol::kContinueResponse);
    } else {
      HttpRequest request = http_->parser->take();
      http_->parser.reset();
      http_->large_body = {};
      handle_request(std::move(request));
    }
  }
  http_->reading = false;
  if (http_->move) send_off(bytes);
  if (state_ != State::kWebSocket) return;
  http_.reset();
  if (!bytes.empty()) {
    // What follows an upgrade is already WebSocket; the parser's input is const, frames are not.
    std::string rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    read_websocket(std::as_writable_bytes(std::span(rest.data(), rest.size())));
  }
}

std::optional<std::size_t> Connection::body_bytes_max(const HttpRequest& head) {
  const auto path = std::string_view(head.target).substr(0, head.target.find('?'));
  if (is_under(path, server_.options().engine_path)) return server_.options().message_bytes_max;
  const std::size_t usual = server_.options().body_bytes_max;
  const std::string* const length = head.header("content-length");
  // The parser has read it: it is a number. Nearly all bodies need no look at their route.
  if (length != nullptr && std::strtoull(length->c_str(), nullptr, 10) <= usual) return usual;
  const std::size_t most = server_.router_.body_bytes_max(head.method, path);
  if (most <= usual) return usual;
  const std::string client =
      protocol::client_address(head, http_->peer_address, server_.options().trusted_proxies);
  auto slot = server_.large_bodies_.enter(protocol::address_block(client));
  if (!slot) {
    refuse_http({429, "too_many_uploads",
                 "Your address sends too many large bodies at once: wait until one is done."});
    return std::nullopt;
  }
  http_->large_body = *std::move(slot);
  return most;
}

bool Connection::http_must_wait() const {
  return http_->in_flight || backlog_bytes() > limits::kHttpBacklogBytesMax;
}

void Connection::read_kept_input() {
  const std::string input = std::exchange(http_->input, {});
  shard_.wire_.pause_reading(wire_, false);
  read_http(std::as_bytes(std::span(input.data(), input.size())));
}

void Connection::refuse_http(const protocol::HttpError& error) {
  http_->in_flight = true;
  http_->keep_alive = false;
  reply(http_->request, problem_response(error.status, error.code, error.detail));
}

HttpReply Connection::reply_handle() const { return {shard_, handle(), http_->request}; }

void Connection::handle_request(HttpRequest request) {
  TimerWheel::disarm(*this);
  ++http_->request;
  http_->in_flight = true;
  http_->head_only = request.method == "HEAD";
  http_->accepts_gzip = protocol::accepts_gzip(request);
  http_->keep_alive = request.keep_alive && http_->keep_alive_allowed;
  const std::string* origin = request.header("origin");
  http_->origin = origin == nullptr ? "" : *origin;
  http_->client_address =
      protocol::client_address(request, http_->peer_address, server_.options().trusted_proxies);
  if (!may_ask_more(request)) return;

  auto target = protocol::parse_target(request.target);
  if (target.has_error()) {
    refuse_http(target.error());
    return;
  }
  if (preflight(request)) return;
  if (is_under(target->path, server_.options().engine_path)) {
    engine_request(std::move(request), *target);
  } else if (server_.endpoints_.contains(target->path)) {
    open_endpoint(std::move(request), target->path);
  } else {
    route(request, std::move(*target));
  }
}

bool Connection::may_ask_more(const HttpRequest& request) {
  // A preflight is a browser's own, and it cannot tell its page of a refusal.
  if (!server_.requests_.limited() || request.method == "OPTIONS") return true;
  const std::int64_t wait_ms = server_.requests_.take(
      protocol::address_block(http_->client_address), shard_.clock().steady_ms());
  if (wait_ms == 0) return true;
  HttpResponse refusal = problem_response(
      429, "too_many_requests", "Your address asks too often: wait as long as Retry-After says.");
  refusal.headers.emplace_back("Retry-After", std::to_string(retry_after_s(wait_ms)));
  reply(http_->request, std::move(refusal));
  return false;
}

void Connection::route(HttpRequest& request, protocol::Target target) {
  auto match = server_.router_.find(request.method, target.path);
  if (match.handler == nullptr) {
    auto response =
        match.allow.empty()
            ? problem_response(404, "not_found", "There is nothing at this address.")
            : problem_response(405, "method_not_allowed",
                               "This address does not take the method; see the Allow header.");
    if (!match.allow.empty()) response.headers.emplace_back("Allow", match.allow);
    reply(http_->request, std::move(response));
    return;
  }
  HttpContext context{request, std::move(target), std::move(match.parameters),
                      http_->client_address};
  (*match.handler)(context, reply_handle());
}

void Connection::reply(std::uint32_t request, HttpResponse response) {
  if (state_ != State::kHttp || !http_->in_flight || http_->request != request) return;
  http_->in_flight = false;
  http_->poller = nullptr;
  add_cors(response);
  const auto& always = server_.options().response_headers;
  response.headers.insert(response.headers.end(), always.begin(), always.end());
  if (response.may_gzip && http_->accepts_gzip &&
      response.body.size() >= limits::kGzipAnswerBytesMin) {
    response.body = protocol::gzip(response.body);
    response.headers.emplace_back("Content-Encoding", "gzip");
  }
  std::string bytes;
  bytes.reserve(response.body.size() + 512);
  const bool written = protocol::write_response(bytes, response, http_->keep_alive,
                                                http_->head_only, shard_.http_date());
  write(bytes);
  if (!written || !http_->keep_alive) {
    close_when_flushed();
    return;
  }
  shard_.timers().arm(*this, shard_.clock().steady_ms() + limits::kHttpIdleTimeoutMs);
  if (!http_->reading && !http_must_wait()) read_kept_input();
}

// -------------------------------------------------------------------------------------------------
// Origins (Fetch standard, section 3.2)

bool Connection::origin_allowed(const HttpRequest& request) const {
  const std::string* origin = request.header("origin");
  if (origin == nullptr) return true;
  const auto& allowed = server_.options().cors_origins;
  if (std::find(allowed.begin(), allowed.end(), *origin) != allowed.end()) return true;
  if (std::find(allowed.begin(), allowed.end(), "*") != allowed.end()) return true;
  const std::string* host = request.header("host");
  if (host == nullptr) return false;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!origin->starts_with(scheme)) continue;
    return protocol::equal_ignoring_case(std::string_view(*origin).substr(scheme.size()), *host);
  }
  return false;
}

void Connection::add_cors(HttpResponse& response) const {
  const auto& allowed = server_.options().cors_origins;
  if (allowed.empty()) return;
  const bool all = std::find(allowed.begin(), allowed.end(), "*") != allowed.end();
  if (std::find(allowed.begin(), allowed.end(), http_->origin) != allowed.end()) {
    response.headers.emplace_back("Access-Control-Allow-Origin", http_->origin);
    response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
  } else if (all) {
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  }
  // A cache must not give one origin's answer to another, also not one without permission.
  if (!all || allowed.size() > 1) response.headers.emplace_back("Vary", "Origin");
}

bool Connection::preflight(const HttpRequest& request) {
  if (request.method != "OPTIONS" || request.header("access-control-request-method") == nullptr ||
      server_.options().cors_origins.empty()) {
    return false;
  }
  HttpResponse response{204, {}, {}};
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE");
  if (const auto* headers = request.header("access-control-request-headers")) {
    response.headers.emplace_back("Access-Control-Allow-Headers", *headers);
  }
  response.headers.emplace_back("Access-Control-Max-Age", "600");
  reply(http_->request, std::move(response));
  return true;
}

// -------------------------------------------------------------------------------------------------
// Upgrades

bool Connection::upgrade(const HttpRequest& request, std::vector<protocol::HttpField> headers) {
  const auto handshake = protocol::check_upgrade(request);
  if (handshake.has_error()) {
    http_->keep_alive = false;
    reply(http_->request, protocol::upgrade_refusal(handshake.error()));
    return false;
  }
  const auto deflate =
      server_.options().deflate ? protocol::agree_on_deflate(handshake->extensions) : std::nullopt;
  if (deflate) deflate_window_bits_ = static_cast<std::uint32_t>(deflate->window_bits) & 31U;
  HttpResponse response =
      protocol::upgrade_response(*handshake, {}, deflate ? deflate->response : std::string_view{});
  std::move(headers.begin(), headers.end(), std::back_inserter(response.headers));
  std::string bytes;
  const bool written = protocol::write_response(bytes, response, true, false, shard_.http_date());
  state_ = State::kWebSocket;
  TimerWheel::disarm(*this);
  write(bytes);
  if (!written) {
    close_when_flushed();
    return false;
  }
  return true;
}

void Connection::open_endpoint(HttpRequest request, const std::string& path) {
  if (!protocol::wants_websocket(request)) {
    auto response = problem_response(426, "websocket_only", "Connect here with a WebSocket.");
    response.headers.emplace_back("Upgrade", "websocket");
    reply(http_->request, std::move(response));
    return;
  }
  if (!origin_allowed(request)) {
    http_->keep_alive = false;
    reply(http_->request,
          problem_response(403, "cross_origin", "Pages of this origin may not connect here."));
    return;
  }
  if (!upgrade(request)) return;
  const auto& endpoint = server_.endpoints_.find(path)->second;
  WebSocketPeer::open(*this, shard_.space(*endpoint.space), endpoint.handlers, std::move(request));
}

}  // namespace tillcast::realtime
