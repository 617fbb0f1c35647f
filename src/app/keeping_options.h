// The flags of the verbs that look after a store and move what is in it: verify, backup, restore,
// seed, export, import. One thread, at start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

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

struct SeedOptions {
  std::string data{};
  /// The shop's slug or id.
  std::string shop{};
  std::int64_t count = 48;
  std::int64_t reviews = 0;
  std::vector<std::string> categories{};
  std::uint64_t seed = 1;
};

struct ExportOptions {
  std::string data{};
  /// Empty for the whole store.
  std::string shop{};
  /// `jsonl` or `csv`; empty: as the file is called.
  std::string format{};
  /// Empty for stdout.
  std::string to{};
};

struct ImportOptions {
  std::string data{};
  std::string shop{};
  std::string format{};
  /// Empty for stdin.
  std::string from{};
};

using KeepingInvocation = std::variant<VerifyOptions, BackupOptions, RestoreOptions, SeedOptions,
                                       ExportOptions, ImportOptions>;

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
  void add_seed(CLI::App& app);
  void add_moves(CLI::App& app);

  CLI::App* verify_ = nullptr;
  CLI::App* backup_ = nullptr;
  CLI::App* restore_ = nullptr;
  CLI::App* seed_ = nullptr;
  CLI::App* export_ = nullptr;
  CLI::App* import_ = nullptr;
  std::string data_ = "tillcast-data";
  std::string from_;
  std::string to_;
  std::string format_;
  SeedOptions seeding_;
};

}  // namespace tillcast::app
