// Finds out who a live connection is, on a reader thread.
#pragma once

#include <functional>
#include <optional>

#include "auth/credentials.h"
#include "auth/principal.h"
#include "auth/tokens.h"
#include "base/clock.h"
#include "base/problem.h"
#include "commerce/record.h"
#include "feed/loop_streams.h"

namespace tillcast::feed {

/// Who a credential proves.
struct Identity {
  auth::Principal who;
  /// The user's record; nothing for an anonymous caller.
  std::optional<commerce::RecordImage> user{};
  /// The log's end in the snapshot that this was read from.
  Lsn read_at{};
};

/// Any thread.
class Authenticator {
 public:
  using Done = std::function<void(Outcome<Identity>)>;

  /// `key` and `clock` outlive it.
  Authenticator(PostRead read, const auth::TokenKey& key, const Clock& clock)
      : read_(std::move(read)), key_(key), clock_(clock) {}

  /// Calls `done` once: on a reader thread, or at once on the caller's. Problems as
  /// commerce::authenticate(), and 503 `busy`.
  void verify(auth::Credential credential, Done done) const;

 private:
  PostRead read_;
  const auth::TokenKey& key_;
  const Clock& clock_;
};

}  // namespace tillcast::feed
