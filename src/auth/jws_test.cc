#include "auth/jws.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include "auth/base64url.h"

namespace tillcast::auth {
namespace {

const std::vector<JwsAlgorithm> kPublished = {JwsAlgorithm::kRs256, JwsAlgorithm::kPs256,
                                              JwsAlgorithm::kEs256, JwsAlgorithm::kEdDsa};

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// A key pair made for the test, which signs as an issuer would.
class Signer {
 public:
  explicit Signer(JwsAlgorithm algorithm, unsigned rsa_bits = 2048) : algorithm_(algorithm) {
    switch (algorithm) {
      case JwsAlgorithm::kEs256:
        key_ = EVP_EC_gen("P-256");
        break;
      case JwsAlgorithm::kEdDsa:
        key_ = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
        break;
      default:
        key_ = EVP_RSA_gen(rsa_bits);
    }
  }
  ~Signer() { EVP_PKEY_free(key_); }
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  [[nodiscard]] std::string jwk(const std::string& more = R"("kid":"one")") const {
    std::string text = "{" + more;
    switch (algorithm_) {
      case JwsAlgorithm::kEs256:
        text += R"(,"kty":"EC","crv":"P-256","x":")" + number(OSSL_PKEY_PARAM_EC_PUB_X, 32) +
                R"(","y":")" + number(OSSL_PKEY_PARAM_EC_PUB_Y, 32) + '"';
        break;
      case JwsAlgorithm::kEdDsa:
        text += R"(,"kty":"OKP","crv":"Ed25519","x":")" + base64url_encode(raw_public()) + '"';
        break;
      default:
        text += R"(,"kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N, 0) + R"(","e":")" +
                number(OSSL_PKEY_PARAM_RSA_E, 0) + '"';
    }
    return text + '}';
  }
  [[nodiscard]] JwkSet keys() const { return *parse_jwk_set(R"({"keys":[)" + jwk() + "]}"); }

  [[nodiscard]] std::string sign(const std::string& header, const std::string& payload) const {
    const std::string text = base64url_encode(header) + '.' + base64url_encode(payload);
    return text + '.' + base64url_encode(signature(text));
  }
  [[nodiscard]] std::string sign(const std::string& payload) const {
    return sign(R"({"alg":")" + std::string(to_string(algorithm_)) + R"(","kid":"one"})", payload);
  }

 private:
  [[nodiscard]] std::string number(const char* name, int bytes) const {
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key_, name, &value);
    std::string text(static_cast<std::size_t>(bytes == 0 ? BN_num_bytes(value) : bytes), '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(text.data()),
                 static_cast<int>(text.size()));
    BN_free(value);
    return base64url_encode(text);
  }
  [[nodiscard]] std::string raw_public() const {
    std::string raw(32, '\0');
    std::size_t length = raw.size();
    EVP_PKEY_get_raw_public_key(key_, reinterpret_cast<unsigned char*>(raw.data()), &length);
    return raw;
  }
  [[nodiscard]] std::string signature(const std::string& text) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_PKEY_CTX* options = nullptr;
    EVP_DigestSignInit(context, &options,
                       algorithm_ == JwsAlgorithm::kEdDsa ? nullptr : EVP_sha256(), nullptr, key_);
    if (algorithm_ == JwsAlgorithm::kPs256) {
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
    }
    std::string made(1024, '\0');
    std::size_t length = made.size();
    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(made.data()), &length, bytes_of(text),
                   text.size());
    EVP_MD_CTX_free(context);
    made.resize(length);
    return algorithm_ == JwsAlgorithm::kEs256 ? plain_ecdsa(made) : made;
  }
  /// r and s one after the other, as JOSE wants them.
  static std::string plain_ecdsa(const std::string& der) {
    const unsigned char* at = bytes_of(der);
    ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    std::string text(64, '\0');
    auto* out = reinterpret_cast<unsigned char*>(text.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + 32, 32);
    ECDSA_SIG_free(pair);
    return text;
  }

  JwsAlgorithm algorithm_;
  EVP_PKEY* key_ = nullptr;
};

/// Making an RSA key takes a fraction of a second, so the tests share one an algorithm.
const Signer& signer_of(JwsAlgorithm algorithm) {
  static const Signer rs256(JwsAlgorithm::kRs256);
  static const Signer ps256(JwsAlgorithm::kPs256);
  static const Signer es256(JwsAlgorithm::kEs256);
  static const Signer eddsa(JwsAlgorithm::kEdDsa);
  switch (algorithm) {
    case JwsAlgorithm::kRs256:
      return rs256;
    case JwsAlgorithm::kPs256:
      return ps256;
    case JwsAlgorithm::kEs256:
      return es256;
    default:
      return eddsa;
  }
}

std::string hs256(const std::string& secret, const std::string& header,
                  const std::string& payload) {
  const std::string text = base64url_encode(header) + '.' + base64url_encode(payload);
  std::string mac(32, '\0');
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(text), text.size(),
       reinterpret_cast<unsigned char*>(mac.data()), nullptr);
  return text + '.' + base64url_encode(mac);
}

JwsError why(const Result<std::string, JwsError>& result) { return result.error(); }

class JwsOf : public ::testing::TestWithParam<JwsAlgorithm> {};

TEST_P(JwsOf, a_right_signature_gives_the_payload_and_any_changed_byte_does_not) {
  const Signer& signer = signer_of(GetParam());
  const JwkSet keys = signer.keys();
  const std::string token = signer.sign(R"({"sub":"a"})");
  ASSERT_TRUE(verify_jws(token, kPublished, keys).has_value());
  EXPECT_EQ(*verify_jws(token, kPublished, keys), R"({"sub":"a"})");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_jws(changed, kPublished, keys).has_value()) << i;
  }
}

TEST_P(JwsOf, another_key_of_the_same_name_does_not_verify) {
  const Signer& signer = signer_of(GetParam());
  const Signer other(GetParam());
  EXPECT_EQ(why(verify_jws(signer.sign("{}"), kPublished, other.keys())), JwsError::kBadSignature);
}

TEST_P(JwsOf, an_algorithm_that_the_issuer_is_not_configured_for_is_refused) {
  const Signer& signer = signer_of(GetParam());
  std::vector<JwsAlgorithm> others = kPublished;
  std::erase(others, GetParam());
  EXPECT_EQ(why(verify_jws(signer.sign("{}"), others, signer.keys())), JwsError::kAlgorithm);
}

TEST_P(JwsOf, a_token_without_a_key_name_is_tried_with_each_key_and_an_unknown_name_with_none) {
  const Signer& signer = signer_of(GetParam());
  const std::string alg = R"({"alg":")" + std::string(to_string(GetParam())) + '"';
  EXPECT_TRUE(verify_jws(signer.sign(alg + "}", "{}"), kPublished, signer.keys()).has_value());
  EXPECT_EQ(why(verify_jws(signer.sign(alg + R"(,"kid":"two"})", "{}"), kPublished, signer.keys())),
            JwsError::kUnknownKey);
}

TEST_P(JwsOf, what_a_header_must_not_ask_for_is_refused) {
  const Signer& signer = signer_of(GetParam());
  const std::string alg = R"({"alg":")" + std::string(to_string(GetParam())) + R"(",)";
  for (const char* member : {R"("jku":"https://evil.example/keys")", R"("x5u":"https://e.example")",
                             R"("jwk":{"kty":"oct","k":"AA"})", R"("x5c":["AA"])"}) {
    EXPECT_EQ(why(verify_jws(signer.sign(alg + member + "}", "{}"), kPublished, signer.keys())),
              JwsError::kKeyInHeader)
        << member;
  }
  for (const char* member : {R"("crit":["exp"])", R"("b64":false)", R"("zip":"DEF")",
                             R"("typ":"secevent+jwt")", R"("typ":1)"}) {
    EXPECT_EQ(why(verify_jws(signer.sign(alg + member + "}", "{}"), kPublished, signer.keys())),
              JwsError::kCritical)
        << member;
  }
  for (const char* member : {R"("typ":"JWT")", R"("typ":"jwt")", R"("typ":"at+jwt")"}) {
    EXPECT_TRUE(
        verify_jws(signer.sign(alg + member + "}", "{}"), kPublished, signer.keys()).has_value())
        << member;
  }
}

INSTANTIATE_TEST_SUITE_P(Algorithms, JwsOf, ::testing::ValuesIn(kPublished),
                         [](const auto& tested) { return std::string(to_string(tested.param)); });

// The example of RFC 8037 appendix A.4: key, payload and signature as printed there.
TEST(Jws, verifies_the_example_of_rfc_8037) {
  const auto keys = parse_jwk_set(R"({"keys":[{"kty":"OKP","crv":"Ed25519",)"
                                  R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
  ASSERT_TRUE(keys.has_value()) << keys.error();
  const auto payload = verify_jws(
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
      kPublished, *keys);
  ASSERT_TRUE(payload.has_value());
  EXPECT_EQ(*payload, "Example of Ed25519 signing");
}

// The example of RFC 7515 appendix A.3.
TEST(Jws, verifies_the_es256_example_of_rfc_7515) {
  const auto keys = parse_jwk_set(
      R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
      R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
  ASSERT_TRUE(keys.has_value()) << keys.error();
  EXPECT_TRUE(verify_jws("eyJhbGciOiJFUzI1NiJ9."
                         "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
                         "bS9pc19yb290Ijp0cnVlfQ."
                         "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKT"
                         "UJqPP3-Kg6NU1Q",
                         kPublished, *keys)
                  .has_value());
}

TEST(Jws, a_public_key_is_never_taken_for_a_secret) {
  const Signer& signer = signer_of(JwsAlgorithm::kRs256);
  // The classic confusion: an HMAC made with the public key's own text.
  const std::string forged = hs256(signer.jwk(), R"({"alg":"HS256","kid":"one"})", "{}");
  EXPECT_EQ(why(verify_jws(forged, kPublished, signer.keys())), JwsError::kAlgorithm);
  EXPECT_EQ(why(verify_jws(forged, {JwsAlgorithm::kHs256}, signer.keys())), JwsError::kUnknownKey);
}

TEST(Jws, a_shared_secret_verifies_whatever_name_the_token_gives_it) {
  const std::string secret(32, 's');
  const JwkSet keys = *shared_secret(secret);
  const std::string header = R"({"alg":"HS256","kid":"any"})";
  EXPECT_TRUE(verify_jws(hs256(secret, header, "{}"), {JwsAlgorithm::kHs256}, keys).has_value());
  EXPECT_EQ(
      why(verify_jws(hs256(std::string(32, 't'), header, "{}"), {JwsAlgorithm::kHs256}, keys)),
      JwsError::kBadSignature);
  EXPECT_FALSE(shared_secret(std::string(31, 's')).has_value());
}

TEST(Jws, unsigned_and_malformed_tokens_are_refused) {
  const Signer& signer = signer_of(JwsAlgorithm::kEs256);
  const JwkSet keys = signer.keys();
  const std::string none = base64url_encode(R"({"alg":"none"})") + '.' + base64url_encode("{}");
  EXPECT_EQ(why(verify_jws(none + '.', kPublished, keys)), JwsError::kAlgorithm);
  const std::string good = signer.sign("{}");
  const auto header = good.substr(0, good.find('.'));
  for (const std::string& token :
       {std::string(), std::string("a"), std::string("a.b"), std::string("a.b.c.d"),
        header + ".e30.", header + ".e30", header + ".e30.=", good + "=", " " + good, good + ".",
        base64url_encode("[]") + ".e30.AA", base64url_encode("{}") + ".e30.AA",
        base64url_encode(R"({"alg":1})") + ".e30.AA",
        std::string(kOutsideTokenBytesMax + 1, 'a')}) {
    EXPECT_EQ(why(verify_jws(token, kPublished, keys)), JwsError::kMalformed) << token;
  }
}

TEST(JwkSet, leaves_out_what_is_for_something_else) {
  const Signer& rsa = signer_of(JwsAlgorithm::kRs256);
  const auto set = parse_jwk_set(
      R"({"keys":[{"kty":"oct","k":"AAAA"},{"kty":"EC","crv":"P-384","x":"AA","y":"AA"},)" +
      rsa.jwk(R"("kid":"enc","use":"enc")") + "," + rsa.jwk(R"("kid":"ops","key_ops":["sign"])") +
      "," + rsa.jwk(R"("kid":"alg","alg":"RS512")") + "," +
      rsa.jwk(R"("kid":"only","alg":"PS256","use":"sig","key_ops":["verify"])") + "]}");
  ASSERT_TRUE(set.has_value()) << set.error();
  ASSERT_EQ(set->size(), 1U);
  EXPECT_EQ(set->front().kid, "only");
  EXPECT_TRUE(set->front().allows(JwsAlgorithm::kPs256));
  EXPECT_FALSE(set->front().allows(JwsAlgorithm::kRs256));
}

TEST(JwkSet, refuses_broken_and_weak_keys_with_a_sentence) {
  const auto sentence = [](const std::string& json) {
    const auto set = parse_jwk_set(json);
    return set ? std::string("accepted") : set.error();
  };
  const auto of = [](const std::string& key) { return R"({"keys":[)" + key + "]}"; };
  EXPECT_NE(sentence("nonsense").find("no JSON Web Key Set"), std::string::npos);
  EXPECT_NE(sentence("{}").find("no JSON Web Key Set"), std::string::npos);
  EXPECT_NE(sentence(R"({"keys":[]})").find("no key for"), std::string::npos);
  EXPECT_NE(sentence(of("1")).find("no JSON object"), std::string::npos);
  EXPECT_NE(sentence(std::string(kJwkSetBytesMax + 1, ' ')).find("too long"), std::string::npos);
  const Signer weak(JwsAlgorithm::kRs256, 1024);
  EXPECT_NE(sentence(of(weak.jwk())).find("less than 2048"), std::string::npos);
  for (const char* key :
       {R"({"kty":"RSA","n":"AQAB"})", R"({"kty":"OKP","crv":"Ed25519","x":"AAAA"})",
        // A point that is not on the curve.
        R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
        R"("y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})"}) {
    EXPECT_NE(sentence(of(key)).find("malformed"), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace tillcast::auth
