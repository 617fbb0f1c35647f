// JSON text <-> boost::json::value with every number the nearest double, as JavaScript reads it.
// Boost.JSON 1.81's own parser is one unit in the last place off for one in ten numbers of 17
// digits, so an event that is only passed on would come out changed. Pure: any thread.
#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace tillcast::protocol {

/// As boost::json::parse(): on failure `error` is set and the value is null.
boost::json::value parse_exact_json(std::string_view text, std::size_t depth_max,
                                    const boost::json::storage_ptr& storage,
                                    boost::system::error_code& error);

/// Appends the value as JSON text that parse_exact_json() reads back as the same. Numbers that JSON
/// has no form for, infinities and NaN, become null, as JSON.stringify has it.
void append_exact_json(std::string& out, const boost::json::value& value);

/// Appends the string as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view utf8);

}  // namespace tillcast::protocol
