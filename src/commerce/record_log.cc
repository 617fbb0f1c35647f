#include "commerce/record_log.h"

#include <stdexcept>
#include <utility>

#include "commerce/change_rooms.h"
#include "commerce/schema.h"

namespace tillcast::commerce {
namespace {

using storage::Op;

storage::Change change_of(Op op, const Author& author, const RecordImage& image) {
  storage::Change change;
  change.op = op;
  change.kind = spec(image.kind).name;
  change.id = image.id;
  change.shop_id = image.shop_id;
  change.user_id = image.user_id;
  change.by = author.by;
  // Going away is a change too, so a copy of the last version gives way to it.
  change.version = op == Op::kDeleted ? image.version + 1 : image.version;
  change.at_ms = author.now_ms;
  change.image = image.json;
  return change;
}

}  // namespace

void log_created(storage::Transaction& transaction, const Author& author,
                 const RecordImage& image) {
  storage::Change change = change_of(Op::kCreated, author, image);
  change.audience = audience_of_whole(spec(image.kind), image);
  change.public_after = image.is_public;
  transaction.log(std::move(change));
}

void log_updated(storage::Transaction& transaction, const Author& author, const RecordImage& image,
                 bool public_before, std::string changed) {
  storage::Change change = change_of(Op::kUpdated, author, image);
  change.audience = audience_of_update(spec(image.kind), image, public_before, changed);
  change.public_before = public_before;
  change.public_after = image.is_public;
  change.changed = std::move(changed);
  transaction.log(std::move(change));
}

void log_deleted(storage::Transaction& transaction, const Author& author,
                 const RecordImage& image) {
  storage::Change change = change_of(Op::kDeleted, author, image);
  change.audience = audience_of_whole(spec(image.kind), image);
  change.public_before = image.is_public;
  transaction.log(std::move(change));
}

void append_name(std::string& names, std::string_view name) {
  if (!names.empty()) names += ',';
  names += name;
}

std::string names_of_changed(Kind kind, std::span<const std::int64_t> deltas) {
  std::string names;
  std::size_t next = 0;
  for (const FieldSpec& field : spec(kind).fields) {
    if (!field.additive) continue;
    if (next == deltas.size()) throw std::logic_error("one delta an additive field");
    if (deltas[next++] != 0) append_name(names, field.name);
  }
  if (next != deltas.size()) throw std::logic_error("one delta an additive field");
  return names;
}

}  // namespace tillcast::commerce
