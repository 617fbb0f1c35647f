// The studio's objects. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "contracts/dialect/image.h"
#include "contracts/native/rest_answer.h"

namespace tillcast::contracts::adstudio_unit {

/// {id, businessId, name, description, price, imageUrl, generatedImageUrl, caption, status,
/// createdAt, updatedAt}; a picture that there is not is null.
std::string product_json(const Image& product);
/// {id, businessId}.
std::string product_id_json(const Image& product);
/// What the change set of these, with id, businessId and updatedAt; empty if it set none.
std::string product_changes_json(const storage::Change& change);

/// What the studio calls a status: a product that nothing was made of yet is a draft, whether it is
/// on sale or not.
std::string_view status_name(std::string_view status);

/// {id, name, ownerUid, createdAt}.
std::string business_json(const Image& shop);

/// {uid, email, name}.
std::string user_json(const Image& user);
/// What the change set of these, with uid; empty if it set none.
std::string user_changes_json(const storage::Change& change);

/// {error, code}.
RestAnswer refusal(const Problem& problem);

}  // namespace tillcast::contracts::adstudio_unit
