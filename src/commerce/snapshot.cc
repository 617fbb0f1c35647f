#include "commerce/snapshot.h"

#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "commerce/cursor.h"
#include "commerce/problems.h"
#include "commerce/records.h"
#include "commerce/render.h"
#include "commerce/snapshot_sections.h"

namespace tillcast::commerce {
namespace {

/// Sections that one page looks into, so that a page of many empty shops ends too.
constexpr int kSectionsPerPageMax = 1'000;

/// How far a snapshot has come.
struct Place {
  std::size_t section = 0;
  /// The shop or user that the sections are narrowed to; of the admin's room, the shop at hand.
  std::string key{};
  /// The last record of the section that was given.
  std::string after{};
};

Outcome<Place> first_place(storage::Queries& queries, const auth::RoomName& room) {
  Place place;
  switch (room.kind) {
    case auth::RoomKind::kMarket:
    case auth::RoomKind::kAdmin:
      break;
    case auth::RoomKind::kShop:
    case auth::RoomKind::kDesk:
      if (!read_record(queries, Kind::kShop, room.id)) return not_found("shop");
      place.key = room.id;
      break;
    case auth::RoomKind::kUser:
      if (!read_record(queries, Kind::kUser, room.id)) return not_found("user");
      place.key = room.id;
      break;
  }
  return place;
}

/// Collects one page.
class PageReader {
 public:
  PageReader(storage::Queries& queries, auth::RoomKind room, std::size_t limit)
      : queries_(queries),
        viewer_(auth::viewer_of(room)),
        sections_(snapshot_sections(room)),
        left_(limit) {}

  /// Reads from `place` on; nothing if that was all, else where the next page starts.
  std::optional<Place> read(Place place, std::vector<KindRecords>& kinds) {
    for (int i = 0; i < kSectionsPerPageMax; ++i) {
      if (place.section == sections_.all.size() && !to_next_shop(place)) return std::nullopt;
      read_section(place, kinds);
      if (left_ == 0) return place;
      ++place.section;
      place.after.clear();
    }
    return place;
  }

 private:
  /// The admin's room goes through the sections of a desk for one shop after the other.
  bool to_next_shop(Place& place) {
    if (sections_.repeated_from == sections_.all.size()) return false;
    const std::string after = place.key;
    place.key.clear();
    queries_.query("SELECT id FROM shops WHERE id > $1 ORDER BY id LIMIT 1",
                   {std::string_view(after)},
                   [&](const storage::Row& row) { place.key = row.text(0); });
    place.section = sections_.repeated_from;
    return !place.key.empty();
  }

  void read_section(Place& place, std::vector<KindRecords>& kinds) {
    const SnapshotSection& section = sections_.all[place.section];
    // Before the first shop is at hand there is nothing to repeat for.
    if (section.is_narrowed && place.key.empty()) return;
    std::vector<std::string>& records = records_of(kinds, section.kind);
    const std::string after = place.after;
    const storage::Value values[] = {std::string_view(after), static_cast<std::int64_t>(left_),
                                     std::string_view(place.key)};
    queries_.query(section.sql, std::span(values).first(section.is_narrowed ? 3 : 2),
                   [&](const storage::Row& row) {
                     const RecordImage image = image_of(read_row(section.kind, row));
                     records.push_back(render_for(viewer_, image));
                     place.after = image.id;
                     --left_;
                   });
  }

  static std::vector<std::string>& records_of(std::vector<KindRecords>& kinds, Kind kind) {
    const auto found = std::find_if(kinds.begin(), kinds.end(),
                                    [kind](const KindRecords& each) { return each.kind == kind; });
    if (found != kinds.end()) return found->records;
    kinds.push_back({kind, {}});
    return kinds.back().records;
  }

  storage::Queries& queries_;
  auth::Viewer viewer_;
  const SnapshotSections& sections_;
  std::size_t left_;
};

std::string cursor_of(const Position& position, const Place& place) {
  return make_cursor({position.to_string(), std::to_string(place.section), place.key, place.after});
}

/// Where a cursor says to go on. Its key counts only in the admin's room, whose keys are all shops:
/// everywhere else the room says what is read.
Outcome<Place> place_of(const CursorParts& parts, const auth::RoomName& room) {
  const auto section = cursor_integer(parts[1]);
  if (!section || *section < 0 ||
      *section > static_cast<std::int64_t>(snapshot_sections(room.kind).all.size())) {
    return bad_cursor();
  }
  return Place{static_cast<std::size_t>(*section),
               room.kind == auth::RoomKind::kAdmin ? parts[2] : room.id, parts[3]};
}

}  // namespace

std::string RoomSnapshot::records_json() const {
  std::string json = "{";
  for (const KindRecords& kind : kinds) {
    if (json.size() > 1) json += ',';
    json.append("\"").append(spec(kind.kind).name) += "\":[";
    for (const std::string& record : kind.records) {
      if (&record != &kind.records.front()) json += ',';
      json += record;
    }
    json += ']';
  }
  return json += '}';
}

Outcome<RoomSnapshot> room_snapshot(storage::Queries& queries, const auth::RoomName& room,
                                    std::size_t limit, std::string_view cursor) {
  auto place = first_place(queries, room);
  if (!place) return place.error();
  RoomSnapshot snapshot;
  if (cursor.empty()) {
    snapshot.position = storage::log_position(queries);
  } else {
    const auto parts = parse_cursor(cursor, 4);
    if (!parts) return parts.error();
    const auto position = Position::parse((*parts)[0]);
    place = place_of(*parts, room);
    if (!place || !position) return bad_cursor();
    snapshot.position = *position;
  }
  const std::size_t records = std::clamp<std::size_t>(limit, 1, limits::kSnapshotPageRecordsMax);
  const auto next = PageReader(queries, room.kind, records).read(*std::move(place), snapshot.kinds);
  if (next) snapshot.next_cursor = cursor_of(snapshot.position, *next);
  return snapshot;
}

}  // namespace tillcast::commerce
