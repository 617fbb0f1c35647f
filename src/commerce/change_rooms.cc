#include "commerce/change_rooms.h"

#include "commerce/render.h"

namespace tillcast::commerce {

storage::AudienceSet audience_of_update(const KindSpec& kind, const RecordImage& image,
                                        bool public_before, std::string_view changed) {
  struct Room {
    storage::Audience audience;
    auth::Viewer viewer;
  };
  static constexpr Room kRooms[] = {{storage::kPublic, auth::Viewer::kPublic},
                                    {storage::kDesk, auth::Viewer::kDesk},
                                    {storage::kOwner, auth::Viewer::kOwner},
                                    {storage::kAdmin, auth::Viewer::kAdmin}};
  const int possible = audiences_of(kind, image.shop_id, image.user_id);
  int audience = 0;
  for (const Room& room : kRooms) {
    if ((possible & room.audience) == 0) continue;
    if (room.audience == storage::kPublic) {
      if (!public_before && !image.is_public) continue;
      if (public_before != image.is_public) {
        audience |= room.audience;
        continue;
      }
    }
    if (shows_any(kind, changed, room.viewer)) audience |= room.audience;
  }
  return static_cast<storage::AudienceSet>(audience);
}

storage::AudienceSet audience_of_whole(const KindSpec& kind, const RecordImage& image) {
  const int possible = audiences_of(kind, image.shop_id, image.user_id);
  return static_cast<storage::AudienceSet>(image.is_public ? possible
                                                           : possible & ~storage::kPublic);
}

}  // namespace tillcast::commerce
