// The demo: two shops with products, reviews, people and a past, from a fixed seed. Ids are the
// same in every run; times are relative to `now_ms`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "storage/database.h"

namespace tillcast::commerce {

/// The password of every demo account.
inline constexpr std::string_view kDemoPassword = "demo-pass-1";

/// Writes the demo into a database that has no user yet (has_any_user), in a few transactions of
/// `run`, which is given each step and must commit it. `password_hash` is the hash of
/// kDemoPassword.
void seed_demo(const std::function<void(const std::function<void(storage::Transaction&)>&)>& run,
               const std::string& password_hash, std::int64_t now_ms);

/// The SVG of a demo picture by its path (`/images/demo/{product}.svg`); nothing for other paths.
/// Any thread.
std::optional<std::string> demo_picture(std::string_view path);

}  // namespace tillcast::commerce
