// The flags of the verbs that only look: tail and schema. One thread, at start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "auth/policy.h"

namespace CLI {
class App;
}

namespace tillcast::app {

struct TailOptions {
  std::string data{};
  /// Nothing for the whole log.
  std::optional<auth::RoomName> room{};
  /// EPOCH:LSN, or an LSN alone; empty for what comes from now on.
  std::string since{};
  bool json = false;
  /// Ends when what is there is shown.
  bool once = false;
};

struct SchemaOptions {
  enum class Form : std::uint8_t { kOpenApi, kAsyncApi, kTypes };
  Form form = Form::kOpenApi;
};

using InspectInvocation = std::variant<TailOptions, SchemaOptions>;

/// Adds its verbs to the command line; it outlives the parsing.
class InspectVerbs {
 public:
  explicit InspectVerbs(CLI::App& app);

  /// What was asked for; nothing if it is another verb. Throws UsageError.
  [[nodiscard]] std::optional<InspectInvocation> invocation() const;

 private:
  [[nodiscard]] TailOptions tail_options() const;

  CLI::App* tail_ = nullptr;
  CLI::App* schema_ = nullptr;
  TailOptions tail_raw_{.data = "tillcast-data"};
  std::string room_;
  std::string form_ = "openapi";
};

}  // namespace tillcast::app
