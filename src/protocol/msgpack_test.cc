#include "protocol/msgpack.h"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "base/limits.h"
#include "protocol/exact_json.h"
#include "protocol/testing.h"

namespace tillcast::protocol::msgpack {
namespace {

namespace json = boost::json;
using testing::from_hex;
using testing::to_hex;

constexpr std::size_t kDepthMax = 8;

std::string name(Error error) {
  switch (error) {
    case Error::kTruncated:
      return "truncated";
    case Error::kTrailingBytes:
      return "trailing bytes";
    case Error::kUnknownType:
      return "unknown type";
    case Error::kTooDeep:
      return "too deep";
    case Error::kNotUtf8:
      return "not UTF-8";
    case Error::kBadKey:
      return "bad key";
    case Error::kTooManyAttachments:
      return "too many attachments";
    case Error::kPlaceholder:
      return "placeholder";
  }
  return "?";
}

// The value as JSON and its attachments in hexadecimal, or the error.
std::string read(std::string_view bytes) {
  const auto decoded = decode(bytes, kDepthMax);
  if (!decoded) return name(decoded.error());
  std::string out;
  append_exact_json(out, decoded->value);
  for (const std::string& attachment : decoded->attachments) out += " " + to_hex(attachment);
  return out;
}

std::string read_hex(std::string_view hex) { return read(from_hex(hex)); }

std::string written(const json::value& value, std::span<const std::string> attachments = {}) {
  std::string out;
  append(out, value, attachments);
  return to_hex(out);
}

std::string written_json(std::string_view text) {
  boost::system::error_code error;
  return written(parse_exact_json(text, kDepthMax, {}, error));
}

// Bytes that notepack.io 2.2.0 writes for the JSON.
TEST(Msgpack, agrees_with_notepack) {
  const std::string letters(31, 'a');
  const std::pair<std::string, std::string> kGolden[] = {
      {"0", "00"},
      {"127", "7f"},
      {"128", "cc80"},
      {"255", "ccff"},
      {"256", "cd0100"},
      {"65535", "cdffff"},
      {"65536", "ce00010000"},
      {"4294967295", "ceffffffff"},
      {"4294967296", "cf0000000100000000"},
      {"9007199254740991", "cf001fffffffffffff"},
      {"-1", "ff"},
      {"-32", "e0"},
      {"-33", "d0df"},
      {"-128", "d080"},
      {"-129", "d1ff7f"},
      {"-32768", "d18000"},
      {"-32769", "d2ffff7fff"},
      {"-2147483648", "d280000000"},
      {"-2147483649", "d3ffffffff7fffffff"},
      {"-9007199254740991", "d3ffe0000000000001"},
      {"0.1", "cb3fb999999999999a"},
      {"-0.5", "cbbfe0000000000000"},
      {R"("")", "a0"},
      {'"' + letters + '"', "bf" + to_hex(letters)},
      {'"' + letters + "a\"", "d920" + to_hex(letters + "a")},
      {R"("é")", "a2c3a9"},
      {"null", "c0"},
      {"true", "c3"},
      {"false", "c2"},
      {"[]", "90"},
      {"{}", "80"},
      {"[1,[2]]", "92019102"},
      {R"({"k":"v"})", "81a16ba176"},
  };
  for (const auto& [text, hex] : kGolden) {
    EXPECT_EQ(written_json(text), hex) << text;
    EXPECT_EQ(read_hex(hex), text) << hex;
  }
}

TEST(Msgpack, keeps_all_bits_of_integers_and_doubles) {
  EXPECT_EQ(read_hex("cfffffffffffffffff"), "18446744073709551615");
  EXPECT_EQ(written_json("18446744073709551615"), "cfffffffffffffffff");
  EXPECT_EQ(read_hex("d38000000000000000"), "-9223372036854775808");
  EXPECT_EQ(written_json("-9223372036854775808"), "d38000000000000000");
  EXPECT_EQ(read_hex("cf7fffffffffffffff"), "9223372036854775807");
  EXPECT_EQ(written(1e300), "cb7e37e43c8800759c");
  EXPECT_EQ(written(-0.0), "cb8000000000000000");
  EXPECT_EQ(written(1.0), "cb3ff0000000000000");
  for (const double number : {std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN(), 5e-324}) {
    const auto again = decode(from_hex(written(number)), kDepthMax);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(written(again->value), written(number));
  }
  EXPECT_EQ(read_hex("ca3fc00000"), "1.5") << "a float of 32 bits";
}

TEST(Msgpack, reads_longer_forms_than_it_writes) {
  EXPECT_EQ(read_hex("cc01"), "1");
  EXPECT_EQ(read_hex("cf0000000000000001"), "1");
  EXPECT_EQ(read_hex("d001"), "1");
  EXPECT_EQ(read_hex("d3ffffffffffffffff"), "-1");
  EXPECT_EQ(read_hex("d90161"), "\"a\"");
  EXPECT_EQ(read_hex("da000161"), "\"a\"");
  EXPECT_EQ(read_hex("db0000000161"), "\"a\"");
  EXPECT_EQ(read_hex("dc000101"), "[1]");
  EXPECT_EQ(read_hex("dd0000000101"), "[1]");
  EXPECT_EQ(read_hex("de0001d9016101"), R"({"a":1})");
  EXPECT_EQ(read_hex("df00000001db000000016101"), R"({"a":1})");
}

TEST(Msgpack, writes_long_strings_arrays_maps_and_binaries) {
  EXPECT_TRUE(written(json::string(256, 'x')).starts_with("da0100"));
  EXPECT_TRUE(written(json::string(65'536, 'x')).starts_with("db00010000"));
  EXPECT_TRUE(written(json::array(16)).starts_with("dc0010"));
  EXPECT_TRUE(written(json::array(65'536)).starts_with("dd00010000"));
  json::object object;
  for (int i = 0; i < 16; ++i) object.emplace(std::to_string(i), i);
  EXPECT_TRUE(written(object).starts_with("de0010a130"));
  const json::value placeholder = {{"_placeholder", true}, {"num", 0}};
  const auto binary = [&](std::size_t size) {
    return written(placeholder, std::vector<std::string>{std::string(size, 'x')}).substr(0, 10);
  };
  EXPECT_EQ(binary(255), "c4ff787878");
  EXPECT_EQ(binary(256), "c501007878");
  EXPECT_EQ(binary(65'536), "c600010000");
}

TEST(Msgpack, has_binaries_as_attachments) {
  EXPECT_EQ(read_hex("c403010203"), R"({"_placeholder":true,"num":0} 010203)");
  EXPECT_EQ(read_hex("92c40101c50001ff"),
            R"([{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}] 01 ff)");
  EXPECT_EQ(read_hex("c600000000"), R"({"_placeholder":true,"num":0} )");
  EXPECT_EQ(read_hex("c7010007"), R"({"_placeholder":true,"num":0} 07)") << "an ArrayBuffer";
}

TEST(Msgpack, gives_binaries_and_extensions_back_as_they_came) {
  for (const std::string_view hex :
       {"c403010203", "92c400c40102",
        "d7000000018bcfe5687b",            // a Date of notepack 2
        "d6ff6553f100",                    // timestamps of 32, 64 and 96 bits
        "d7ff1d5353006553f100",            //
        "c70cff3b8b87c0ffffffffffffffff",  //
        "d40105", "d5800102", "d80500112233445566778899aabbccddeeff", "c7030a010203"}) {
    const auto decoded = decode(from_hex(hex), kDepthMax);
    ASSERT_TRUE(decoded.has_value()) << hex;
    EXPECT_EQ(written(decoded->value, decoded->attachments), hex);
  }
  EXPECT_EQ(read_hex("d6ff6553f100"), R"({"_placeholder":true,"num":0,"ext":-1} 6553f100)");
}

TEST(Msgpack, reads_undefined_as_json_has_it) {
  EXPECT_EQ(read_hex("93a175d4000082a161d40000a16201"), R"(["u",null,{"b":1}])");
  EXPECT_EQ(read_hex("d40000"), "null");
}

TEST(Msgpack, knows_a_placeholder_only_beside_attachments) {
  const std::string map = "82ac5f706c616365686f6c646572c3a36e756d00";
  EXPECT_EQ(read_hex(map), R"({"_placeholder":true,"num":0})");
  EXPECT_EQ(written_json(R"({"_placeholder":true,"num":0})"), map);
  EXPECT_EQ(read_hex("92c40101" + map), "placeholder");
  EXPECT_EQ(written({{"_placeholder", true}, {"num", 5}}, std::vector<std::string>{"x"}),
            "82ac5f706c616365686f6c646572c3a36e756d05")
      << "one that names no attachment";
}

TEST(Msgpack, refuses_what_is_no_value) {
  EXPECT_EQ(read_hex(""), "truncated");
  EXPECT_EQ(read_hex("c1"), "unknown type");
  EXPECT_EQ(read_hex("0000"), "trailing bytes");
  EXPECT_EQ(read_hex("a1ff"), "not UTF-8");
  EXPECT_EQ(read_hex("81a1ff00"), "not UTF-8");
  EXPECT_EQ(read_hex("810100"), "bad key");
  EXPECT_EQ(read_hex("81c0c0"), "bad key");
  EXPECT_EQ(read_hex("82a16100a16101"), "bad key") << "the same twice";
}

TEST(Msgpack, takes_no_memory_for_what_is_not_there) {
  for (const std::string_view hex : {"ddffffffff", "dfffffffff", "dbffffffff", "c6ffffffff",
                                     "c9ffffffff00", "df7fffffffa161c0"}) {
    EXPECT_EQ(read_hex(hex), "truncated") << hex;
  }
}

TEST(Msgpack, bounds_depth_and_attachments) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '\x91') + '\x01'; };
  EXPECT_EQ(read(nested(kDepthMax)), "[[[[[[[[1]]]]]]]]");
  EXPECT_EQ(read(nested(kDepthMax + 1)), "too deep");
  std::string maps;
  for (std::size_t i = 0; i <= kDepthMax; ++i) maps += from_hex("81a161");
  EXPECT_EQ(read(maps + '\x01'), "too deep");

  const auto binaries = [](std::size_t count) {
    std::string bytes;
    append_array_header(bytes, count);
    for (std::size_t i = 0; i < count; ++i) bytes += from_hex("c40100");
    return decode(bytes, kDepthMax);
  };
  EXPECT_TRUE(binaries(limits::kMsgpackAttachmentsMax).has_value());
  EXPECT_EQ(binaries(limits::kMsgpackAttachmentsMax + 1).error(), Error::kTooManyAttachments);
}

TEST(Msgpack, cut_at_any_byte_is_truncated) {
  const std::string bytes = from_hex(
      "84a47479706502a46461746199a568656c6c6fcb3ff8000000000000cd0100d3ffffffff7fffffffc403010203"
      "d6ff6553f100c7030a010203de0001d9016181a162c0dc0002c2ca3fc00000a269640ca36e7370a12f");
  ASSERT_EQ(read(bytes).substr(0, 8), R"({"type":)");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_EQ(read(std::string_view(bytes).substr(0, i)), "truncated") << i;
  }
}

}  // namespace
}  // namespace tillcast::protocol::msgpack
