// How a dialect tells what was committed: a transaction at a time, in events of its own names and
// shapes.
//
// All that is told of a transaction has the transaction's place (its first lsn), and its index
// counts what is told in the room, so that an event may stand for several changes and a client that
// is cut off in the middle of them goes on with the next event.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "feed/projection.h"

namespace tillcast::contracts {

/// Takes what one transaction means in one room.
class Telling {
 public:
  Telling(const auth::RoomName& room, feed::RoomSlice changes, std::vector<feed::Message>& out)
      : room_(room), changes_(changes), out_(out) {}

  /// A Socket.IO event with one argument. Who is also in one of `unless_in` is told it there.
  void event(std::string_view name, std::string_view argument_json,
             std::vector<std::string> unless_in = {});
  /// A message of a plain WebSocket. Who is also in one of `unless_in` is told it there.
  void message(std::string json, std::vector<std::string> unless_in = {});
  /// Both: an event with one argument, and a message of that type with its members.
  void notice(std::string_view name, std::string_view argument_json);

 private:
  void add(realtime::Publication publication, std::vector<std::string> unless_in);

  const auth::RoomName& room_;
  feed::RoomSlice changes_;
  std::vector<feed::Message>& out_;
  std::uint32_t count_ = 0;
};

/// Pure; any thread.
class DialectProjection : public feed::Projection, public feed::Notices {
 public:
  void project(const auth::RoomName& room, Lsn prev, feed::RoomSlice changes,
               std::vector<feed::Message>& out) const final;
  /// There may be any number of them.
  [[nodiscard]] std::uint32_t last_index(const auth::RoomName&) const final {
    return std::numeric_limits<std::uint32_t>::max();
  }

  // None of the guides has words for these, and their clients pass over events that they do not
  // know: `reset {reason}` says that what a page shows may be old, `left {code}` that it gets no
  // more of something, `expiring {in_s}` that it will have to sign in again. Plain WebSockets are
  // told them as messages of that type.

  [[nodiscard]] realtime::Publication reset(const auth::RoomName& room,
                                            feed::ResetReason reason) const override;
  [[nodiscard]] realtime::Publication left(const auth::RoomName& room,
                                           std::string_view code) const override;
  [[nodiscard]] realtime::Publication expiring(std::int64_t in_s) const override;

  // Plain WebSockets alone are told what was wrong: {type: "error", code, message, timestamp}.

  /// The last message before a connection is closed; `session_expired` for whoever is to sign in.
  [[nodiscard]] realtime::Publication ended(const Problem& problem, std::int64_t at_ms) const final;
  /// Of a message that cannot be done; the connection stays.
  [[nodiscard]] realtime::Publication refused(const Problem& problem, std::int64_t at_ms) const;

 private:
  /// Tells the changes of a transaction that are in `room`.
  virtual void tell(const auth::RoomName& room, feed::RoomSlice changes,
                    Telling& telling) const = 0;
  /// Tells that more changed than is told one by one; `bulk` is the mark in the
  /// log, whose image says how many `rows` there were.
  virtual void tell_bulk(const auth::RoomName& room, const storage::Change& bulk,
                         Telling& telling) const;
  /// The `source` that every message names; empty if they name none.
  [[nodiscard]] virtual std::string_view source() const { return {}; }
  [[nodiscard]] realtime::Publication error(std::string_view code, const Problem& problem,
                                            std::int64_t at_ms) const;
};

}  // namespace tillcast::contracts
