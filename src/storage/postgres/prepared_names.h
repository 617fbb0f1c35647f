// Which texts a connection has prepared on its server, and under what names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tillcast::storage {

/// One text and its name on the server.
struct PreparedName {
  std::string text;
  std::string name;
  /// The server has it, or will have it once it has worked through what was sent.
  bool prepared = false;
};

/// Owns the names; at most limits::kPreparedStatementsMax. The connection's thread alone.
class PreparedNames {
 public:
  /// The name of `sql`; not `prepared` if the connection has to prepare it now. It stays where it
  /// is until take_evicted().
  PreparedName& find(std::string_view sql);
  /// The server could not prepare it after all.
  void forget(PreparedName& name);
  /// Those that made room for others, the server still has them. Call it while nothing is on its
  /// way.
  std::list<PreparedName> take_evicted();

  [[nodiscard]] std::size_t size() const { return by_use_.size(); }

 private:
  using Names = std::list<PreparedName>;
  /// The most recently used first.
  Names by_use_;
  Names evicted_;
  /// Keys look into the names' own texts.
  std::unordered_map<std::string_view, Names::iterator> by_text_;
  std::uint64_t made_ = 0;
};

}  // namespace tillcast::storage
