// A room's name as the change log's index of it. Pure; any thread.
#pragma once

#include "auth/policy.h"
#include "storage/change_log.h"

namespace tillcast::commerce {

storage::RoomFilter room_filter(const auth::RoomName& room);

}  // namespace tillcast::commerce
