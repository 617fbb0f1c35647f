#include "realtime/engine_socket.h"

#include "realtime/engine_session.h"

namespace tillcast::realtime {

std::string_view EngineSocket::id() const { return session_.sid(); }

Shard& EngineSocket::shard() const { return session_.shard(); }

const protocol::HttpRequest& EngineSocket::handshake() const { return session_.handshake(); }

const protocol::HttpRequest* EngineSocket::post() const { return session_.post(); }

void EngineSocket::send_text(std::string_view text) { session_.send_message(text); }

void EngineSocket::send_binary(std::string_view bytes) { session_.send_binary(bytes); }

void EngineSocket::close() { session_.close(); }

void EngineSocket::on_text(std::string_view text) {
  if (handlers_.on_text) handlers_.on_text(*this, text);
}

void EngineSocket::on_binary(std::string_view bytes) {
  if (handlers_.on_binary) handlers_.on_binary(*this, bytes);
}

void EngineSocket::closed() {
  if (handlers_.on_close) handlers_.on_close(*this);
}

}  // namespace tillcast::realtime
