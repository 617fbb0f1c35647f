#include "protocol/engineio.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tillcast::protocol::engineio {
namespace {

// The packets of a payload as text, and how it ended.
std::string describe(std::string_view body) {
  std::string out;
  PayloadReader reader(body);
  while (true) {
    const auto packet = reader.next();
    if (!packet) return out + "error: " + std::string(message(packet.error()));
    if (!*packet) return out + "end";
    out.push_back(type_char((*packet)->type));
    out.append((*packet)->binary ? "b(" : "(").append((*packet)->data).append(") ");
  }
}

TEST(EnginePacket, is_a_type_and_data) {
  const std::pair<std::string_view, PacketType> cases[] = {
      {"0{}", PacketType::kOpen},       {"1", PacketType::kClose},
      {"2probe", PacketType::kPing},    {"3probe", PacketType::kPong},
      {"4hello", PacketType::kMessage}, {"5", PacketType::kUpgrade},
      {"6", PacketType::kNoop}};
  for (const auto& [text, type] : cases) {
    const auto packet = decode_packet(text);
    ASSERT_TRUE(packet.has_value()) << text;
    EXPECT_EQ(packet->type, type);
    EXPECT_EQ(packet->data, text.substr(1));
    EXPECT_FALSE(packet->binary);
    std::string encoded;
    append_packet(encoded, packet->type, packet->data);
    EXPECT_EQ(encoded, text);
  }
}

TEST(EnginePacket, is_refused_if_empty_or_of_unknown_type) {
  EXPECT_EQ(decode_packet("").error(), DecodeError::kEmptyPacket);
  for (const std::string_view bad : {"7", "abc", "b", "-1", " 4", "\x1e"}) {
    ASSERT_FALSE(decode_packet(bad).has_value()) << bad;
    EXPECT_EQ(decode_packet(bad).error(), DecodeError::kUnknownType);
  }
}

TEST(Payload, carries_text_and_binary_packets_in_order) {
  EXPECT_EQ(describe("4hello\x1e"
                     "2\x1e"
                     "4w\xC3\xB6rld\x1e"
                     "bAQIDBA=="),
            "4(hello) 2() 4(wörld) 4b(\x01\x02\x03\x04) end");
  EXPECT_EQ(describe("1"), "1() end");
  EXPECT_EQ(describe("b"), "4b() end");
}

TEST(Payload, is_refused_at_its_first_bad_packet) {
  EXPECT_EQ(describe(""), "error: an empty packet");
  EXPECT_EQ(describe("4a\x1e"), "4(a) error: an empty packet");
  EXPECT_EQ(describe("\x1e"
                     "4a"),
            "error: an empty packet");
  EXPECT_EQ(describe("4a\x1e"
                     "9"),
            "4(a) error: an unknown packet type");
  EXPECT_EQ(describe("4a\x1e"
                     "bA"),
            "4(a) error: a binary message that is not base64");
  EXPECT_EQ(describe("4\xFF"), "error: text that is not UTF-8");
}

TEST(Payload, comes_back_as_it_was_written) {
  std::string binary;
  for (int i = 0; i < 256; ++i) binary.push_back(static_cast<char>(i));
  std::string body;
  append_to_payload(body, "4first");
  append_binary_to_payload(body, binary);
  EXPECT_EQ(body.size(), 6 + 1 + payload_binary_size(binary.size()));
  append_to_payload(body, "6");
  EXPECT_EQ(describe(body), "4(first) 4b(" + binary + ") 6() end");
}

// The data of the packets that come before the end or the first error.
std::vector<std::string> packets_of(std::string_view body) {
  std::vector<std::string> packets;
  PayloadReader reader(body);
  for (auto packet = reader.next(); packet && *packet; packet = reader.next()) {
    packets.emplace_back((*packet)->data);
  }
  return packets;
}

// A payload is the body of one request, so a proxy or a dying client may cut it but not continue
// it.
TEST(Payload, cut_at_any_byte_gives_no_packet_that_was_not_there) {
  const std::string body =
      "4hello\x1e"
      "2\x1e"
      "bAQIDBAU=\x1e"
      "4last";
  const std::vector<std::string> whole = packets_of(body);
  ASSERT_EQ(whole.size(), 4U);
  for (std::size_t cut = 0; cut < body.size(); ++cut) {
    SCOPED_TRACE("cut at " + std::to_string(cut));
    const std::vector<std::string> part = packets_of(std::string_view(body).substr(0, cut));
    ASSERT_LE(part.size(), whole.size());
    for (std::size_t i = 0; i < part.size(); ++i) {
      const bool was_cut = i + 1 == part.size();
      EXPECT_TRUE(part[i] == whole[i] || (was_cut && whole[i].starts_with(part[i]))) << i;
    }
  }
}

TEST(Open, is_the_json_that_clients_expect) {
  std::string out;
  append_open(out, {"lv_VI97HAXpY6yYWAAAC", true, 25'000, 20'000, 1'000'000});
  EXPECT_EQ(out, R"(0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"pingInterval":25000,)"
                 R"("pingTimeout":20000,"maxPayload":1000000})");
  out.clear();
  append_open(out, {"x", false, 300, 200, 100});
  EXPECT_EQ(out,
            R"(0{"sid":"x","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":100})");
}

TEST(RequestError, has_the_codes_and_messages_of_the_protocol) {
  EXPECT_EQ(json_body(RequestError::kUnknownTransport),
            R"({"code":0,"message":"Transport unknown"})");
  EXPECT_EQ(json_body(RequestError::kUnknownSid), R"({"code":1,"message":"Session ID unknown"})");
  EXPECT_EQ(json_body(RequestError::kBadHandshakeMethod),
            R"({"code":2,"message":"Bad handshake method"})");
  EXPECT_EQ(json_body(RequestError::kBadRequest), R"({"code":3,"message":"Bad request"})");
  EXPECT_EQ(json_body(RequestError::kForbidden), R"({"code":4,"message":"Forbidden"})");
  EXPECT_EQ(json_body(RequestError::kUnsupportedProtocolVersion),
            R"({"code":5,"message":"Unsupported protocol version"})");
  EXPECT_EQ(status(RequestError::kForbidden), 403);
  EXPECT_EQ(status(RequestError::kUnknownSid), 400);
}

TEST(Query, names_the_transport_and_the_session) {
  const auto first = parse_query("EIO=4&transport=polling&t=abc");
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->transport, Transport::kPolling);
  EXPECT_FALSE(first->sid.has_value());
  EXPECT_TRUE(first->protocol_is_4);
  const auto second = parse_query("transport=websocket&sid=a%2Fb&EIO=3");
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->transport, Transport::kWebsocket);
  EXPECT_EQ(second->sid, "a/b");
  EXPECT_FALSE(second->protocol_is_4);
  for (const std::string_view bad : {"", "EIO=4", "EIO=4&transport=", "transport=webtransport"}) {
    EXPECT_EQ(parse_query(bad).error(), RequestError::kUnknownTransport) << bad;
  }
}

TEST(Query, is_checked_in_the_order_of_the_codes) {
  const auto check = [](std::string_view query, std::string_view method, bool upgrade) {
    return check_handshake(*parse_query(query), method, upgrade);
  };
  EXPECT_TRUE(check("EIO=4&transport=polling", "GET", false).has_value());
  EXPECT_TRUE(check("EIO=4&transport=websocket", "GET", true).has_value());
  EXPECT_EQ(check("transport=websocket", "POST", false).error(), RequestError::kBadHandshakeMethod);
  EXPECT_EQ(check("EIO=4&transport=websocket", "GET", false).error(), RequestError::kBadRequest);
  EXPECT_EQ(check("EIO=4&transport=polling", "GET", true).error(), RequestError::kBadRequest);
  EXPECT_EQ(check("EIO=3&transport=polling", "GET", false).error(),
            RequestError::kUnsupportedProtocolVersion);
  EXPECT_EQ(check("transport=polling", "GET", false).error(),
            RequestError::kUnsupportedProtocolVersion);
}

}  // namespace
}  // namespace tillcast::protocol::engineio
