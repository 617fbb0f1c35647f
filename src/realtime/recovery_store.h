// What a server keeps so that a client whose connection was lost goes on where it was: its session,
// and the events since. As socket.io-client speaks it from 4.6 on: CONNECT is answered with a
// private id beside the socket's, each event ends with its offset, and a client that comes back
// names both.
//
// The fixture keeps this in memory (memory_recovery_store.h), Tillcast on its change log.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "realtime/publication.h"

namespace tillcast::realtime {

/// A place in one history of events, as clients name it: `EPOCH:LSN:K`.
struct Offset {
  std::string epoch;
  EventPlace place;

  friend bool operator==(const Offset&, const Offset&) = default;
  [[nodiscard]] std::string to_string() const;
  /// Nothing for a text that is no offset.
  static std::optional<Offset> parse(std::string_view text);
};

/// A room of a session, and what the client has of it.
struct SavedRoom {
  std::string name;
  /// The client has no need of what is at or before this place.
  EventPlace from{};
  /// Events of the room came out of order up to here, as when it was brought up to date after the
  /// join: a client whose last event is at or before this place may lack some after `from`.
  EventPlace until{};

  friend bool operator==(const SavedRoom&, const SavedRoom&) = default;
  /// The place that a client goes on from in this room whose last event was at `last`.
  [[nodiscard]] EventPlace resume_after(const std::optional<EventPlace>& last) const {
    return last && *last > until ? *last : from;
  }
};

struct SavedSession {
  /// The private id: whoever knows it, and is the same principal, may go on with the session.
  std::string pid;
  std::string sid;
  std::string nsp;
  /// Whose session it is, in the application's words; empty for nobody in particular.
  std::string principal;
  std::vector<SavedRoom> rooms;

  friend bool operator==(const SavedSession&, const SavedSession&) = default;
};

/// What a session missed, in the order of places.
struct Missed {
  std::vector<SharedPublication> events;
  /// All of its rooms up to here is in `events`.
  EventPlace end{};
};

/// An event that is no change of a log, and whom it is for.
struct Emission {
  std::string nsp;
  /// To whoever is in one of these rooms and in none of `except`; "" is the whole namespace.
  std::vector<std::string> rooms{};
  std::vector<std::string> except{};
  /// The socket that is left out.
  std::string without_sid{};
  /// To this socket alone, behind `after`.
  std::string to_sid{};
  EventPlace after{};
};

/// Any thread. What is asked of it for one session is done in the order of the calls. Answers come
/// on any thread, perhaps before the call returns.
class RecoveryStore {
 public:
  using Saved = std::function<void(bool saved)>;
  using Found = std::function<void(std::optional<SavedSession>)>;
  using MissedDone = std::function<void(std::shared_ptr<const Missed>)>;

  virtual ~RecoveryStore() = default;

  /// The history that places belong to; stays while the server runs.
  [[nodiscard]] virtual const std::string& epoch() const = 0;

  // Sessions.

  /// Keeps the session as one that a socket holds, in place of what was kept under its pid. `done`
  /// (may be empty) is told when it would outlive the server, or cannot be kept.
  virtual void save(SavedSession session, Saved done) = 0;
  /// As save(), of a session that was found, and tells false if a socket of another server holds
  /// it.
  virtual void claim(SavedSession session, Saved done) {
    save(std::move(session), std::move(done));
  }
  /// Nothing if it is not known, or was away for too long.
  virtual void find(std::string pid, Found done) = 0;
  /// No socket holds it any more: from now on its time runs.
  virtual void release(std::string pid) = 0;
  virtual void forget(std::string pid) = 0;

  // Events.

  /// What the session was sent after `last`, its client's last event; without one, since it joined
  /// its rooms. Null if that cannot be told completely: it is too old or too much, or no event was
  /// ever given such a place.
  virtual void missed(const SavedSession& session, std::optional<EventPlace> last,
                      MissedDone done) = 0;

  /// Whether record() gives events that are no change of a log a place.
  [[nodiscard]] virtual bool records() const { return false; }
  virtual void record(const Emission&, const std::shared_ptr<Publication>&) {}
};

}  // namespace tillcast::realtime
