#include "protocol/deflate.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>

#include "protocol/gzip.h"
#include "protocol/testing.h"

namespace tillcast::protocol {
namespace {

using testing::from_hex;

constexpr std::size_t kBytesMax = 1'000'000;

std::string inflated(std::string_view data, std::size_t bytes_max = kBytesMax) {
  Inflater inflater;
  std::string out;
  const auto done = inflater.append(out, data, bytes_max);
  if (!done) return done.error() == Inflater::Error::kBroken ? "broken" : "too large";
  return out;
}

std::string deflated(std::string_view data, int window_bits = Deflater::kWindowBitsMax) {
  std::string out;
  Deflater(Deflater::Format::kRawMessage, window_bits).append(out, data);
  return out;
}

std::string random_bytes(std::size_t size) {
  std::mt19937 random(5);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

// RFC 7692 section 7.2.3.
TEST(Inflater, reads_the_examples_of_the_rfc) {
  EXPECT_EQ(inflated(from_hex("f248cdc9c90700")), "Hello");
  EXPECT_EQ(inflated(from_hex("000500faff48656c6c6f00")), "Hello") << "not compressed";
  EXPECT_EQ(inflated(from_hex("f348cdc9c9070000")), "Hello") << "with a last block";
  EXPECT_EQ(inflated(from_hex("f24805000000ffffcac9c90700")), "Hello") << "two blocks";
  EXPECT_EQ(inflated(from_hex("00")), "");
}

TEST(Inflater, gives_back_what_a_deflater_took_with_any_window) {
  std::string json;
  for (int i = 0; i < 5'000; ++i) json += R"({"id":)" + std::to_string(i * i) + R"(,"name":"x"},)";
  for (int bits = Deflater::kWindowBitsMin; bits <= Deflater::kWindowBitsMax; ++bits) {
    for (const std::string& data : {std::string(), std::string("a"), json, random_bytes(100'000)}) {
      const std::string packed = deflated(data, bits);
      EXPECT_TRUE(inflated(packed) == data) << bits << " " << data.size();
      EXPECT_LE(packed.size(), data.size() + data.size() / 100 + 16);
    }
    EXPECT_LT(deflated(json, bits).size(), json.size() / 4);
  }
}

TEST(Inflater, serves_one_message_after_the_other) {
  Inflater inflater;
  Deflater deflater(Deflater::Format::kRawMessage);
  for (int i = 0; i < 3; ++i) {
    std::string packed;
    deflater.append(packed, "the same again");
    EXPECT_EQ(packed, deflated("the same again")) << "no history";
    std::string out = "before ";
    ASSERT_TRUE(inflater.append(out, packed, 14).has_value());
    EXPECT_EQ(out, "before the same again");
    out.clear();
    EXPECT_FALSE(inflater.append(out, packed.substr(0, 5), 100).has_value());
    EXPECT_FALSE(inflater.append(out, "\xff\xff and more that is not read", 100).has_value());
    EXPECT_FALSE(inflater.append(out, deflated(std::string(100'000, 'a')), 100).has_value());
  }
}

TEST(Inflater, stops_at_the_limit_whatever_would_come) {
  const std::string bomb = deflated(std::string(10'000'000, 'a'));
  EXPECT_LT(bomb.size(), 50'000U);
  Inflater inflater;
  std::string out;
  EXPECT_EQ(inflater.append(out, bomb, 1'000).error(), Inflater::Error::kTooLarge);
  EXPECT_LE(out.capacity(), 16'000U) << "memory is taken step by step";
  EXPECT_EQ(inflated(deflated(std::string(1'000, 'a')), 1'000), std::string(1'000, 'a'));
  EXPECT_EQ(inflated(deflated(std::string(1'000, 'a')), 999), "too large");
  EXPECT_EQ(inflated(deflated("a"), 0), "too large");
  EXPECT_EQ(inflated(deflated(""), 0), "");
}

TEST(Inflater, refuses_what_is_cut_or_no_deflate) {
  const std::string packed = deflated("Hello, this is a message of some words and some words.");
  for (std::size_t i = 0; i < packed.size(); ++i) {
    EXPECT_EQ(inflated(packed.substr(0, i)), i == 0 ? "" : "broken") << i;
  }
  EXPECT_EQ(inflated("\xff\xff\xff"), "broken");
  EXPECT_EQ(inflated(from_hex("06")), "broken") << "a type of block that does not exist";
}

TEST(Gzip, is_what_zlib_reads) {
  for (const std::string& data : {std::string(), std::string(100'000, 'x'), random_bytes(70'000)}) {
    const std::string packed = gzip(data);
    z_stream stream{};
    ASSERT_EQ(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
    std::string out(data.size() + 1, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    EXPECT_TRUE(out == data);
    EXPECT_EQ(stream.avail_in, 0U);
    inflateEnd(&stream);
  }
}

TEST(Gzip, is_for_clients_that_accept_it) {
  const auto accepted = [](std::string_view value) {
    HttpRequest request;
    request.headers.push_back({"accept-encoding", std::string(value)});
    return accepts_gzip(request);
  };
  EXPECT_FALSE(accepts_gzip(HttpRequest{}));
  for (const std::string_view value :
       {"gzip", "gzip, deflate, br", "br;q=1.0, GZIP;q=0.8", "*", "deflate, *;q=0.5", "x-gzip"}) {
    EXPECT_TRUE(accepted(value)) << value;
  }
  for (const std::string_view value :
       {"", "identity", "gzip;q=0", "gzip; Q=0.000, *", "*;q=0", "gzipped", "br"}) {
    EXPECT_FALSE(accepted(value)) << value;
  }
}

}  // namespace
}  // namespace tillcast::protocol
