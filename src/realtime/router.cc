#include <algorithm>
#include <utility>

#include "protocol/socketio.h"
#include "realtime/connection.h"
#include "realtime/http.h"
#include "realtime/shard.h"

namespace tillcast::realtime {

namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash);
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  return pattern.size() == path.size() &&
         std::equal(pattern.begin(), pattern.end(), path.begin(),
                    [](const std::string& expected, const std::string& given) {
                      return expected == given || (is_parameter(expected) && !given.empty());
                    });
}

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, HttpHandler handler,
                 std::size_t body_bytes_max) {
  Route route{std::string(method), split(pattern), std::move(handler), body_bytes_max};
  // A literal segment is tried before a parameter in its place.
  const auto parameters = [](const Route& r) {
    return std::count_if(r.segments.begin(), r.segments.end(), is_parameter);
  };
  const auto place = std::find_if(routes_.begin(), routes_.end(), [&](const Route& other) {
    return parameters(other) > parameters(route);
  });
  routes_.insert(place, std::move(route));
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match match;
  const auto segments = split(path);
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes_) {
    if (!matches(route.segments, segments)) continue;
    if (route.method != wanted) {
      if (!match.allow.empty()) match.allow += ", ";
      match.allow += route.method;
      continue;
    }
    match.handler = &route.handler;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (is_parameter(route.segments[i])) match.parameters.push_back(segments[i]);
    }
    return match;
  }
  if (match.allow.empty() && fallback_) match.handler = &fallback_;
  return match;
}

std::size_t Router::body_bytes_max(std::string_view method, std::string_view path) const {
  const auto segments = split(path);
  for (const Route& route : routes_) {
    if (route.body_bytes_max > 0 && route.method == method && matches(route.segments, segments)) {
      return route.body_bytes_max;
    }
  }
  return 0;
}

void HttpReply::send(protocol::HttpResponse response) const {
  if (shard_->is_this_thread()) {
    if (Connection* const connection = shard_->find_connection(connection_)) {
      connection->reply(request_, std::move(response));
    }
    return;
  }
  shard_->post([connection = connection_, request = request_,
                response = std::move(response)](Shard& shard) mutable {
    if (Connection* const found = shard.find_connection(connection)) {
      found->reply(request, std::move(response));
    }
  });
}

protocol::HttpResponse problem_response(int status, std::string_view code,
                                        std::string_view detail) {
  protocol::HttpResponse response{status, {}, {}};
  response.headers.emplace_back("Content-Type", "application/problem+json");
  response.body = "{\"type\":\"about:blank\",\"title\":";
  protocol::socketio::append_json_string(response.body, protocol::reason_phrase(status));
  response.body += ",\"status\":" + std::to_string(status) + ",\"code\":";
  protocol::socketio::append_json_string(response.body, code);
  response.body += ",\"detail\":";
  protocol::socketio::append_json_string(response.body, detail);
  response.body += "}";
  return response;
}

}  // namespace tillcast::realtime
