#include "feed/authenticator.h"

#include <utility>

#include "commerce/accounts.h"
#include "commerce/sessions.h"

namespace tillcast::feed {

void Authenticator::verify(auth::Credential credential, Done done) const {
  if (credential.kind == auth::Credential::Kind::kNone) return done(Identity{});
  read_([credential = std::move(credential), done = std::move(done), &key = key_,
         now_ms = clock_.unix_ms()](storage::Queries* queries) {
    if (queries == nullptr) {
      return done(Problem{503, "busy", "The credential cannot be verified now. Try again."});
    }
    auto who = commerce::authenticate(*queries, credential, key, now_ms);
    if (!who) return done(who.error());
    const Lsn read_at = storage::log_position(*queries).lsn;
    if (!who->signed_in()) return done(Identity{*std::move(who), std::nullopt, read_at});
    auto user = commerce::me(*queries, *who);
    if (!user) return done(user.error());
    done(Identity{*std::move(who), *std::move(user), read_at});
  });
}

}  // namespace tillcast::feed
