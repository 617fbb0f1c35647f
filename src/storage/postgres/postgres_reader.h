// A connection that reads in snapshots.
#pragma once

#include "storage/database.h"
#include "storage/postgres/link.h"

namespace tillcast::storage {

/// Owns its connection. One thread. A connection that turns out to be lost at a snapshot's first
/// query is made again; later in it ConnectionLost is thrown.
class PostgresReader final : public Reader, private Queries {
 public:
  explicit PostgresReader(const PostgresHome& home) : link_(home) {}

  void snapshot(const std::function<void(Queries&)>& read) override;

 private:
  [[nodiscard]] Engine engine() const override { return Engine::kPostgres; }
  void query(std::string_view sql, std::span<const Value> parameters, const RowSink& sink) override;
  void first_query(std::string_view sql, std::span<const Value> parameters, const RowSink& sink);
  void end() noexcept;

  PostgresLink link_;
  bool started_ = false;
};

}  // namespace tillcast::storage
