#include "auth/jws_vectors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "auth/jws.h"

namespace tillcast::auth {
namespace {

JwkSet keys_for(JwsAlgorithm algorithm) {
  return algorithm == JwsAlgorithm::kHs256 ? *shared_secret(testing::kVectorSecret)
                                           : *parse_jwk_set(testing::kVectorKeys);
}

TEST(JwsVectors, are_taken_if_they_are_right_and_refused_if_one_thing_is_wrong) {
  for (const testing::JwsVector& vector : testing::kJwsVectors) {
    const auto payload = verify_jws(vector.token, {vector.algorithm}, keys_for(vector.algorithm));
    EXPECT_EQ(payload.has_value(), vector.valid)
        << to_string(vector.algorithm) << ": " << vector.comment;
  }
}

TEST(JwsVectors, are_refused_by_an_issuer_that_is_configured_for_another_algorithm) {
  for (const testing::JwsVector& vector : testing::kJwsVectors) {
    for (const auto other : {JwsAlgorithm::kRs256, JwsAlgorithm::kPs256, JwsAlgorithm::kEs256,
                             JwsAlgorithm::kEdDsa, JwsAlgorithm::kHs256}) {
      if (other == vector.algorithm) continue;
      EXPECT_FALSE(verify_jws(vector.token, {other}, keys_for(other)))
          << to_string(other) << " for " << to_string(vector.algorithm) << ": " << vector.comment;
    }
  }
}

TEST(JwsVectors, have_a_right_one_of_each_algorithm) {
  for (const auto algorithm : {JwsAlgorithm::kRs256, JwsAlgorithm::kPs256, JwsAlgorithm::kEs256,
                               JwsAlgorithm::kEdDsa, JwsAlgorithm::kHs256}) {
    EXPECT_TRUE(std::any_of(std::begin(testing::kJwsVectors), std::end(testing::kJwsVectors),
                            [&](const testing::JwsVector& vector) {
                              return vector.valid && vector.algorithm == algorithm;
                            }))
        << to_string(algorithm);
  }
}

}  // namespace
}  // namespace tillcast::auth
