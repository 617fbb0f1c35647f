#include "commerce/secrets.h"

#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>

#include "auth/base64url.h"

namespace tillcast::commerce {

auth::TokenKey ensure_token_key(storage::Transaction& transaction, Random& random) {
  constexpr std::string_view kName = "access_token_key";
  std::string text;
  transaction.query("SELECT value FROM secrets WHERE name = $1", {kName},
                    [&](const storage::Row& row) { text = row.text(0); });
  if (text.empty()) {
    std::array<char, auth::kTokenKeyBytes> bytes{};
    random.fill(std::as_writable_bytes(std::span(bytes)));
    text = auth::base64url_encode({bytes.data(), bytes.size()});
    transaction.execute("INSERT INTO secrets (name, value) VALUES ($1, $2)",
                        {kName, std::string_view(text)});
  }
  const auto key = auth::base64url_decode(text);
  if (!key || key->size() != auth::kTokenKeyBytes) {
    throw std::runtime_error("The stored key of access tokens is damaged: restore a backup.");
  }
  return {*key};
}

}  // namespace tillcast::commerce
