// Request bodies in a dialect's words made into those of the schema, so that the schema validates
// them and its refusals come back in the dialect's words. Pure; any thread, and meant for the
// loops.
#pragma once

#include <boost/json/fwd.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"
#include "commerce/item_lines.h"
#include "commerce/validate.h"
#include "contracts/native/rest_answer.h"

namespace tillcast::contracts {

/// A field of a kind under the name that a dialect has for it.
struct FieldName {
  enum class Form {
    kAsIs,
    /// A decimal number of the currency's main unit, or a text of one, as forms send it.
    kMoney,
    /// A whole number, or a text of one.
    kNumber,
    /// An empty text is none.
    kOptionalText,
  };
  std::string_view theirs;
  std::string_view ours;
  Form form = Form::kAsIs;
};

/// The members of `body` that are in `names`, in the schema's words. What else is in the body is
/// passed over: the old clients send whole records back. Problems as commerce::validate().
Outcome<commerce::Values> read_values(commerce::Kind kind, std::string_view body,
                                      std::span<const FieldName> names, commerce::BodyMode mode,
                                      commerce::Writers writer);

/// Hundredths as a decimal number: 425 is `4.25`, 400 is `4`.
std::string decimal(std::int64_t minor);

/// The text of a member; empty if there is none.
std::string text_member(const boost::json::object& body, std::string_view name);

/// The body's member `items`: [{PRODUCT_NAME, quantity}]; other members of a line are passed over.
Outcome<std::vector<commerce::ItemLine>> read_items(const boost::json::object& body,
                                                    std::string_view product_name);
/// One line out of an object of the same members.
Outcome<commerce::ItemLine> read_item(const boost::json::object& line,
                                      std::string_view product_name);

/// A refusal whose body is `json`, with the headers that say when and how to ask again.
RestAnswer refused(const Problem& problem, std::string json);

/// The problem as one sentence for whoever looks at the screen, with what is wrong of each field.
std::string message_of(const Problem& problem);

}  // namespace tillcast::contracts
