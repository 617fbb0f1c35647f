// The words that the schema is written in. The schema itself is the table in schema_table.h: from
// it come request validation, the JSON of every record, the SQL of the record writer, and the rooms
// that a change is in. Constants; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "auth/policy.h"
#include "storage/change_log.h"

namespace tillcast::commerce {

/// The kinds of record that have changes. Sessions, password hashes, secrets and idempotency keys
/// are tables too, but nobody is ever shown them, so they are no kinds.
enum class Kind : std::uint8_t {
  kUser,
  kShop,
  kMember,
  kProduct,
  kReview,
  kCart,
  kWishlist,
  kOrder,
  kStockEntry,
  kStats,
  kNotification,
  kJob,
};
inline constexpr std::size_t kKindCount = 12;
/// Kept for what buyers and shops write to each other: no kind of another meaning takes this name.
inline constexpr std::string_view kReservedKindName = "message";

enum class FieldType : std::uint8_t {
  kText,
  kInteger,
  kBoolean,
  /// JSON text made by the server or checked by its shape; copied into answers as it is.
  kJson,
  /// Text out of a fixed set.
  kEnum,
  /// Milliseconds since 1970 in the table, RFC 3339 in JSON.
  kTimestamp,
  /// Hundredths as an integer in the table, a decimal number in JSON (425 is 4.25).
  kHundredths,
};

/// What a text must look like beyond its length.
enum class TextFormat : std::uint8_t { kAny, kEmail, kSlug, kCurrency, kUrl, kId };

/// What is in a JSON field.
enum class JsonShape : std::uint8_t {
  kNone,
  /// {primary, accent, background}.
  kColours,
  /// [{product_id, quantity}].
  kCartItems,
  /// [{product_id}].
  kWishlistItems,
  /// [{product_id, name, quantity, price_minor}].
  kOrderItems,
  /// {name, email, phone?, address?}.
  kCustomer,
  /// An object whose members depend on the record.
  kObject,
};

/// Who may put a field into a request body. A set of bits.
enum class Writers : std::uint8_t {
  kServer = 0,
  kOwner = 1,
  kShop = 2,
  kOwnerAndShop = 3,
  /// Whoever works on a job, with the job's token.
  kJob = 4,
  kShopAndJob = 6
};

struct FieldSpec {
  std::string_view name;
  FieldType type = FieldType::kText;
  /// Never absent: NOT NULL in the table, demanded of a body that creates unless `has_default`.
  bool required = false;
  /// A create may leave it out: the command gives it a value.
  bool has_default = false;
  auth::FieldAudience audience = auth::FieldAudience::kEveryone;
  Writers on_create = Writers::kServer;
  Writers on_patch = Writers::kServer;
  /// Bytes of text or JSON; the value of an integer.
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  TextFormat format = TextFormat::kAny;
  JsonShape shape = JsonShape::kNone;
  /// The values of an enum.
  std::span<const std::string_view> values{};
  bool indexed = false;
  bool searchable = false;
  /// A counter that commands change by deltas; it never leaves `min` to `max`.
  bool additive = false;
};

/// The place of a field in its kind's table.
using FieldIndex = std::size_t;
inline constexpr FieldIndex kNoField = static_cast<FieldIndex>(-1);

/// Every kind starts with these four.
inline constexpr FieldIndex kId = 0;
inline constexpr FieldIndex kVersion = 1;
inline constexpr FieldIndex kCreatedAt = 2;
inline constexpr FieldIndex kUpdatedAt = 3;
inline constexpr std::size_t kCommonFields = 4;

struct KindSpec {
  Kind kind;
  /// As in `change.kind` and in a snapshot.
  std::string_view name;
  std::string_view table;
  std::span<const FieldSpec> fields;
  /// The fields that name the record's shop and user, which narrow its rooms; kNoField if none.
  FieldIndex shop_field = kNoField;
  FieldIndex user_field = kNoField;
  /// The sorts of room that it can be in at all.
  storage::AudienceSet audiences = 0;
  /// It is public while this field has one of these values; always, if kNoField (and kPublic is in
  /// `audiences`).
  FieldIndex public_field = kNoField;
  std::span<const std::string_view> public_values{};
  /// No row of another kind refers to one, so that a group writes new ones at its end.
  bool inserts_held = false;
};

/// The row of the schema table for `kind`.
const KindSpec& spec(Kind kind);
/// Null for a name that is no kind's.
const KindSpec* find_kind(std::string_view name);
std::span<const KindSpec> all_kinds();
/// kNoField for a name that is no field's.
FieldIndex find_field(const KindSpec& kind, std::string_view name);

}  // namespace tillcast::commerce
