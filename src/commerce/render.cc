#include "commerce/render.h"

#include <algorithm>

#include "commerce/json_text.h"

namespace tillcast::commerce {
namespace {

/// One `"name":value` of an image, as it stands in the text.
struct Member {
  std::string_view name;
  std::string_view whole;
};

/// Walks over the members of an image. It trusts what image_of() wrote, and ends at anything else.
class Members {
 public:
  explicit Members(std::string_view image) : image_(image) {}

  bool next(Member& member) {
    // at_ stands on `{` or `,`.
    if (at_ + 1 >= image_.size() || image_[at_ + 1] != '"') return false;
    const std::size_t start = at_ + 1;
    const std::size_t name_end = image_.find('"', start + 1);
    if (name_end == std::string_view::npos) return false;
    const std::size_t end = value_end(name_end + 2);
    if (end == std::string_view::npos) return false;
    member.name = image_.substr(start + 1, name_end - start - 1);
    member.whole = image_.substr(start, end - start);
    at_ = end;
    return true;
  }

 private:
  /// Past the string whose opening quote stands at `at`.
  [[nodiscard]] std::size_t string_end(std::size_t at) const {
    for (++at; at < image_.size(); ++at) {
      if (image_[at] == '\\') {
        ++at;
      } else if (image_[at] == '"') {
        return at + 1;
      }
    }
    return std::string_view::npos;
  }

  /// The comma or bracket after the value that starts at `at`.
  [[nodiscard]] std::size_t value_end(std::size_t at) const {
    int depth = 0;
    while (at < image_.size()) {
      const char c = image_[at];
      if (c == '"') {
        at = string_end(at);
        if (at == std::string_view::npos) return at;
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}')) return at;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at;
    }
    return std::string_view::npos;
  }

  std::string_view image_;
  std::size_t at_ = 0;
};

/// Gives each member with its field. Fields come in schema order, so each search goes on from the
/// last; a member that is no field of today's schema is left out.
template <class Each>
void for_each_field(const KindSpec& kind, std::string_view image, const Each& each) {
  Members members(image);
  Member member;
  FieldIndex from = 0;
  while (members.next(member)) {
    for (FieldIndex field = from; field < kind.fields.size(); ++field) {
      if (kind.fields[field].name != member.name) continue;
      each(field, member);
      from = field + 1;
      break;
    }
  }
}

/// Takes the next of names that are separated by commas.
std::string_view take_name(std::string_view& names) {
  const std::size_t end = std::min(names.find(','), names.size());
  const std::string_view name = names.substr(0, end);
  names.remove_prefix(std::min(end + 1, names.size()));
  return name;
}

bool contains_name(std::string_view names, std::string_view wanted) {
  while (!names.empty()) {
    if (take_name(names) == wanted) return true;
  }
  return false;
}

void append_member(std::string& out, const Member& member) {
  if (out.back() != '{') out += ',';
  out += member.whole;
}

}  // namespace

std::string render_record(const KindSpec& kind, std::string_view image, auth::Viewer viewer) {
  std::string out;
  out.reserve(image.size());
  out += '{';
  for_each_field(kind, image, [&](FieldIndex field, const Member& member) {
    if (auth::shows(viewer, kind.fields[field].audience)) append_member(out, member);
  });
  out += '}';
  return out;
}

std::string render_patch(const KindSpec& kind, std::string_view image, std::string_view changed,
                         auth::Viewer viewer) {
  std::string present = "{";
  std::string_view rest = changed;
  std::string found;
  for_each_field(kind, image, [&](FieldIndex field, const Member& member) {
    const bool is_changed = contains_name(changed, member.name);
    if (is_changed) found.append(member.name) += ',';
    if (!auth::shows(viewer, kind.fields[field].audience)) return;
    if (is_changed || field == kUpdatedAt) append_member(present, member);
  });
  while (!rest.empty()) {
    const std::string_view name = take_name(rest);
    if (contains_name(found, name)) continue;
    const FieldIndex field = find_field(kind, name);
    if (field == kNoField || !auth::shows(viewer, kind.fields[field].audience)) continue;
    append_json_name(present, name);
    present += "null";
  }
  present += '}';
  return present;
}

bool shows_any(const KindSpec& kind, std::string_view changed, auth::Viewer viewer) {
  while (!changed.empty()) {
    const FieldIndex field = find_field(kind, take_name(changed));
    if (field != kNoField && auth::shows(viewer, kind.fields[field].audience)) return true;
  }
  return false;
}

std::optional<auth::Viewer> viewer_for(const auth::Principal& principal,
                                       const RecordImage& record) {
  const storage::AudienceSet audiences =
      audiences_of(spec(record.kind), record.shop_id, record.user_id);
  // What is its owner's alone (a cart) is not even an admin's.
  if ((audiences & storage::kAdmin) != 0 && principal.is_admin()) return auth::Viewer::kAdmin;
  if ((audiences & storage::kDesk) != 0 && principal.is_member(record.shop_id)) {
    return auth::Viewer::kDesk;
  }
  if ((audiences & storage::kOwner) != 0 && principal.signed_in() &&
      principal.user_id == record.user_id) {
    return auth::Viewer::kOwner;
  }
  if (record.is_public) return auth::Viewer::kPublic;
  // What everybody could see once (a review of a product that is a draft now) is still there for
  // the shop's people.
  if ((audiences & storage::kPublic) != 0 && !record.shop_id.empty() &&
      auth::may_manage(principal, record.shop_id)) {
    return auth::Viewer::kPublic;
  }
  return std::nullopt;
}

std::string render_for(auth::Viewer viewer, const RecordImage& record) {
  return render_record(spec(record.kind), record.json, viewer);
}

}  // namespace tillcast::commerce
