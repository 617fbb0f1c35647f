#include "protocol/websocket_deflate.h"

#include "protocol/http_chars.h"
#include "protocol/utf8.h"

namespace tillcast::protocol {
namespace {

constexpr std::string_view kName = "permessage-deflate";

// 8 to 15, as a decimal number without leading zeros; nothing otherwise.
std::optional<int> window_bits(std::string_view value) {
  for (int bits = 8; bits <= Deflater::kWindowBitsMax; ++bits) {
    if (value == std::to_string(bits)) return bits;
  }
  return std::nullopt;
}

// What one offer asks for, held to the rules of section 7.1.
class Offer {
 public:
  // False if the offer must be declined.
  bool add(const Extension::Parameter& parameter) {
    if (parameter.name == "server_no_context_takeover") {
      return set_flag(server_no_takeover_, parameter);
    }
    if (parameter.name == "client_no_context_takeover") {
      return set_flag(client_no_takeover_, parameter);
    }
    if (parameter.name == "server_max_window_bits") {
      if (server_bits_ || !parameter.value) return false;
      server_bits_ = window_bits(*parameter.value);
      return server_bits_ && *server_bits_ >= Deflater::kWindowBitsMin;
    }
    if (parameter.name == "client_max_window_bits") {
      // A client with a smaller window than we can read is one that we can read.
      if (client_bits_seen_) return false;
      client_bits_seen_ = true;
      return !parameter.value || window_bits(*parameter.value);
    }
    return false;
  }

  DeflateAgreement agreement() const {
    DeflateAgreement agreed;
    agreed.response = kName;
    agreed.response += "; server_no_context_takeover; client_no_context_takeover";
    if (server_bits_) {
      agreed.window_bits = *server_bits_;
      agreed.response += "; server_max_window_bits=" + std::to_string(*server_bits_);
    }
    return agreed;
  }

 private:
  static bool set_flag(bool& flag, const Extension::Parameter& parameter) {
    if (flag || parameter.value) return false;
    flag = true;
    return true;
  }

  bool server_no_takeover_ = false;
  bool client_no_takeover_ = false;
  bool client_bits_seen_ = false;
  std::optional<int> server_bits_;
};

void shrink(std::string& buffer) {
  if (buffer.capacity() > limits::kDeflateBufferKeptBytesMax) std::string().swap(buffer);
}

}  // namespace

std::optional<DeflateAgreement> agree_on_deflate(std::span<const Extension> offers) {
  for (const Extension& extension : offers) {
    if (extension.name != kName) continue;
    Offer offer;
    bool good = true;
    for (const auto& parameter : extension.parameters) good = good && offer.add(parameter);
    if (good) return offer.agreement();
  }
  return std::nullopt;
}

void MessageDeflate::append_frame(std::string& out, Opcode opcode, std::string_view payload,
                                  int window_bits) {
  if (window_bits == 0 || payload.size() < limits::kDeflateMessageBytesMin) {
    protocol::append_frame(out, opcode, payload);
    return;
  }
  auto& deflater = deflaters_[static_cast<std::size_t>(window_bits - Deflater::kWindowBitsMin)];
  if (!deflater) deflater = std::make_unique<Deflater>(Deflater::Format::kRawMessage, window_bits);
  deflated_.clear();
  deflater->append(deflated_, payload);
  const bool smaller = deflated_.size() < payload.size();
  protocol::append_frame(out, opcode, smaller ? std::string_view(deflated_) : payload, smaller);
  shrink(deflated_);
}

Result<std::string_view, CloseCode> MessageDeflate::inflate(Opcode opcode, std::string_view payload,
                                                            std::size_t bytes_max) {
  if (!inflater_) inflater_ = std::make_unique<Inflater>();
  shrink(inflated_);
  inflated_.clear();
  const auto done = inflater_->append(inflated_, payload, bytes_max);
  if (!done) {
    return done.error() == Inflater::Error::kTooLarge ? CloseCode::kMessageTooBig
                                                      : CloseCode::kInvalidPayload;
  }
  if (opcode == Opcode::kText && !is_utf8(inflated_)) return CloseCode::kInvalidPayload;
  return std::string_view(inflated_);
}

}  // namespace tillcast::protocol
