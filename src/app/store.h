// The data folder or database, opened and brought up to date. Used before the server's threads run,
// and by the verbs that work beside no server. One thread.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "auth/tokens.h"
#include "base/random.h"
#include "storage/database.h"

namespace tillcast::app {

/// The data as messages name them: never with a password.
std::string data_name(const std::string& data);

/// Reads the data beside whoever serves them, and makes and changes nothing. Throws
/// std::runtime_error with a sentence for the user, also if there are none.
std::unique_ptr<storage::Reader> look_at(const std::string& data);

/// Owns the database and, until it is taken, its writer.
class Store {
 public:
  /// `data` is a folder or the URL of a PostgreSQL database. Makes what a new one lacks: its
  /// tables, the key of its tokens. Throws std::runtime_error with a sentence for the user.
  Store(const std::string& data, Random& random);

  [[nodiscard]] storage::Database& database() { return *database_; }
  [[nodiscard]] const auth::TokenKey& token_key() const { return key_; }

  /// Runs `step` as one durable transaction; false, or what it throws, undoes it.
  void commit(const std::function<bool(storage::Transaction&)>& step);
  /// Reads the committed state.
  void read(const std::function<void(storage::Queries&)>& read);

  /// For the commit thread; the store can commit nothing afterwards.
  std::unique_ptr<storage::Writer> take_writer() { return std::move(writer_); }

 private:
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<storage::Writer> writer_;
  auth::TokenKey key_;
};

}  // namespace tillcast::app
