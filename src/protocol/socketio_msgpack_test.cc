#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

#include "protocol/exact_json.h"
#include "protocol/msgpack.h"
#include "protocol/socketio.h"
#include "protocol/testing.h"

namespace tillcast::protocol::socketio {
namespace {

namespace json = boost::json;
using testing::from_hex;
using testing::to_hex;

// A packet as it was understood: type, namespace, id, data, attachments; or why it was refused.
std::string read(std::string_view bytes) {
  Decoder decoder(1000, Parser::kMsgpack);
  auto decoded = decoder.add_binary(bytes);
  if (!decoded) return std::string(message(decoded.error()));
  EXPECT_TRUE(decoder.idle());
  Packet& packet = **decoded;
  std::string out = std::to_string(static_cast<int>(packet.type)) + " ";
  out.append(packet.nsp).append(" ");
  if (packet.id) out += std::to_string(*packet.id);
  out += " ";
  const bool has_data = packet.value != nullptr;
  const auto value = parse_payload(packet);
  if (!value) return std::string(message(value.error()));
  if (has_data) append_exact_json(out, *value);
  for (const std::string& attachment : packet.attachments) out += " " + to_hex(attachment);
  return out;
}

std::string read_hex(std::string_view hex) { return read(from_hex(hex)); }

// A packet of these members, in their order.
std::string packet(std::initializer_list<std::pair<json::string_view, json::value>> members) {
  std::string bytes;
  msgpack::append_map_header(bytes, members.size());
  for (const auto& [name, value] : members) {
    msgpack::append_string(bytes, name);
    msgpack::append(bytes, value);
  }
  return bytes;
}

// Bytes that socket.io-msgpack-parser 3.0.2 writes.
constexpr std::string_view kConnect =
    "83a47479706500a46461746181a5746f6b656ea3313233a36e7370a62f61646d696e";
constexpr std::string_view kConnectWithUndefined = "83a47479706500a464617461d40000a36e7370a12f";
constexpr std::string_view kDisconnect = "82a47479706501a36e7370a12f";
constexpr std::string_view kEventWithOptions =
    "85a47479706502a46461746196a568656c6c6f01a2c3a9c0c3cbbff8000000000000a76f7074696f6e7381a8636f6d"
    "7072657373c3a269640ca36e7370a12f";
constexpr std::string_view kEvent =
    "84a47479706502a46461746192a568656c6c6f81a16101a2696403a36e7370a12f";
constexpr std::string_view kBinary = "83a47479706502a46461746192a362696ec403010203a36e7370a12f";
constexpr std::string_view kAck = "84a47479706503a4646174619181a178c400a2696400a36e7370a12f";
constexpr std::string_view kConnectError =
    "83a47479706504a46461746181a76d657373616765a26e6fa36e7370a22f78";
constexpr std::string_view kDate = "83a47479706502a46461746192a164d7000000018bcfe5687ba36e7370a12f";

TEST(MsgpackPacket, is_read_as_the_parser_from_npm_wrote_it) {
  EXPECT_EQ(read_hex(kConnect), R"(0 /admin  {"token":"123"})");
  EXPECT_EQ(read_hex(kConnectWithUndefined), "0 /  ");
  EXPECT_EQ(read_hex(kDisconnect), "1 /  ");
  EXPECT_EQ(read_hex(kEventWithOptions), R"(2 / 12 ["hello",1,"é",null,true,-1.5])");
  EXPECT_EQ(read_hex(kEvent), R"(2 / 3 ["hello",{"a":1}])");
  EXPECT_EQ(read_hex(kBinary), R"(5 /  ["bin",{"_placeholder":true,"num":0}] 010203)");
  EXPECT_EQ(read_hex(kAck), R"(6 / 0 [{"x":{"_placeholder":true,"num":0}}] )");
  EXPECT_EQ(read_hex(kConnectError), R"(4 /x  {"message":"no"})");
  EXPECT_EQ(read_hex(kDate),
            R"(5 /  ["d",{"_placeholder":true,"num":0,"ext":0}] 0000018bcfe5687b)");
}

TEST(MsgpackPacket, is_written_as_the_parser_from_npm_would) {
  for (const std::string_view hex :
       {kConnect, kDisconnect, kEvent, kBinary, kAck, kConnectError, kDate}) {
    auto decoded = decode_msgpack(from_hex(hex));
    ASSERT_TRUE(decoded.has_value()) << hex;
    const auto value = parse_payload(*decoded);
    ASSERT_TRUE(value.has_value()) << hex;
    std::string out;
    append_msgpack(out, decoded->type, decoded->nsp, decoded->id, *value, decoded->attachments);
    EXPECT_EQ(to_hex(out), hex);
  }
}

TEST(MsgpackPacket, is_written_from_json_text) {
  std::string out;
  EXPECT_TRUE(append_msgpack_of_json(out, PacketType::kEvent, "/", 3, R"(["hello",{"a":1}])"));
  EXPECT_EQ(to_hex(out), kEvent);
  out.clear();
  const std::string bytes("\1\2\3");
  EXPECT_TRUE(append_msgpack_of_json(out, PacketType::kBinaryEvent, "/", std::nullopt,
                                     R"(["bin",{"_placeholder":true,"num":0}])", {&bytes, 1}));
  EXPECT_EQ(to_hex(out), kBinary);
  out.clear();
  EXPECT_TRUE(append_msgpack_of_json(out, PacketType::kDisconnect, "/", std::nullopt, ""));
  EXPECT_EQ(to_hex(out), kDisconnect);
  EXPECT_FALSE(append_msgpack_of_json(out, PacketType::kEvent, "/", std::nullopt, "[1"));
  EXPECT_EQ(to_hex(out), kDisconnect) << "nothing was appended";
}

TEST(MsgpackPacket, of_a_bad_type_namespace_or_id_is_refused) {
  const json::array event = {"a"};
  const auto refused = [&](json::value type, json::value nsp, json::value id) {
    return read(packet({{"type", std::move(type)},
                        {"data", event},
                        {"nsp", std::move(nsp)},
                        {"id", std::move(id)}}));
  };
  EXPECT_EQ(refused(2, "/", 1), R"(2 / 1 ["a"])");
  EXPECT_EQ(refused(5, "/", 1), "unknown packet type");
  EXPECT_EQ(refused(-1, "/", 1), "unknown packet type");
  EXPECT_EQ(refused("2", "/", 1), "unknown packet type");
  EXPECT_EQ(refused(2.0, "/", 1), "unknown packet type");
  EXPECT_EQ(refused(2, "admin", 1), "namespace name too long or malformed");
  EXPECT_EQ(refused(2, "/a,b", 1), "namespace name too long or malformed");
  EXPECT_EQ(refused(2, 1, 1), "namespace name too long or malformed");
  EXPECT_EQ(refused(2, json::string("/" + std::string(kNamespaceBytesMax, 'a')), 1),
            "namespace name too long or malformed");
  EXPECT_EQ(refused(2, "/", -1), "malformed acknowledgement id");
  EXPECT_EQ(refused(2, "/", nullptr), "malformed acknowledgement id");
  EXPECT_EQ(refused(2, "/", kIdMax + 1), "malformed acknowledgement id");
  EXPECT_EQ(refused(2, "/", "1"), "malformed acknowledgement id");
  EXPECT_EQ(refused(0, "/", 1), "malformed acknowledgement id");
  EXPECT_EQ(read(packet({{"type", 3}, {"data", event}, {"nsp", "/"}})),
            "malformed acknowledgement id");
  EXPECT_EQ(read(packet({{"data", event}, {"nsp", "/"}})), "unknown packet type");
  EXPECT_EQ(read(packet({{"type", 2}, {"data", event}})), "namespace name too long or malformed");
}

TEST(MsgpackPacket, has_the_data_that_its_type_needs) {
  const auto read_data = [](int type, json::value data) {
    return read(packet({{"type", type}, {"data", std::move(data)}, {"nsp", "/"}}));
  };
  EXPECT_EQ(read_data(2, json::array{"a"}), R"(2 /  ["a"])");
  EXPECT_EQ(read_data(2, json::array{}), "invalid payload");
  EXPECT_EQ(read_data(2, json::array{json::array{}}), "invalid payload");
  EXPECT_EQ(read_data(2, json::object{}), "invalid payload");
  EXPECT_EQ(read_data(2, json::array{"disconnect"}), "reserved event name");
  EXPECT_EQ(read_data(0, json::array{}), "invalid payload");
  EXPECT_EQ(read_data(0, nullptr), "invalid payload");
  EXPECT_EQ(read_data(1, json::object{}), "invalid payload");
  EXPECT_EQ(read(packet({{"type", 2}, {"nsp", "/"}})), "invalid payload");
  EXPECT_EQ(read_hex("83a47479706500a46461746181a161c40101a36e7370a12f"), "invalid payload")
      << "a binary in CONNECT";
  EXPECT_EQ(read_hex("84a47479706502a46461746191a161a36e7370a12fa178c40101"), "invalid payload")
      << "a binary outside of the data";
}

TEST(MsgpackPacket, is_bounded) {
  EXPECT_EQ(read(std::string(1001, 'x')), "packet too large");
  EXPECT_EQ(read_hex("c0"), "invalid payload");
  EXPECT_EQ(read_hex("82a474797065"), "invalid payload");
  const auto nested = [](std::size_t depth) {
    json::value value = 1;
    for (std::size_t i = 0; i < depth; ++i) value = json::array{"a", std::move(value)};
    return read(packet({{"type", 2}, {"data", std::move(value)}, {"nsp", "/"}}));
  };
  EXPECT_EQ(nested(limits::kJsonDepthMax).substr(0, 2), "2 ");
  EXPECT_EQ(nested(limits::kJsonDepthMax + 1), "invalid payload");
}

TEST(MsgpackPacket, comes_in_no_text) {
  Decoder decoder(1000, Parser::kMsgpack);
  EXPECT_EQ(decoder.add_text("0").error(), Error::kUnexpectedText);
}

}  // namespace
}  // namespace tillcast::protocol::socketio
