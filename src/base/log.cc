#include "base/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ansicolor_sink.h>

namespace tillcast {

namespace {

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view text) {
  if (text == "debug") return LogLevel::kDebug;
  if (text == "info") return LogLevel::kInfo;
  if (text == "warning") return LogLevel::kWarning;
  if (text == "error") return LogLevel::kError;
  return std::nullopt;
}

Log::Log(LogLevel least)
    : logger_(std::make_unique<spdlog::logger>(
          "tillcast", std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>())) {
  // Times are UTC, as everywhere else on the outside.
  logger_->set_formatter(std::make_unique<spdlog::pattern_formatter>(
      "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc));
  logger_->set_level(level_of(least));
  logger_->flush_on(spdlog::level::debug);
}

Log::~Log() = default;

void Log::debug(std::string_view message) const { logger_->debug(message); }
void Log::info(std::string_view message) const { logger_->info(message); }
void Log::warning(std::string_view message) const { logger_->warn(message); }
void Log::error(std::string_view message) const { logger_->error(message); }

}  // namespace tillcast
