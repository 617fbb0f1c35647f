// What the server says to whoever runs it: lines on stderr. Libraries do not log; they return what
// happened or call back, and the application writes it down. Secrets are never given to a log.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace spdlog {
class logger;
}

namespace tillcast {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

/// `debug`, `info`, `warning` or `error`; nothing for another text.
std::optional<LogLevel> parse_log_level(std::string_view text);

/// Writes lines with their time and level. Any thread.
class Log {
 public:
  explicit Log(LogLevel least);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(std::string_view message) const;
  void info(std::string_view message) const;
  void warning(std::string_view message) const;
  void error(std::string_view message) const;

 private:
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace tillcast
