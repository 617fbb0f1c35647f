#include "app/issuers_file.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "app/http_fetch.h"

namespace tillcast::app {
namespace {

using auth::JwsAlgorithm;
using auth::OutsideIssuer;
using boost::json::object;
using boost::json::value;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error("the issuers file: " + what);
}

/// Takes members out of an object, so that what is left at the end is a mistake.
class Members {
 public:
  Members(object members, std::string where)
      : members_(std::move(members)), where_(std::move(where)) {}

  value take(std::string_view name) {
    const auto* found = members_.if_contains(name);
    if (found == nullptr) return {};
    value taken = *found;
    members_.erase(name);
    return taken;
  }
  std::string text(std::string_view name, std::string otherwise = {}) {
    const value taken = take(name);
    if (taken.is_null()) return otherwise;
    if (!taken.is_string()) fail(where(name) + " must be a text");
    return std::string(taken.get_string());
  }
  bool flag(std::string_view name) {
    const value taken = take(name);
    if (taken.is_null()) return false;
    if (!taken.is_bool()) fail(where(name) + " must be true or false");
    return taken.get_bool();
  }
  /// A text, or a list of them.
  std::vector<std::string> texts(std::string_view name) {
    const value taken = take(name);
    if (taken.is_null()) return {};
    if (taken.is_string()) return {std::string(taken.get_string())};
    std::vector<std::string> list;
    if (taken.is_array()) {
      for (const value& each : taken.get_array()) {
        if (each.is_string()) list.emplace_back(each.get_string());
      }
    }
    if (!taken.is_array() || list.size() != taken.get_array().size()) {
      fail(where(name) + " must be a text or a list of texts");
    }
    return list;
  }
  Members inner(std::string_view name) {
    const value taken = take(name);
    if (!taken.is_null() && !taken.is_object()) fail(where(name) + " must be an object");
    return {taken.is_null() ? object{} : taken.get_object(), where(name)};
  }
  [[nodiscard]] const object& left() const { return members_; }
  void finish() const {
    if (!members_.empty()) fail(where(members_.begin()->key()) + " is not known");
  }
  [[nodiscard]] std::string where(std::string_view name) const {
    return where_ + (where_.empty() ? "" : ".") + std::string(name);
  }

 private:
  object members_;
  std::string where_;
};

std::string in_folder(const std::string& folder, const std::string& path) {
  if (path.empty() || path.find("://") != std::string::npos) return path;
  return (std::filesystem::path(folder) / path).string();
}

std::string read_secret(const std::string& path) {
  const auto secret = fetch_text(path);
  if (!secret) fail(secret.error());
  std::string bytes = secret->text;
  while (!bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r')) bytes.pop_back();
  return bytes;
}

std::vector<JwsAlgorithm> algorithms_of(Members& members) {
  std::vector<JwsAlgorithm> algorithms;
  for (const std::string& name : members.texts("algorithms")) {
    const auto algorithm = auth::parse_jws_algorithm(name);
    if (!algorithm) {
      fail(members.where("algorithms") + ": \"" + name +
           "\" is not one of RS256, PS256, ES256, EdDSA, HS256");
    }
    algorithms.push_back(*algorithm);
  }
  return algorithms;
}

void read_claims(OutsideIssuer& issuer, Members members) {
  issuer.email_pointer = members.text("email", issuer.email_pointer);
  issuer.name_pointer = members.text("name", issuer.name_pointer);
  issuer.role_pointer = members.text("role");
  issuer.shops_pointer = members.text("shops");
  for (const std::string& pointer :
       {issuer.email_pointer, issuer.name_pointer, issuer.role_pointer, issuer.shops_pointer}) {
    if (!pointer.empty() && !pointer.starts_with('/')) {
      fail(members.where("") + " \"" + pointer +
           "\" is no JSON pointer: it must begin with a slash, such as /app_metadata/role");
    }
  }
  members.finish();
}

void read_roles(OutsideIssuer& issuer, const Members& members) {
  for (const auto& [word, name] : members.left()) {
    const auto role =
        name.is_string() ? auth::parse_role(std::string_view(name.get_string())) : std::nullopt;
    if (!role) fail(members.where(word) + " must be customer, seller or admin");
    issuer.roles.emplace(word, *role);
  }
}

/// A secret is for HS256 and published keys are for the others. One issuer has one of them, so that
/// a public key can never be taken for a secret.
void check(const OutsideIssuer& issuer, const std::string& where) {
  if (issuer.issuer.empty()) fail(where + " needs `issuer`, the `iss` of its tokens");
  if (issuer.audiences.empty()) fail(where + " needs `audience`, the `aud` of its tokens");
  if (issuer.algorithms.empty()) fail(where + " needs `algorithms`, such as [\"RS256\"]");
  const auto shared =
      std::count(issuer.algorithms.begin(), issuer.algorithms.end(), JwsAlgorithm::kHs256);
  const bool is_shared = shared > 0;
  if (is_shared && static_cast<std::size_t>(shared) != issuer.algorithms.size()) {
    fail(where + " names HS256 beside others: an issuer has a shared secret or published keys");
  }
  if (is_shared == issuer.secret.empty() || is_shared != issuer.jwks.empty()) {
    fail(where + (is_shared ? " needs `secret_file` and no `jwks` for HS256"
                            : " needs `jwks` and no `secret_file` for these algorithms"));
  }
  if (!issuer.jwks.empty() && issuer.jwks.find("://") != std::string::npos &&
      !is_fetchable(issuer.jwks)) {
    fail(where + ".jwks must be an https URL or a file");
  }
  if (is_shared && issuer.secret.size() < auth::kSharedSecretBytesMin) {
    fail(where + ".secret_file must hold at least " + std::to_string(auth::kSharedSecretBytesMin) +
         " bytes");
  }
  if (issuer.role_pointer.empty() != issuer.roles.empty()) {
    fail(where + " needs both `claims.role` and `roles`, or neither");
  }
}

OutsideIssuer read_issuer(Members members, const std::string& folder, const std::string& where) {
  OutsideIssuer issuer;
  issuer.issuer = members.text("issuer");
  issuer.audiences = members.texts("audience");
  issuer.algorithms = algorithms_of(members);
  issuer.jwks = in_folder(folder, members.text("jwks"));
  const std::string secret_file = members.text("secret_file");
  if (!secret_file.empty()) issuer.secret = read_secret(in_folder(folder, secret_file));
  issuer.links_by_email = members.flag("link_by_email");
  read_claims(issuer, members.inner("claims"));
  read_roles(issuer, members.inner("roles"));
  members.finish();
  check(issuer, where);
  return issuer;
}

}  // namespace

std::vector<OutsideIssuer> parse_issuers(std::string_view text, const std::string& folder) {
  boost::system::error_code error;
  const value parsed = boost::json::parse(text, error);
  if (error || !parsed.is_object()) fail("it is no JSON object");
  Members members(parsed.get_object(), {});
  const value list = members.take("issuers");
  members.finish();
  if (!list.is_array() || list.get_array().empty() || list.get_array().size() > kIssuersMax) {
    fail("it must be {\"issuers\": [...]} with 1 to " + std::to_string(kIssuersMax) + " of them");
  }
  std::vector<OutsideIssuer> issuers;
  for (const value& each : list.get_array()) {
    const std::string where = "issuers[" + std::to_string(issuers.size()) + "]";
    if (!each.is_object()) fail(where + " must be an object");
    issuers.push_back(read_issuer({each.get_object(), where}, folder, where));
    const auto same = std::count_if(issuers.begin(), issuers.end(), [&](const auto& other) {
      return other.issuer == issuers.back().issuer;
    });
    if (same > 1) fail(where + " is there twice: " + issuers.back().issuer);
  }
  return issuers;
}

std::vector<OutsideIssuer> read_issuers_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail("cannot read " + path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_issuers(text, std::filesystem::path(path).parent_path().string());
}

}  // namespace tillcast::app
