#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "protocol/base64.h"
#include "protocol/http_chars.h"
#include "protocol/websocket.h"

namespace tillcast::protocol {
namespace {

constexpr std::size_t kKeyBytes = 16;

constexpr HttpError bad_handshake(std::string_view detail) {
  return {400, "websocket_handshake_malformed", detail};
}

// The value of a header that must come exactly once, or nullptr.
const std::string* only_header(const HttpRequest& request, std::string_view name) {
  const auto count = std::count_if(request.headers.begin(), request.headers.end(),
                                   [&](const HttpHeader& header) { return header.name == name; });
  return count == 1 ? request.header(name) : nullptr;
}

Result<std::vector<std::string>, HttpError> offered_protocols(const HttpRequest& request) {
  std::vector<std::string> protocols;
  for (const HttpHeader& header : request.headers) {
    if (header.name != "sec-websocket-protocol") continue;
    Splitter pieces(header.value, ',');
    for (std::string_view piece; pieces.next(piece);) {
      const std::string_view protocol = trim_blanks(piece);
      if (!is_token(protocol)) return bad_handshake("Sec-WebSocket-Protocol is no list of tokens.");
      protocols.emplace_back(protocol);
    }
  }
  return protocols;
}

// name or name=value, where the value is a token or a quoted string that holds one (section 9.1).
std::optional<Extension::Parameter> extension_parameter(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view name = trim_blanks(text.substr(0, equals));
  if (!is_token(name)) return std::nullopt;
  Extension::Parameter parameter{std::string(name), std::nullopt};
  if (equals == std::string_view::npos) return parameter;
  std::string_view value = trim_blanks(text.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  if (!is_token(value)) return std::nullopt;
  parameter.value = value;
  return parameter;
}

std::optional<Extension> extension(std::string_view text) {
  Splitter pieces(text, ';');
  Extension offered;
  std::string_view piece;
  pieces.next(piece);
  offered.name = trim_blanks(piece);
  if (!is_token(offered.name)) return std::nullopt;
  while (pieces.next(piece)) {
    auto parameter = extension_parameter(piece);
    if (!parameter) return std::nullopt;
    offered.parameters.push_back(std::move(*parameter));
  }
  return offered;
}

Result<std::vector<Extension>, HttpError> offered_extensions(const HttpRequest& request) {
  std::vector<Extension> offers;
  for (const HttpHeader& header : request.headers) {
    if (header.name != "sec-websocket-extensions") continue;
    Splitter pieces(header.value, ',');
    for (std::string_view piece; pieces.next(piece);) {
      if (trim_blanks(piece).empty()) continue;
      auto offered = extension(piece);
      if (!offered) return bad_handshake("Sec-WebSocket-Extensions is no list of extensions.");
      offers.push_back(std::move(*offered));
    }
  }
  return offers;
}

}  // namespace

std::string accept_key(std::string_view key) {
  std::string text(key);
  text.append("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");  // RFC 6455 section 1.3
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int digest_bytes = 0;
  // Fails only without memory or without SHA-1; an empty value then fails the client's own check.
  EVP_Digest(text.data(), text.size(), digest.data(), &digest_bytes, EVP_sha1(), nullptr);
  std::string accept;
  append_base64(accept, {reinterpret_cast<const char*>(digest.data()), digest_bytes});
  return accept;
}

bool wants_websocket(const HttpRequest& request) {
  return request.has_token("upgrade", "websocket");
}

Result<Handshake, HttpError> check_upgrade(const HttpRequest& request) {
  if (request.method != "GET" || request.minor_version < 1 || !request.body.empty()) {
    return bad_handshake("A WebSocket starts with a GET of HTTP/1.1 without a body.");
  }
  if (!wants_websocket(request) || !request.has_token("connection", "upgrade")) {
    return bad_handshake("A WebSocket needs 'Upgrade: websocket' and 'Connection: Upgrade'.");
  }
  const std::string* const version = only_header(request, "sec-websocket-version");
  if (version == nullptr || *version != "13") {
    return HttpError{426, "websocket_version_unsupported", "Only WebSocket version 13 is spoken."};
  }
  const std::string* const key = only_header(request, "sec-websocket-key");
  const auto decoded = key == nullptr ? std::nullopt : decode_base64(*key);
  if (!decoded || decoded->size() != kKeyBytes) {
    return bad_handshake("Sec-WebSocket-Key must be the base64 of 16 bytes.");
  }
  auto protocols = offered_protocols(request);
  if (!protocols) return protocols.error();
  auto extensions = offered_extensions(request);
  if (!extensions) return extensions.error();
  return Handshake{accept_key(*key), std::move(*protocols), std::move(*extensions)};
}

HttpResponse upgrade_response(const Handshake& handshake, std::string_view protocol,
                              std::string_view extensions) {
  HttpResponse response{101,
                        {{"Upgrade", "websocket"},
                         {"Connection", "Upgrade"},
                         {"Sec-WebSocket-Accept", handshake.accept}},
                        {}};
  if (!protocol.empty()) response.headers.emplace_back("Sec-WebSocket-Protocol", protocol);
  if (!extensions.empty()) response.headers.emplace_back("Sec-WebSocket-Extensions", extensions);
  return response;
}

HttpResponse upgrade_refusal(const HttpError& error) {
  HttpResponse response{
      error.status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::string(error.detail)};
  if (error.status == 426) {
    response.headers.emplace_back("Upgrade", "websocket");
    response.headers.emplace_back("Sec-WebSocket-Version", "13");
  }
  return response;
}

}  // namespace tillcast::protocol
