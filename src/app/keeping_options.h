// The flags of the verbs that look after a store: verify, backup, restore. One thread, at start.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace CLI {
class App;
}

namespace tillcast::app {

struct VerifyOptions {
  std::string data{};
  /// A backup to look at in place of a data folder.
  std::string from{};
};

struct BackupOptions {
  std::string data{};
  std::string to{};
};

struct RestoreOptions {
  std::string from{};
  std::string data{};
};

using KeepingInvocation = std::variant<VerifyOptions, BackupOptions, RestoreOptions>;

/// Adds its verbs to the command line; it outlives the parsing.
class KeepingVerbs {
 public:
  explicit KeepingVerbs(CLI::App& app);

  /// What was asked for; nothing if it is another verb.
  [[nodiscard]] std::optional<KeepingInvocation> invocation() const;

 private:
  void add_verify(CLI::App& app);
  void add_backup(CLI::App& app);
  void add_restore(CLI::App& app);

  CLI::App* verify_ = nullptr;
  CLI::App* backup_ = nullptr;
  CLI::App* restore_ = nullptr;
  std::string data_ = "tillcast-data";
  std::string from_;
  std::string to_;
};

}  // namespace tillcast::app
