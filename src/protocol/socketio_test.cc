#include "protocol/socketio.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>

namespace tillcast::protocol::socketio {
namespace {

namespace json = boost::json;

// A text packet as it was understood: type, namespace, id, JSON.
std::string decode(std::string_view text) {
  Decoder decoder(1000);
  const auto packet = decoder.add_text(text);
  if (!packet) return std::string(message(packet.error()));
  if (!*packet) return "attachments follow";
  std::string out = std::to_string(static_cast<int>((*packet)->type)) + " ";
  out.append((*packet)->nsp).append(" ");
  if ((*packet)->id) out += std::to_string(*(*packet)->id);
  return out.append(" ").append((*packet)->json);
}

// The payload of a text packet as parsed, or why it was refused.
std::string payload(std::string_view text) {
  Decoder decoder(10'000'000);
  auto packet = decoder.add_text(text);
  if (!packet || !*packet) return "no packet";
  const auto value = parse_payload(**packet);
  return value ? json::serialize(*value) : std::string(message(value.error()));
}

TEST(SocketDecoder, agrees_with_the_forms_of_the_protocol) {
  EXPECT_EQ(decode("0"), "0 /  ");
  EXPECT_EQ(decode(R"(0{"token":"123"})"), R"(0 /  {"token":"123"})");
  EXPECT_EQ(decode("0/admin,"), "0 /admin  ");
  EXPECT_EQ(decode("0/admin"), "0 /admin  ");
  EXPECT_EQ(decode(R"(0/admin,{"sid":"x"})"), R"(0 /admin  {"sid":"x"})");
  EXPECT_EQ(decode("1"), "1 /  ");
  EXPECT_EQ(decode("1/admin,"), "1 /admin  ");
  EXPECT_EQ(decode(R"(2["hello",1])"), R"(2 /  ["hello",1])");
  EXPECT_EQ(decode(R"(2/admin,456["project:delete",123])"),
            R"(2 /admin 456 ["project:delete",123])");
  EXPECT_EQ(decode(R"(2012["a,b"])"), R"(2 / 12 ["a,b"])");
  EXPECT_EQ(decode("3/admin,456[]"), "3 /admin 456 []");
  EXPECT_EQ(decode(R"(4/admin,{"message":"Not authorized"})"),
            R"(4 /admin  {"message":"Not authorized"})");
  EXPECT_EQ(decode(R"(51-["x",{"_placeholder":true,"num":0}])"), "attachments follow");
  EXPECT_EQ(decode(R"(50-["x"])"), R"(5 /  ["x"])");
  EXPECT_EQ(decode("29007199254740991[\"x\"]"), "2 / 9007199254740991 [\"x\"]");
}

TEST(SocketDecoder, refuses_malformed_headers) {
  EXPECT_EQ(decode(""), "unknown packet type");
  EXPECT_EQ(decode("7[]"), "unknown packet type");
  EXPECT_EQ(decode("abc"), "unknown packet type");
  EXPECT_EQ(decode("5[\"x\"]"), "malformed number of attachments");
  EXPECT_EQ(decode("51[\"x\"]"), "malformed number of attachments");
  EXPECT_EQ(decode("5-1-[\"x\"]"), "malformed number of attachments");
  EXPECT_EQ(decode("5"), "malformed number of attachments");
  EXPECT_EQ(decode("51"), "malformed number of attachments");
  EXPECT_EQ(decode("511-[\"x\"]"), "too many attachments");
  EXPECT_EQ(decode("510-[\"x\"]"), "attachments follow");
  EXPECT_EQ(decode("29007199254740992[\"x\"]"), "malformed acknowledgement id");
  EXPECT_EQ(decode("299999999999999999999999[\"x\"]"), "malformed acknowledgement id");
  EXPECT_EQ(decode("3[]"), "malformed acknowledgement id");
  EXPECT_EQ(decode("01{}"), "malformed acknowledgement id");
  EXPECT_EQ(decode("0/" + std::string(255, 'n') + ",{}").substr(0, 3), "0 /");
  EXPECT_EQ(decode("0/" + std::string(256, 'n') + ",{}"), "namespace name too long or malformed");
  EXPECT_EQ(decode("2" + std::string(1000, '[')), "packet too large");
}

TEST(SocketDecoder, puts_a_binary_packet_together) {
  Decoder decoder(1000);
  std::string text =
      R"(52-/admin,7["baz",{"_placeholder":true,"num":1},[{"_placeholder":true,"num":0}]])";
  ASSERT_TRUE(decoder.add_text(text).has_value());
  text.assign(text.size(), '!');  // the input may be gone by the time the attachments come
  EXPECT_FALSE(decoder.idle());
  auto packet = decoder.add_binary("\x01\x02");
  ASSERT_TRUE(packet.has_value());
  EXPECT_FALSE(packet->has_value());
  packet = decoder.add_binary("");
  ASSERT_TRUE(packet.has_value() && packet->has_value());
  EXPECT_TRUE(decoder.idle());
  Packet moved = std::move(**packet);
  EXPECT_EQ(moved.type, PacketType::kBinaryEvent);
  EXPECT_EQ(moved.nsp, "/admin");
  EXPECT_EQ(moved.id, 7U);
  const auto value = parse_payload(moved);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(attachment(moved, value->at(1)), "");
  EXPECT_EQ(attachment(moved, value->at(2).at(0)), "\x01\x02");
  EXPECT_EQ(attachment(moved, value->at(0)), std::nullopt);
}

TEST(SocketDecoder, holds_text_and_binary_to_their_order) {
  Decoder decoder(1000);
  EXPECT_EQ(decoder.add_binary("x").error(), Error::kUnexpectedBinary);
  Decoder waiting(1000);
  ASSERT_TRUE(waiting.add_text(R"(51-["x"])").has_value());
  EXPECT_EQ(waiting.add_text(R"(2["y"])").error(), Error::kUnexpectedText);
}

TEST(SocketDecoder, counts_the_attachments_to_the_packet) {
  const std::string_view text = R"(52-["x"])";
  Decoder decoder(static_cast<std::uint32_t>(text.size()) + 10);
  ASSERT_TRUE(decoder.add_text(text).has_value());
  ASSERT_TRUE(decoder.add_binary("123456").has_value());
  EXPECT_EQ(decoder.add_binary("12345").error(), Error::kPacketTooLarge);
}

TEST(SocketPayload, has_the_shape_of_its_type) {
  EXPECT_EQ(payload("0"), "null");
  EXPECT_EQ(payload(R"(0{"a":1})"), R"({"a":1})");
  EXPECT_EQ(payload("1"), "null");
  EXPECT_EQ(payload(R"(2["a",null,{"b":[1.5]}])"), R"(["a",null,{"b":[1.5E0]}])");
  EXPECT_EQ(payload("2[1]"), "[1]");
  EXPECT_EQ(payload("31[]"), "[]");
  EXPECT_EQ(payload(R"(4"no")"), R"("no")");
  EXPECT_EQ(payload(R"(4{"message":"no"})"), R"({"message":"no"})");
  for (const std::string_view bad :
       {"0[]",    "0null",       "0\"x\"",     "1{}",       "2",
        "2{}",    "2[]",         "2[null]",    "2[{}]",     "2[[\"a\"]]",
        "2\"a\"", "2[\"a\"",     "2[1e999]",   "2[\"a\"]]", "2[\"a\",]",
        "2[a]",   "31",          "31{}",       "4",         "41",
        "4[]",    "2[\"\xFF\"]", "2[\"a\"] x", "2['a']",    "2[\"a\",NaN]"}) {
    const std::string outcome = payload(bad);
    EXPECT_TRUE(outcome == "invalid payload" || outcome == "no packet") << bad << ": " << outcome;
  }
}

TEST(SocketPayload, refuses_reserved_event_names) {
  for (const std::string_view name : {"connect", "connect_error", "disconnect", "disconnecting",
                                      "newListener", "removeListener"}) {
    EXPECT_EQ(payload("2[\"" + std::string(name) + "\"]"), "reserved event name") << name;
  }
  EXPECT_EQ(payload(R"(2["disc\u006fnnect"])"), "reserved event name");
  EXPECT_EQ(payload(R"(2["connection"])"), R"(["connection"])");
}

TEST(SocketPayload, is_held_to_a_depth) {
  const auto nested = [](std::size_t levels) {  // counts the event's own array
    return "2[\"a\"," + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "]";
  };
  EXPECT_NE(payload(nested(limits::kJsonDepthMax)), "invalid payload");
  EXPECT_EQ(payload(nested(limits::kJsonDepthMax + 1)), "invalid payload");
  EXPECT_EQ(payload("2[\"a\"," + std::string(1'000'000, '[')), "invalid payload");
}

TEST(SocketPayload, replaces_half_surrogate_pairs) {
  EXPECT_EQ(payload(R"(2["a","\ud83d"])"), "[\"a\",\"\uFFFD\"]");
  EXPECT_EQ(payload(R"(2["a","x\ude00y"])"), "[\"a\",\"x\uFFFDy\"]");
  EXPECT_EQ(payload(R"(2["a","\ud83d\ud83d\ude00\\ud83d"])"), "[\"a\",\"\uFFFD😀\\\\ud83d\"]");
  EXPECT_EQ(payload(R"(2["a","\ud83d\n"])"), "[\"a\",\"\uFFFD\\n\"]");
  EXPECT_EQ(payload(R"(2["a","\ud83dx",])"), "invalid payload");
}

TEST(SocketPayload, has_only_placeholders_that_name_an_attachment) {
  const auto binary = [](std::string_view array) {
    Decoder decoder(1000);
    EXPECT_TRUE(decoder.add_text("51-" + std::string(array)).has_value());
    auto packet = decoder.add_binary("bytes");
    const auto value = parse_payload(**packet);
    return value ? std::string("good") : std::string(message(value.error()));
  };
  EXPECT_EQ(binary(R"(["a",{"b":[{"_placeholder":true,"num":0}]}])"), "good");
  EXPECT_EQ(binary(R"(["a",{"_placeholder":false,"num":9}])"), "good");
  EXPECT_EQ(binary(R"(["a"])"), "good");
  for (const std::string_view bad :
       {R"(["a",{"_placeholder":true,"num":1}])", R"(["a",{"_placeholder":true,"num":-1}])",
        R"(["a",{"_placeholder":true,"num":"splice"}])", R"(["a",{"_placeholder":true}])",
        R"(["a",{"x":{"_placeholder":true,"num":0.5}}])",
        R"(["a",{"_placeholder":true,"num":18446744073709551615}])"}) {
    EXPECT_EQ(binary(bad), "a binary value names no attachment") << bad;
  }
}

TEST(SocketPayload, of_a_text_packet_has_no_attachments_whatever_it_says) {
  Decoder decoder(1000);
  const std::string text = R"(2["a",{"_placeholder":true,"num":0}])";
  auto packet = decoder.add_text(text);
  const auto value = parse_payload(**packet);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(attachment(**packet, value->at(1)), std::nullopt);
}

TEST(SocketEncoder, writes_what_the_decoder_reads) {
  std::string out;
  append_connect(out, "/", R"({"sid":"x"})");
  EXPECT_EQ(out, R"(0{"sid":"x"})");
  out = "4";
  append_connect(out, "/admin");
  EXPECT_EQ(out, "40/admin,");
  out.clear();
  append_connect_error(out, "/admin", R"({"message":"no"})");
  EXPECT_EQ(out, R"(4/admin,{"message":"no"})");
  out.clear();
  append_disconnect(out, "/admin");
  EXPECT_EQ(out, "1/admin,");
  out.clear();
  append_event(out, "/", std::nullopt, R"(["a"])");
  EXPECT_EQ(out, R"(2["a"])");
  out.clear();
  append_event(out, "/admin", 12, R"(["a"])", 2);
  EXPECT_EQ(out, R"(52-/admin,12["a"])");
  out.clear();
  append_ack(out, "/admin", 0, "[]");
  EXPECT_EQ(out, "3/admin,0[]");
  out.clear();
  append_ack(out, "/", 13, "[1]", 1);
  EXPECT_EQ(out, "61-13[1]");
}

TEST(SocketEncoder, writes_json_strings_and_placeholders) {
  std::string out;
  append_json_string(out, std::string_view("a\"\\/\n\x01\x7F\0é", 10));
  EXPECT_EQ(out, "\"a\\\"\\\\/\\u000a\\u0001\x7F\\u0000é\"");
  EXPECT_EQ(json::parse(out).as_string(), json::string_view("a\"\\/\n\x01\x7F\0é", 10));
  out.clear();
  append_placeholder(out, 3);
  EXPECT_EQ(out, R"({"_placeholder":true,"num":3})");
}

}  // namespace
}  // namespace tillcast::protocol::socketio
