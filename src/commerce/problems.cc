#include "commerce/problems.h"

namespace tillcast::commerce {

Problem unauthenticated() {
  return {401, "unauthenticated", "Sign in first: send an access token or the session cookie."};
}

Problem forbidden(std::string_view detail) { return {403, "forbidden", std::string(detail)}; }

Problem not_found(std::string_view what) {
  return {404, "not_found",
          "There is no such " + std::string(what) + ", or it is not yours to see."};
}

Problem conflict(std::string code, std::string detail) {
  return {409, std::move(code), std::move(detail)};
}

Problem unknown_product(std::string_view product_id) {
  return {422, "unknown_product",
          "The product " + std::string(product_id) +
              " is not there, not on sale, or another shop's: take it out."};
}

Problem version_conflict(const std::string& current) {
  Problem problem{412, "version_conflict",
                  "The record has changed since you read it: look at `current` and try again with "
                  "its version."};
  problem.extra_json = "\"current\":" + current;
  return problem;
}

}  // namespace tillcast::commerce
