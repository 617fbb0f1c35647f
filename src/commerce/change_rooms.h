// In which rooms a change is: the columns of the log that the rooms are indexes over follow from
// the record, its kind's policy and what changed. The writer of records asks, and so does whoever
// checks a log afterwards. Pure; any thread.
#pragma once

#include <string_view>

#include "commerce/record.h"

namespace tillcast::commerce {

/// The rooms that an update of `changed` (names separated by commas) is in. A record that is not
/// public on either side of it is in no public room, and one that appears or disappears there
/// always is. Of `image` the shop, the user and `is_public` are looked at.
storage::AudienceSet audience_of_update(const KindSpec& kind, const RecordImage& image,
                                        bool public_before, std::string_view changed);

/// The rooms that the whole record is in: of a change that creates or deletes it.
storage::AudienceSet audience_of_whole(const KindSpec& kind, const RecordImage& image);

}  // namespace tillcast::commerce
