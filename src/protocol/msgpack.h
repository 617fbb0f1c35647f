// MessagePack bytes <-> JSON values with attachments, as npm's notepack.io reads and writes them.
// What JSON has no form for is an attachment, and a placeholder stands in its place:
//
//     bin            {"_placeholder":true,"num":0}
//     extension -1   {"_placeholder":true,"num":1,"ext":-1}    (a time; other types likewise)
//
// so a binary looks the same to whoever reads the value, whichever parser the client uses. Two
// extensions of type 0 that notepack writes mean something else: ext 8/16/32 is an ArrayBuffer and
// read as bin; fixext 1 is `undefined` and, as JSON.stringify has it, null in an array and nothing
// in an object. Integers keep their 64 bits and doubles every bit, infinities and NaN included.
// Pure: any thread.
#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tillcast::protocol::msgpack {

enum class Error : std::uint8_t {
  kTruncated,           // the bytes end inside the value, or could not hold what they announce
  kTrailingBytes,       // something follows the value
  kUnknownType,         // 0xC1, which MessagePack never uses
  kTooDeep,             // arrays and maps nested above the limit
  kNotUtf8,             // a string
  kBadKey,              // a key that is no string, or that its map has twice
  kTooManyAttachments,  // above limits::kMsgpackAttachmentsMax
  kPlaceholder          // a map that looks like a placeholder beside real attachments
};

struct Decoded {
  boost::json::value value;
  std::vector<std::string> attachments;
};

/// Exactly one value. Memory is taken only for what the bytes really hold.
Result<Decoded, Error> decode(std::string_view bytes, std::size_t depth_max,
                              const boost::json::storage_ptr& storage = {});

/// Appends the value in the shortest form; placeholders of the attachments become what they stand
/// for. Without attachments an object that looks like a placeholder is an object.
void append(std::string& out, const boost::json::value& value,
            std::span<const std::string> attachments = {});

/// The parts of a map or array whose members the caller appends by itself.
void append_map_header(std::string& out, std::size_t members);
void append_array_header(std::string& out, std::size_t elements);
void append_string(std::string& out, std::string_view utf8);
void append_unsigned(std::string& out, std::uint64_t number);

}  // namespace tillcast::protocol::msgpack
