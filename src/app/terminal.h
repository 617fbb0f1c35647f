// Asking a person for a password, or taking it from where a script puts it. One thread.
#pragma once

#include <string>

namespace tillcast::app {

/// TILLCAST_PASSWORD; else what is typed twice on the terminal, without echo; else the first line
/// of standard input. Throws std::runtime_error with a sentence for the user if there is none.
std::string ask_new_password(const std::string& whose);

}  // namespace tillcast::app
