// One hashed wheel for all the timers of a loop: arming, moving and firing cost a few pointers
// each, however many there are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tillcast {

/// Something that wants to be woken once. Its links live in the object, so a timer needs no memory
/// of its own; it disarms itself when it dies.
class Timer {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  [[nodiscard]] bool armed() const { return next_ != nullptr; }

 protected:
  ~Timer() { unlink(); }
  virtual void on_timer() = 0;
  /// What the timer was armed for last; firing comes up to a tick later.
  [[nodiscard]] std::int64_t deadline_ms() const { return deadline_ms_; }

 private:
  friend class TimerWheel;
  void unlink();

  Timer* next_ = nullptr;
  Timer* previous_ = nullptr;
  std::int64_t deadline_ms_ = 0;
};

/// Fires timers within kTickMs after their time. One thread.
class TimerWheel {
 public:
  static constexpr std::int64_t kTickMs = 8;

  explicit TimerWheel(std::int64_t now_ms);
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;
  ~TimerWheel();

  /// Arms the timer, or moves it if it is armed.
  void arm(Timer& timer, std::int64_t deadline_ms);
  static void disarm(Timer& timer) { timer.unlink(); }

  /// Fires what is due. A timer may arm itself, or destroy itself or others, while it fires.
  void advance(std::int64_t now_ms);

  /// How long a loop may sleep: until the next slot that has a timer, at most `ms_max`.
  [[nodiscard]] std::int64_t sleep_ms(std::int64_t now_ms, std::int64_t ms_max) const;

 private:
  static constexpr std::size_t kSlots = 4096;

  struct Slot final : Timer {
    Slot();
    void on_timer() override {}
    [[nodiscard]] bool empty() const;
  };

  void fire_slot(Slot& slot, std::int64_t now_ms);

  std::array<Slot, kSlots> slots_;
  std::int64_t tick_;
};

}  // namespace tillcast
