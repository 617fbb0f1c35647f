#include "contracts/dialect/bodies.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/ids.h"
#include "base/limits.h"

namespace tillcast::contracts {

namespace json = boost::json;

namespace {

/// Doubles tell whole numbers apart up to here.
constexpr double kExactMax = 9e15;

/// The value as a number; a text is read as one.
std::optional<double> number_of(const json::value& value) {
  if (const auto* integer = value.if_int64()) return static_cast<double>(*integer);
  if (const auto* number = value.if_double()) return *number;
  const json::string* const text = value.if_string();
  if (text == nullptr || text->empty()) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return number;
}

/// `value` times `factor` as a whole number; nothing if that is none, so that no fraction is lost.
std::optional<std::int64_t> whole(const json::value& value, double factor) {
  const auto number = number_of(value);
  if (!number || !(std::abs(*number * factor) < kExactMax)) return std::nullopt;
  const double rounded = std::round(*number * factor);
  if (std::abs(*number * factor - rounded) > 1e-4) return std::nullopt;
  return static_cast<std::int64_t>(rounded);
}

/// In the schema's words; what cannot be said in them stays as it is, so that it is refused there.
json::value translated(const json::value& value, FieldName::Form form) {
  switch (form) {
    case FieldName::Form::kAsIs:
      break;
    case FieldName::Form::kMoney:
      if (const auto minor = whole(value, 100)) return *minor;
      break;
    case FieldName::Form::kNumber:
      if (const auto number = whole(value, 1)) return *number;
      break;
    case FieldName::Form::kOptionalText:
      if (value.is_string() && value.get_string().empty()) return nullptr;
      break;
  }
  return value;
}

Problem in_their_words(Problem problem, std::span<const FieldName> names) {
  for (FieldError& error : problem.fields) {
    const auto name = std::find_if(names.begin(), names.end(),
                                   [&](const FieldName& each) { return each.ours == error.field; });
    if (name == names.end()) continue;
    error.field = name->theirs;
    if (name->form == FieldName::Form::kMoney) {
      error.detail = "Must be an amount such as 4.25, with two decimals at most.";
    }
  }
  return problem;
}

}  // namespace

Outcome<commerce::Values> read_values(commerce::Kind kind, std::string_view body,
                                      std::span<const FieldName> names, commerce::BodyMode mode,
                                      commerce::Writers writer) {
  const auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  json::object ours;
  for (const FieldName& name : names) {
    const json::value* const value = parsed->if_contains(name.theirs);
    if (value == nullptr) continue;
    json::value said = translated(*value, name.form);
    if (said.is_null() && mode == commerce::BodyMode::kCreate) continue;
    ours.emplace(name.ours, std::move(said));
  }
  auto values = commerce::validate(kind, ours, mode, writer);
  if (!values) return in_their_words(values.error(), names);
  return values;
}

std::string decimal(std::int64_t minor) {
  const std::int64_t cents = std::abs(minor % 100);
  std::string text = minor < 0 ? "-" : "";
  text += std::to_string(std::abs(minor / 100));
  if (cents == 0) return text;
  text += '.';
  text += static_cast<char>('0' + cents / 10);
  if (cents % 10 != 0) text += static_cast<char>('0' + cents % 10);
  return text;
}

std::string text_member(const json::object& body, std::string_view name) {
  const json::value* const value = body.if_contains(name);
  const json::string* const text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

Outcome<commerce::ItemLine> read_item(const json::object& line, std::string_view product_name) {
  const json::value* const quantity = line.if_contains("quantity");
  const auto count = quantity == nullptr ? std::nullopt : whole(*quantity, 1);
  commerce::ItemLine item{text_member(line, product_name), count.value_or(0)};
  std::vector<FieldError> errors;
  if (!looks_like_id(item.product_id)) {
    errors.push_back({std::string(product_name), "format", "Give the id of a product."});
  }
  if (item.quantity < 1 || item.quantity > limits::kQuantityMax) {
    errors.push_back(
        {"quantity", "format",
         "Give a whole number from 1 to " + std::to_string(limits::kQuantityMax) + "."});
  }
  if (!errors.empty()) return commerce::validation_problem(std::move(errors));
  return item;
}

Outcome<std::vector<commerce::ItemLine>> read_items(const json::object& body,
                                                    std::string_view product_name) {
  const json::value* const member = body.if_contains("items");
  const json::array* const items = member == nullptr ? nullptr : member->if_array();
  if (items == nullptr || items->empty() ||
      items->size() > static_cast<std::size_t>(limits::kOrderItemsMax)) {
    return commerce::validation_problem(
        {{"items", "format",
          "Give a list of 1 to " + std::to_string(limits::kOrderItemsMax) + " items."}});
  }
  std::vector<commerce::ItemLine> lines;
  for (const json::value& value : *items) {
    auto line = read_item(value.is_object() ? value.get_object() : json::object(), product_name);
    if (!line) return line.error();
    const auto same = std::find_if(lines.begin(), lines.end(), [&](const auto& each) {
      return each.product_id == line->product_id;
    });
    if (same == lines.end()) {
      lines.push_back(*std::move(line));
    } else {
      same->quantity = std::min(same->quantity + line->quantity, limits::kQuantityMax + 1);
    }
  }
  const bool too_many = std::any_of(lines.begin(), lines.end(), [](const auto& line) {
    return line.quantity > limits::kQuantityMax;
  });
  if (too_many) {
    return commerce::validation_problem(
        {{"items", "too_large", "Too many pieces of one product."}});
  }
  return lines;
}

RestAnswer refused(const Problem& problem, std::string json) {
  RestAnswer answer = problem_answer(problem);
  std::erase_if(answer.headers, [](const auto& header) { return header.first == "Content-Type"; });
  answer.json = std::move(json);
  return answer;
}

std::string message_of(const Problem& problem) {
  std::string message = problem.detail;
  for (const FieldError& error : problem.fields) {
    message.append(" ").append(error.field).append(": ").append(error.detail);
  }
  return message;
}

}  // namespace tillcast::contracts
