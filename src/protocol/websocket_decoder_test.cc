#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/websocket.h"

namespace tillcast::protocol {
namespace {

constexpr std::uint32_t kBytesMax = 1000;

std::uint32_t mask_of(std::string_view four_bytes) {
  std::uint32_t mask = 0;
  std::memcpy(&mask, four_bytes.data(), 4);
  return mask;
}

// Writes down what a decoder reports.
class Recorder final : public FrameSink {
 public:
  std::string log;

  void on_message(const Message& message) override {
    log += message.opcode == Opcode::kText ? "text" : "binary";
    if (message.compressed) log += " compressed";
    append({reinterpret_cast<const char*>(message.payload.data()), message.payload.size()});
  }
  void on_ping(std::span<const std::byte> payload) override {
    log += "ping";
    append({reinterpret_cast<const char*>(payload.data()), payload.size()});
  }
  void on_pong(std::span<const std::byte> payload) override {
    log += "pong";
    append({reinterpret_cast<const char*>(payload.data()), payload.size()});
  }
  void on_close(CloseCode code, std::string_view reason) override {
    log += "close " + std::to_string(static_cast<int>(code));
    append(reason);
  }

 private:
  void append(std::string_view payload) { log.append("(").append(payload).append(")\n"); }
};

struct Options {
  FrameDecoder::Role role = FrameDecoder::Role::kServer;
  bool allow_compressed = false;
};

std::string transcript(const std::string& input, const std::vector<std::size_t>& cuts,
                       const Options& options) {
  FrameDecoder decoder(kBytesMax, options.role, options.allow_compressed);
  Recorder recorder;
  std::string bytes = input;  // the decoder unmasks in place
  std::size_t from = 0;
  std::vector<std::size_t> ends = cuts;
  ends.push_back(bytes.size());
  for (const std::size_t end : ends) {
    const auto part = std::as_writable_bytes(std::span(bytes)).subspan(from, end - from);
    const auto fed = decoder.feed(part, recorder);
    if (!fed) return recorder.log + "error " + std::to_string(static_cast<int>(fed.error()));
    from = end;
  }
  return recorder.log + (decoder.close_received() ? "closed" : decoder.idle() ? "idle" : "open");
}

// What the bytes give, which must be the same however they are cut.
std::string decode(const std::string& input, const Options& options = {}) {
  const std::string whole = transcript(input, {}, options);
  std::vector<std::size_t> every;
  for (std::size_t cut = 1; cut < input.size(); ++cut) {
    EXPECT_EQ(transcript(input, {cut}, options), whole) << "cut at " << cut;
    every.push_back(cut);
  }
  EXPECT_EQ(transcript(input, every, options), whole) << "byte by byte";
  return whole;
}

std::string frame(Opcode opcode, std::string_view payload, bool final = true) {
  std::string out;
  append_masked_frame(out, opcode, payload, mask_of("\x37\xFA\x21\x3D"), final);
  return out;
}

std::string raw(std::initializer_list<int> bytes) {
  std::string out;
  for (const int byte : bytes) out.push_back(static_cast<char>(byte));
  return out;
}

TEST(FrameDecoder, agrees_with_the_examples_of_rfc_6455) {
  const Options client{FrameDecoder::Role::kClient, false};
  EXPECT_EQ(decode(raw({0x81, 0x05, 'H', 'e', 'l', 'l', 'o'}), client), "text(Hello)\nidle");
  EXPECT_EQ(decode(raw({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58})),
            "text(Hello)\nidle");
  EXPECT_EQ(decode(raw({0x01, 0x03, 'H', 'e', 'l', 0x80, 0x02, 'l', 'o'}), client),
            "text(Hello)\nidle");
  EXPECT_EQ(decode(raw({0x89, 0x05, 'H', 'e', 'l', 'l', 'o'}), client), "ping(Hello)\nidle");
  EXPECT_EQ(decode(raw({0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58})),
            "pong(Hello)\nidle");
  EXPECT_EQ(decode(raw({0x82, 0x7E, 0x01, 0x00}) + std::string(256, 'b'), client),
            "binary(" + std::string(256, 'b') + ")\nidle");
}

TEST(FrameDecoder, reads_every_length_form) {
  for (const std::size_t n : {0U, 1U, 125U, 126U, 127U, 999U, 1000U}) {
    const std::string payload(n, 'x');
    EXPECT_EQ(decode(frame(Opcode::kBinary, payload)), "binary(" + payload + ")\nidle") << n;
  }
  FrameDecoder decoder(100'000);
  Recorder recorder;
  std::string large = frame(Opcode::kText, std::string(70'000, 'y'));
  ASSERT_TRUE(decoder.feed(std::as_writable_bytes(std::span(large)), recorder).has_value());
  EXPECT_EQ(recorder.log, "text(" + std::string(70'000, 'y') + ")\n");
}

TEST(FrameDecoder, hands_on_a_whole_message_without_a_copy) {
  class Locator final : public FrameSink {
   public:
    const std::byte* at = nullptr;
    void on_message(const Message& message) override { at = message.payload.data(); }
    void on_ping(std::span<const std::byte>) override {}
    void on_pong(std::span<const std::byte>) override {}
    void on_close(CloseCode, std::string_view) override {}
  } locator;
  FrameDecoder decoder(kBytesMax);
  std::string bytes = frame(Opcode::kText, "in place");
  const auto span = std::as_writable_bytes(std::span(bytes));
  ASSERT_TRUE(decoder.feed(span, locator).has_value());
  EXPECT_EQ(locator.at, span.data() + 6);
}

TEST(FrameDecoder, joins_fragments_and_reports_control_frames_between_them) {
  EXPECT_EQ(decode(frame(Opcode::kText, "one ", false) + frame(Opcode::kPing, "p") +
                   frame(Opcode::kContinuation, "", false) + frame(Opcode::kPong, "") +
                   frame(Opcode::kContinuation, "two", true) + frame(Opcode::kBinary, "three")),
            "ping(p)\npong()\ntext(one two)\nbinary(three)\nidle");
  EXPECT_EQ(decode(frame(Opcode::kBinary, "", false) + frame(Opcode::kContinuation, "", true)),
            "binary()\nidle");
  EXPECT_EQ(decode(frame(Opcode::kText, "open", false)), "open");
}

TEST(FrameDecoder, refuses_fragments_out_of_order) {
  EXPECT_EQ(decode(frame(Opcode::kContinuation, "x")), "error 1002");
  EXPECT_EQ(decode(frame(Opcode::kText, "a", false) + frame(Opcode::kText, "b")), "error 1002");
  EXPECT_EQ(decode(frame(Opcode::kText, "a", false) + frame(Opcode::kContinuation, "b") +
                   frame(Opcode::kContinuation, "c")),
            "text(ab)\nerror 1002");
}

TEST(FrameDecoder, refuses_reserved_bits_and_opcodes) {
  for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    EXPECT_EQ(decode(raw({0x80 | opcode, 0x80, 1, 2, 3, 4})), "error 1002") << opcode;
  }
  for (const int bits : {0x10, 0x20, 0x40, 0x70}) {
    EXPECT_EQ(decode(raw({0x81 | bits, 0x80, 1, 2, 3, 4})), "error 1002") << bits;
  }
}

TEST(FrameDecoder, refuses_the_wrong_masking_for_its_role) {
  EXPECT_EQ(decode(raw({0x81, 0x01, 'a'})), "error 1002");
  EXPECT_EQ(decode(frame(Opcode::kText, "a"), {FrameDecoder::Role::kClient, false}), "error 1002");
}

TEST(FrameDecoder, refuses_lengths_that_are_not_the_shortest_form) {
  EXPECT_EQ(decode(raw({0x82, 0xFE, 0, 125, 1, 2, 3, 4})), "error 1002");
  EXPECT_EQ(decode(raw({0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF})), "error 1002");
  EXPECT_EQ(decode(raw({0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0})), "error 1002");
}

TEST(FrameDecoder, rejects_a_message_above_the_limit) {
  EXPECT_EQ(decode(raw({0x82, 0xFE, 0x03, 0xE9})), "error 1009");
  EXPECT_EQ(decode(raw({0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})),
            "error 1009");
  const std::string half(500, 'a');
  EXPECT_EQ(decode(frame(Opcode::kText, half, false) + frame(Opcode::kContinuation, half)),
            "text(" + half + half + ")\nidle");
  EXPECT_EQ(decode(frame(Opcode::kText, half, false) + frame(Opcode::kContinuation, half + "b")),
            "error 1009");
}

TEST(FrameDecoder, refuses_fragmented_and_long_control_frames) {
  EXPECT_EQ(decode(frame(Opcode::kPing, "a", false)), "error 1002");
  EXPECT_EQ(decode(frame(Opcode::kPing, std::string(126, 'a'))), "error 1002");
  EXPECT_EQ(decode(frame(Opcode::kPing, std::string(125, 'a'))),
            "ping(" + std::string(125, 'a') + ")\nidle");
}

TEST(FrameDecoder, checks_text_across_fragments_and_fails_fast) {
  EXPECT_EQ(decode(frame(Opcode::kText, "\xE2\x82", false) + frame(Opcode::kContinuation, "\xAC")),
            "text(€)\nidle");
  EXPECT_EQ(decode(frame(Opcode::kText, "a\xFF")), "error 1007");
  EXPECT_EQ(decode(frame(Opcode::kText, "a\xE2\x82")), "error 1007");
  EXPECT_EQ(decode(frame(Opcode::kText, "\xED\xA0", false)), "error 1007");
  EXPECT_EQ(decode(frame(Opcode::kBinary, "\xFF\xFE")), "binary(\xFF\xFE)\nidle");
  // The rest of the frame is not waited for.
  EXPECT_EQ(decode(frame(Opcode::kText, "\xF4\x90" + std::string(500, 'a')).substr(0, 8 + 2)),
            "error 1007");
}

TEST(FrameDecoder, reads_close_frames_and_nothing_after_them) {
  const auto close = [](std::string_view payload) {
    return decode(frame(Opcode::kClose, payload) + frame(Opcode::kText, "late") + "\xFF\xFF");
  };
  EXPECT_EQ(close(""), "close 1005()\nclosed");
  EXPECT_EQ(close("\x03\xE8"), "close 1000()\nclosed");
  EXPECT_EQ(close("\x11\x31sign in again"), "close 4401(sign in again)\nclosed");
  EXPECT_EQ(close("\x03"), "error 1002");
  EXPECT_EQ(close("\x03\xE8\xC3"), "error 1007");
}

TEST(FrameDecoder, refuses_close_codes_that_may_not_be_sent) {
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
    EXPECT_EQ(decode(frame(Opcode::kClose, raw({code >> 8, code & 0xFF}))), "error 1002") << code;
  }
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999}) {
    EXPECT_EQ(decode(frame(Opcode::kClose, raw({code >> 8, code & 0xFF}))),
              "close " + std::to_string(code) + "()\nclosed");
  }
}

TEST(FrameDecoder, takes_compressed_messages_only_if_they_were_agreed_on) {
  const auto with_rsv1 = [](std::string bytes) {
    bytes[0] = static_cast<char>(bytes[0] | 0x40);
    return bytes;
  };
  // What is compressed is no text yet, so its bytes are not held to UTF-8.
  const std::string first = with_rsv1(frame(Opcode::kText, "\xFF", false));
  const std::string last = frame(Opcode::kContinuation, "\xFD");
  const Options agreed{FrameDecoder::Role::kServer, true};
  EXPECT_EQ(decode(first + last), "error 1002");
  EXPECT_EQ(decode(first + last + frame(Opcode::kText, "plain"), agreed),
            "text compressed(\xFF\xFD)\ntext(plain)\nidle");
  EXPECT_EQ(decode(first + with_rsv1(last), agreed), "error 1002");
  EXPECT_EQ(decode(with_rsv1(frame(Opcode::kPing, "")), agreed), "error 1002");
}

TEST(FrameDecoder, holds_memory_only_while_something_is_open) {
  FrameDecoder decoder(kBytesMax);
  Recorder recorder;
  std::string bytes = frame(Opcode::kText, "hello");
  const auto span = std::as_writable_bytes(std::span(bytes));
  ASSERT_TRUE(decoder.feed(span.first(3), recorder).has_value());
  EXPECT_FALSE(decoder.idle());
  ASSERT_TRUE(decoder.feed(span.subspan(3), recorder).has_value());
  EXPECT_TRUE(decoder.idle());
}

TEST(ApplyMask, equals_the_formula_at_every_length_and_offset) {
  const std::string key = "\x01\x80\xFF\x3C";
  for (std::size_t n = 0; n < 40; ++n) {
    for (std::size_t offset = 0; offset < 9; ++offset) {
      std::string text(n, 'a');
      std::string expected = text;
      for (std::size_t i = 0; i < n; ++i) {
        expected[i] = static_cast<char>(expected[i] ^ key[(i + offset) % 4]);
      }
      apply_mask(std::as_writable_bytes(std::span(text)), mask_of(key), offset);
      ASSERT_EQ(text, expected) << n << " bytes at " << offset;
    }
  }
}

TEST(FrameDecoder, reads_random_streams_the_same_in_random_pieces) {
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return static_cast<std::size_t>(random() % n); };
  for (int round = 0; round < 200; ++round) {
    std::string stream;
    bool open = false;
    for (std::size_t frames = 1 + below(8); frames > 0; --frames) {
      const bool control = below(4) == 0;
      const bool final = control || below(3) > 0;
      const Opcode opcode = control ? Opcode::kPing : open ? Opcode::kContinuation : Opcode::kText;
      stream += frame(opcode, std::string(below(100), 'r'), final);
      if (!control) open = !final;
    }
    const std::string whole = transcript(stream, {}, {});
    std::vector<std::size_t> cuts;
    for (std::size_t at = below(20); at < stream.size(); at += 1 + below(20)) cuts.push_back(at);
    ASSERT_EQ(transcript(stream, cuts, {}), whole);
  }
}

}  // namespace
}  // namespace tillcast::protocol
