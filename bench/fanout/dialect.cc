#include "dialect.h"

#include <cstring>
#include <stdexcept>

#include "common/server_frame.h"

namespace tillcast::bench {

namespace {

constexpr std::size_t kDigits = 10;
constexpr std::string_view kSequenceKey = "{\"seq\":";

/// A product as a shop sends it, filled up to the wanted size.
std::string product(std::size_t bytes) {
  std::string object =
      std::string(kSequenceKey) + std::to_string(kFirstSequence) +
      R"(,"id":"01J9Z3K8Q2W4R6T8Y0V2B4N6M8","kind":"product","name":"Sourdough loaf",)"
      R"("price_minor":4200,"currency":"RUB","stock":17,"version":42,"text":")";
  constexpr std::string_view kWords = "Baked this morning on stone from rye and wheat. ";
  if (bytes < object.size() + 2) throw std::invalid_argument("the object is too small");
  while (object.size() < bytes - 2) object += kWords[object.size() % kWords.size()];
  return object + "\"}";
}

std::size_t digits_at(std::string_view frame) {
  return frame.find(kSequenceKey) + kSequenceKey.size();
}

void write_digits(char* at, std::uint64_t number) {
  for (std::size_t i = kDigits; i-- > 0; number /= 10) at[i] = static_cast<char>('0' + number % 10);
}

}  // namespace

Dialect::Dialect(Protocol protocol, std::size_t object_bytes) : protocol_(protocol) {
  const std::string object = product(object_bytes);
  if (protocol == Protocol::kSocketIo) {
    publisher_opening_ = {{"0{", "40"}, {"40{", ""}};
    member_opening_ = {{"0{", "40"}, {"40{", R"(420["join","room1"])"}, {"430[\"ok\"]", ""}};
    publish_ = masked_text("42[\"pub\"," + object + "]");
    protocol::append_frame(delivery_, protocol::Opcode::kText, "42[\"msg\"," + object + "]");
  } else {
    member_opening_ = {{"", "join"}, {"ok", ""}};
    publish_ = masked_text(object);
    protocol::append_frame(delivery_, protocol::Opcode::kText, object);
  }
  publish_digits_at_ = digits_at(publish_);
  delivery_digits_at_ = digits_at(delivery_);
}

std::string Dialect::upgrade_request(std::uint16_t port) const {
  const bool socket_io = protocol_ == Protocol::kSocketIo;
  return std::string("GET ") + (socket_io ? "/socket.io/?EIO=4&transport=websocket" : "/ws") +
         " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
         "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

const std::string& Dialect::publish_frame(std::uint64_t sequence) {
  write_digits(publish_.data() + publish_digits_at_, sequence);
  return publish_;
}

std::optional<std::uint64_t> Dialect::sequence_of(const char* frame) const {
  const std::size_t after = delivery_digits_at_ + kDigits;
  if (std::memcmp(frame, delivery_.data(), delivery_digits_at_) != 0 ||
      std::memcmp(frame + after, delivery_.data() + after, delivery_.size() - after) != 0) {
    return std::nullopt;
  }
  std::uint64_t sequence = 0;
  for (std::size_t i = delivery_digits_at_; i < after; ++i) {
    if (frame[i] < '0' || frame[i] > '9') return std::nullopt;
    sequence = sequence * 10 + static_cast<std::uint64_t>(frame[i] - '0');
  }
  return sequence;
}

std::optional<std::string_view> Dialect::answer(std::string_view text) const {
  if (protocol_ == Protocol::kSocketIo && text == "2") return "3";  // Engine.IO's ping
  return std::nullopt;
}

}  // namespace tillcast::bench
