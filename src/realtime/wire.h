// What the realtime library needs from the event loop below it. `net` implements it over sockets; a
// test or a simulator implements it over memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/strong.h"

namespace tillcast::realtime {

/// One byte stream of a loop. Used again after it is closed.
using WireId = Strong<std::uint32_t, struct WireIdTag>;
/// Of something that is on no byte stream of its own.
inline constexpr WireId kNoWire{UINT32_MAX};

/// What happens on a byte stream. Called on the loop's thread.
class WireEvents {
 public:
  /// The bytes may be changed in place, and are gone after the call.
  virtual void on_bytes(std::span<std::byte> bytes) = 0;
  /// The stream takes bytes again after a short send.
  virtual void on_writable() = 0;
  /// The peer ended the stream or it broke. The stream is gone; nothing else is called for it.
  virtual void on_closed() = 0;

 protected:
  ~WireEvents() = default;
};

/// A byte stream on its way from one loop to another.
class DetachedWire {
 public:
  virtual ~DetachedWire() = default;
};

enum class CloseMode : std::uint8_t {
  kGraceful,  // what was sent arrives; what still comes in is read and dropped
  kReset
};

/// The byte streams of one loop. The loop's thread only.
class Wire {
 public:
  virtual ~Wire() = default;

  /// Sends without blocking and says how many bytes were taken; fewer than all means that
  /// on_writable() follows. A broken stream takes all, and on_closed() follows.
  virtual std::size_t send(WireId wire, std::string_view bytes) = 0;

  /// Stops or resumes on_bytes().
  virtual void pause_reading(WireId wire, bool paused) = 0;

  /// Ends the stream; no event follows.
  virtual void close(WireId wire, CloseMode mode) = 0;

  /// Takes the stream out of this loop, to be adopted by another.
  virtual std::unique_ptr<DetachedWire> detach(WireId wire) = 0;
  /// Nothing if this loop could not take it; it is closed then.
  virtual std::optional<WireId> adopt(std::unique_ptr<DetachedWire> wire, WireEvents& events) = 0;
};

}  // namespace tillcast::realtime
