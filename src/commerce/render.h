// What a viewer sees of a record: the one place where JSON for REST answers, snapshots and live
// changes is made. A record's image is JSON already, so a viewer's JSON is a copy of the members
// that the policy shows them: the same image gives the same bytes every time. Pure; any thread.
//
// An image is written by image_of(): names in schema order, absent fields left out, times as RFC
// 3339 UTC with milliseconds, JSON columns as they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/policy.h"
#include "commerce/record.h"
#include "commerce/schema.h"

namespace tillcast::commerce {

/// The record as a JSON object with the fields that `viewer` is shown. `image` is a Change's or a
/// RecordImage's; text that is no image gives only the members before the first fault.
std::string render_record(const KindSpec& kind, std::string_view image, auth::Viewer viewer);

/// The change as an RFC 7396 patch: of `changed` (names separated by commas, as in Change::changed)
/// the fields that `viewer` is shown, null for those that are now absent, and `updated_at`.
std::string render_patch(const KindSpec& kind, std::string_view image, std::string_view changed,
                         auth::Viewer viewer);

/// True if `viewer` is shown at least one of `changed`.
bool shows_any(const KindSpec& kind, std::string_view changed, auth::Viewer viewer);

/// Whose eyes the record is rendered for when `principal` asks for it by id; nothing if they may
/// not know that it exists (answer 404).
std::optional<auth::Viewer> viewer_for(const auth::Principal& principal, const RecordImage& record);

/// render_record for that viewer.
std::string render_for(auth::Viewer viewer, const RecordImage& record);

}  // namespace tillcast::commerce
