#include "app/tail_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "commerce/json_text.h"
#include "commerce/time_text.h"

namespace tillcast::app {

namespace {

using boost::json::object;

std::string_view name_of(storage::Op op) {
  switch (op) {
    case storage::Op::kCreated:
      return "created";
    case storage::Op::kUpdated:
      return "updated";
    case storage::Op::kDeleted:
      return "deleted";
  }
  return {};
}

std::int64_t number(Lsn lsn) { return static_cast<std::int64_t>(lsn.get()); }

/// `a,b` as `["a","b"]`.
std::string list_of(std::string_view names) {
  std::string json = "[";
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    if (json.size() > 1) json += ',';
    commerce::append_json_string(json, names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return json + "]";
}

std::string text_of(const object& members, std::string_view name) {
  const auto* value = members.if_contains(name);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->get_string());
  return boost::json::serialize(*value);
}

/// Every record has these; the line has its own place for what counts of them.
bool is_common(std::string_view name) {
  return name == "id" || name == "version" || name == "created_at" || name == "updated_at";
}

/// The fields that tell what happened: of an update those that changed, else all.
std::string fields_of(const object& change) {
  const auto* record = change.if_contains("record");
  if (record == nullptr) record = change.if_contains("patch");
  if (record == nullptr || !record->is_object()) return {};
  const auto* changed = change.if_contains("changed");
  std::string text;
  for (const auto& [name, value] : record->get_object()) {
    const bool is_named = changed != nullptr && changed->is_array() &&
                          std::find(changed->get_array().begin(), changed->get_array().end(),
                                    boost::json::value(name)) != changed->get_array().end();
    if (is_common(name) || (changed != nullptr && !is_named)) continue;
    text.append("  ").append(name).append("=").append(boost::json::serialize(value));
  }
  return text;
}

/// Control characters, C1 among them, as `?`: a terminal obeys them.
std::string harmless(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool is_c1 = byte == 0xC2 && i + 1 < text.size() &&
                       static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                       static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (is_c1) text.replace(i, 2, "?");
    if (byte < 0x20 || byte == 0x7F) text[i] = '?';
  }
  return text;
}

/// The first `width` characters, the last of them an ellipsis if there are more.
std::string cut(std::string text, std::size_t width) {
  if (width == 0) return text;
  std::size_t characters = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
    if (characters == width) return text.substr(0, last) + "…";
    ++characters;
    last = i;
  }
  return text;
}

}  // namespace

std::string tail_json(const storage::Change& change) {
  commerce::JsonObject json;
  json.text("type", "change")
      .integer("lsn", number(change.lsn))
      .integer("txn", number(change.txn))
      .text("kind", change.kind)
      .text("op", name_of(change.op))
      .text("id", change.id)
      .integer("version", change.version)
      .text("at", commerce::rfc3339(change.at_ms));
  if (!change.shop_id.empty()) json.text("shop_id", change.shop_id);
  if (!change.user_id.empty()) json.text("user_id", change.user_id);
  if (!change.by.empty()) json.text("by", change.by);
  if (!change.changed.empty()) json.raw("changed", list_of(change.changed));
  json.raw("record", change.image.empty() ? "{}" : change.image);
  return json.finish();
}

std::string tail_reset_json(feed::ResetReason reason) {
  return commerce::JsonObject()
      .text("type", "reset")
      .text("reason", feed::to_string(reason))
      .finish();
}

std::string tail_text(std::string_view json, std::size_t width) {
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(json, error);
  if (error || !parsed.is_object()) return cut(harmless(std::string(json)), width);
  const object& change = parsed.get_object();
  if (text_of(change, "type") == "reset") {
    return cut("-- reset: " + text_of(change, "reason"), width);
  }
  std::string at = text_of(change, "at");
  if (at.size() == 24) at = at.substr(0, 10) + ' ' + at.substr(11, 12);
  std::string line =
      fmt::format("{}  {:>8}  {}  {:<12}  {}{}", at, text_of(change, "lsn"), text_of(change, "op"),
                  text_of(change, "kind"), text_of(change, "id"), fields_of(change));
  if (change.contains("by")) line += "  by " + text_of(change, "by");
  return cut(harmless(std::move(line)), width);
}

}  // namespace tillcast::app
