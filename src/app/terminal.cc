#include "app/terminal.h"

#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <stdexcept>

namespace tillcast::app {

namespace {

/// Keeps what is typed off the screen while it lives.
class NoEcho {
 public:
  NoEcho() {
    tcgetattr(STDIN_FILENO, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~NoEcho() { tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
};

std::string read_line() {
  std::string line;
  std::getline(std::cin, line);
  return line;
}

std::string ask(const std::string& prompt) {
  std::cerr << prompt << std::flush;
  const NoEcho no_echo;
  std::string answer = read_line();
  std::cerr << '\n';
  return answer;
}

}  // namespace

std::string ask_new_password(const std::string& whose) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no other thread changes the environment.
  if (const char* variable = std::getenv("TILLCAST_PASSWORD")) return variable;
  if (isatty(STDIN_FILENO) == 0) {
    std::string password = read_line();
    if (!password.empty()) return password;
    throw std::runtime_error(
        "there is no password: type it on a terminal, or give it by TILLCAST_PASSWORD or on "
        "standard input");
  }
  std::string password = ask("New password for " + whose + ": ");
  if (ask("Once more: ") != password)
    throw std::runtime_error("the two passwords are not the same");
  return password;
}

}  // namespace tillcast::app
