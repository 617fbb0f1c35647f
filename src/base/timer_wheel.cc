#include "base/timer_wheel.h"

#include <algorithm>

namespace tillcast {

void Timer::unlink() {
  if (next_ == nullptr) return;
  next_->previous_ = previous_;
  previous_->next_ = next_;
  next_ = nullptr;
  previous_ = nullptr;
}

TimerWheel::Slot::Slot() {
  next_ = this;
  previous_ = this;
}

bool TimerWheel::Slot::empty() const { return next_ == this; }

TimerWheel::TimerWheel(std::int64_t now_ms) : tick_(now_ms / kTickMs) {}

TimerWheel::~TimerWheel() {
  // A timer may outlive its wheel; it must not keep links into it.
  for (Slot& slot : slots_) {
    while (!slot.empty()) slot.next_->unlink();
  }
}

void TimerWheel::arm(Timer& timer, std::int64_t deadline_ms) {
  timer.unlink();
  timer.deadline_ms_ = deadline_ms;
  // Rounded up, and never into the slot that advance() is done with.
  const std::int64_t tick = std::max((deadline_ms + kTickMs - 1) / kTickMs, tick_ + 1);
  Slot& slot = slots_[static_cast<std::size_t>(tick) % kSlots];
  timer.next_ = &slot;
  timer.previous_ = slot.previous_;
  slot.previous_->next_ = &timer;
  slot.previous_ = &timer;
}

void TimerWheel::advance(std::int64_t now_ms) {
  const std::int64_t target = now_ms / kTickMs;
  // After a long stop one round sees every slot.
  std::int64_t from = std::max(tick_ + 1, target - static_cast<std::int64_t>(kSlots) + 1);
  for (; from <= target; ++from) {
    tick_ = from;
    fire_slot(slots_[static_cast<std::size_t>(from) % kSlots], now_ms);
  }
}

void TimerWheel::fire_slot(Slot& slot, std::int64_t now_ms) {
  if (slot.empty()) return;
  // The due timers are taken aside first, because firing may arm, move or destroy any timer.
  Slot due;
  for (Timer* timer = slot.next_; timer != &slot;) {
    Timer* const next = timer->next_;
    if (timer->deadline_ms_ <= now_ms) {
      timer->unlink();
      timer->next_ = &due;
      timer->previous_ = due.previous_;
      due.previous_->next_ = timer;
      due.previous_ = timer;
    }
    timer = next;
  }
  while (!due.empty()) {
    Timer* const timer = due.next_;
    timer->unlink();
    timer->on_timer();
  }
  due.next_ = nullptr;
}

std::int64_t TimerWheel::sleep_ms(std::int64_t now_ms, std::int64_t ms_max) const {
  const std::int64_t ticks_max = std::min<std::int64_t>(ms_max / kTickMs, kSlots);
  for (std::int64_t tick = tick_ + 1; tick <= tick_ + ticks_max; ++tick) {
    if (!slots_[static_cast<std::size_t>(tick) % kSlots].empty()) {
      return std::clamp<std::int64_t>(tick * kTickMs - now_ms, 0, ms_max);
    }
  }
  return ms_max;
}

}  // namespace tillcast
