#include "protocol/websocket_deflate.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "protocol/testing.h"

namespace tillcast::protocol {
namespace {

using testing::from_hex;

HttpRequest opening(std::string_view extensions) {
  HttpRequest request;
  request.method = "GET";
  request.target = "/";
  request.headers = {{"upgrade", "websocket"},
                     {"connection", "upgrade"},
                     {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="},
                     {"sec-websocket-version", "13"},
                     {"sec-websocket-extensions", std::string(extensions)}};
  return request;
}

// What the server answers to the offers, after "permessage-deflate; server_no_context_takeover;
// client_no_context_takeover".
std::string answer(std::string_view extensions) {
  const auto handshake = check_upgrade(opening(extensions));
  if (!handshake) return "refused";
  const auto agreed = agree_on_deflate(handshake->extensions);
  if (!agreed) return "declined";
  constexpr std::string_view kAlways =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  EXPECT_TRUE(agreed->response.starts_with(kAlways)) << agreed->response;
  std::string rest = agreed->response.substr(kAlways.size());
  return rest + " window " + std::to_string(agreed->window_bits);
}

TEST(DeflateAgreement, keeps_no_history_whatever_is_offered) {
  EXPECT_EQ(answer("permessage-deflate"), " window 15");
  EXPECT_EQ(answer("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
            " window 15");
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits"), " window 15");
  EXPECT_EQ(answer("permessage-deflate; client_max_window_bits=8"), " window 15");
}

TEST(DeflateAgreement, takes_the_window_that_the_client_can_hold) {
  EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=9"),
            "; server_max_window_bits=9 window 9");
  EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=\"15\""),
            "; server_max_window_bits=15 window 15");
}

TEST(DeflateAgreement, declines_what_it_does_not_know_or_cannot_keep) {
  for (const std::string_view bad :
       {"x-webkit-deflate-frame", "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; server_max_window_bits=16", "permessage-deflate; mux",
        "permessage-deflate; server_max_window_bits=09",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=10",
        "permessage-deflate; client_no_context_takeover=true", ""}) {
    const std::string answered = answer(bad);
    EXPECT_TRUE(answered == "declined" || answered == "refused") << bad << ": " << answered;
  }
}

TEST(DeflateAgreement, is_the_first_offer_that_can_be_kept) {
  EXPECT_EQ(answer("permessage-deflate; server_max_window_bits=8, permessage-deflate; "
                   "server_max_window_bits=10, permessage-deflate"),
            "; server_max_window_bits=10 window 10");
  EXPECT_EQ(answer("other, permessage-deflate"), " window 15");
}

TEST(MessageDeflate, compresses_only_what_becomes_smaller_and_is_large_enough) {
  MessageDeflate deflate;
  const std::string text(limits::kDeflateMessageBytesMin, 'a');
  const auto first_byte = [&](std::string_view payload, int window_bits) {
    std::string frame;
    deflate.append_frame(frame, Opcode::kText, payload, window_bits);
    EXPECT_LE(frame.size(), payload.size() + 4);
    return static_cast<unsigned char>(frame.front());
  };
  EXPECT_EQ(first_byte(text, 15), 0xC1) << "RSV1 and text";
  EXPECT_EQ(first_byte(text.substr(1), 15), 0x81) << "below the threshold";
  EXPECT_EQ(first_byte(text, 0), 0x81) << "not agreed on";
  std::mt19937 random(3);
  std::string noise(2'000, '\0');
  for (char& c : noise) c = static_cast<char>(random());
  EXPECT_EQ(first_byte(noise, 15), 0x81) << "would become larger";
}

TEST(MessageDeflate, gives_the_same_frame_each_time) {
  MessageDeflate deflate;
  const std::string text(5'000, 'a');
  std::string first;
  deflate.append_frame(first, Opcode::kText, text, 12);
  std::string second;
  deflate.append_frame(second, Opcode::kText, "another message " + text, 12);
  second.clear();
  deflate.append_frame(second, Opcode::kText, text, 12);
  EXPECT_EQ(first, second);
}

TEST(MessageDeflate, bounds_and_checks_what_it_inflates) {
  MessageDeflate deflate;
  const auto inflate = [&](Opcode opcode, std::string_view hex) {
    const auto text = deflate.inflate(opcode, from_hex(hex), 100);
    return text ? std::string(*text) : std::to_string(static_cast<int>(text.error()));
  };
  EXPECT_EQ(inflate(Opcode::kText, "f248cdc9c90700"), "Hello");
  EXPECT_EQ(inflate(Opcode::kText, "f248cdc9"), "1007");
  EXPECT_EQ(inflate(Opcode::kText, "000100feffff00"), "1007") << "not UTF-8";
  EXPECT_EQ(inflate(Opcode::kBinary, "000100feffff00"), "\xff");
  std::string bomb;
  Deflater(Deflater::Format::kRawMessage).append(bomb, std::string(1'000'000, 'x'));
  EXPECT_EQ(deflate.inflate(Opcode::kText, bomb, 100).error(), CloseCode::kMessageTooBig);
}

// Inflates what a decoder finds, as a connection does.
class InflatingSink final : public FrameSink {
 public:
  std::string log;

  void on_message(const Message& message) override {
    const std::string_view payload(reinterpret_cast<const char*>(message.payload.data()),
                                   message.payload.size());
    const auto text = message.compressed ? deflate_.inflate(message.opcode, payload, 1'000)
                                         : Result<std::string_view, CloseCode>(payload);
    log += text ? "message(" + std::string(*text) + ")" : "broken";
  }
  void on_ping(std::span<const std::byte>) override { log += "ping"; }
  void on_pong(std::span<const std::byte>) override { log += "pong"; }
  void on_close(CloseCode, std::string_view) override { log += "close"; }

 private:
  MessageDeflate deflate_;
};

TEST(MessageDeflate, reads_compressed_fragments_between_control_frames_cut_anywhere) {
  // RFC 7692 section 7.2.3.1, "Hello" in two fragments, with a ping in between; then one that is
  // not compressed, and one in three fragments of which one is empty.
  const std::string input = from_hex(
      "4103f248cd"
      "8900"
      "8004c9c90700"
      "810568656c6c6f"
      "4101f2"
      "0000"
      "8a00"
      "800648cdc9c90700");
  for (std::size_t cut = 0; cut <= input.size(); ++cut) {
    FrameDecoder decoder(1'000, FrameDecoder::Role::kClient, true);
    InflatingSink sink;
    std::string bytes = input;
    const auto span = std::as_writable_bytes(std::span(bytes));
    ASSERT_TRUE(decoder.feed(span.first(cut), sink).has_value());
    ASSERT_TRUE(decoder.feed(span.subspan(cut), sink).has_value());
    EXPECT_EQ(sink.log, "pingmessage(Hello)message(hello)pongmessage(Hello)") << cut;
  }
}

}  // namespace
}  // namespace tillcast::protocol
