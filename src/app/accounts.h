// The verbs for accounts, which work on a data folder that no server has open: `user add`, `user
// password`, `user role`, `token`. One thread. They throw std::runtime_error with a sentence for
// the user.
#pragma once

#include "app/options.h"

namespace tillcast::app {

void add_user(const UserAddOptions& options);
void set_password(const UserPasswordOptions& options);
void set_role(const UserRoleOptions& options);
/// Prints an access token of a new session on stdout.
void print_token(const TokenOptions& options);

}  // namespace tillcast::app
