// What texts must look like: the formats that the schema table names. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "commerce/schema.h"

namespace tillcast::commerce {

/// Trimmed and with ASCII letters in lower case: how e-mail addresses are stored and compared.
std::string normal_email(std::string_view text);

bool has_format(std::string_view text, TextFormat format);
/// What to give instead, as a sentence.
std::string_view format_hint(TextFormat format);

/// Nothing but white space.
bool is_blank(std::string_view text);
/// Control characters other than tab, line feed and carriage return. NUL is one of them, which not
/// every database can store.
bool has_control_characters(std::string_view text);
/// `#` and six hexadecimal digits.
bool is_colour(std::string_view text);

/// A slug made of a name: its ASCII letters and digits in lower case, with a hyphen for each run of
/// anything else; empty if nothing is left.
std::string slug_of(std::string_view name);

}  // namespace tillcast::commerce
