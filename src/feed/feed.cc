#include "feed/feed.h"

#include <chrono>
#include <utility>

namespace tillcast::feed {

Feed::Feed(storage::Database& database, FeedOptions options)
    : options_(std::move(options)),
      tailer_(
          database.open_reader(),
          [this](Subscriber& subscriber, std::shared_ptr<const Delivery> delivery) {
            send(subscriber, std::move(delivery));
          },
          options_.reread_changes_max),
      epoch_(tailer_.position().epoch) {}

Feed::~Feed() { stop(); }

void Feed::start() {
  thread_ = std::thread([this] { run(); });
}

void Feed::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Feed::publish(std::shared_ptr<const storage::CommittedBatch> batch) {
  if (batch->transactions.empty()) return;
  const std::size_t changes = batch->last.get() - batch->first.get() + 1;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    if (changes_queued_ > 0 && changes_queued_ + changes > options_.changes_queued_max) {
      // The tailer finds the hole before this batch and reads back what was in it.
      std::erase_if(queue_, [](const Item& item) { return item.batch != nullptr; });
      changes_queued_ = 0;
    }
    changes_queued_ += changes;
    queue_.push_back({std::move(batch), {}, {}});
  }
  wake_.notify_one();
}

void Feed::announce(Lsn head) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || head <= announced_) return;
    announced_ = head;
  }
  wake_.notify_one();
}

void Feed::push(std::function<void(Tailer&)> action) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    queue_.push_back({nullptr, std::move(action), {}});
  }
  wake_.notify_one();
}

void Feed::attach(Subscriber& subscriber) {
  push([&subscriber](Tailer& tailer) { tailer.attach(subscriber); });
}

void Feed::open(const auth::RoomName& room, Subscriber& subscriber, std::uint64_t token) {
  push([room, &subscriber, token](Tailer& tailer) { tailer.open(room, subscriber, token); });
}

void Feed::close(const auth::RoomName& room, Subscriber& subscriber) {
  push([room, &subscriber](Tailer& tailer) { tailer.close(room, subscriber); });
}

void Feed::when_told(Lsn lsn, std::function<void(Lsn)> told) {
  push([lsn, told = std::move(told)](Tailer& tailer) {
    while (!tailer.catch_up(lsn)) {
    }
    told(tailer.position().lsn);
  });
}

void Feed::send(Subscriber& subscriber, std::shared_ptr<const Delivery> delivery) {
  const std::size_t messages = delivery->message_count();
  {
    const std::lock_guard lock(mutex_);
    messages_in_flight_ += messages;
  }
  // The delivery counts as in flight until the loop lets go of it.
  const Delivery* const told = delivery.get();
  subscriber.deliver(std::shared_ptr<const Delivery>(
      told, [this, messages, held = std::move(delivery)](const Delivery*) { landed(messages); }));
}

void Feed::landed(std::size_t messages) {
  const std::lock_guard lock(mutex_);
  messages_in_flight_ -= messages;
  wake_.notify_one();
}

bool Feed::take_next() {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) {
    if (announced_ == Lsn{}) return false;
    current_ = Item{nullptr, {}, std::exchange(announced_, Lsn{})};
    return true;
  }
  current_ = std::move(queue_.front());
  queue_.pop_front();
  if (const auto& batch = current_->batch) {
    changes_queued_ -= batch->last.get() - batch->first.get() + 1;
  }
  return true;
}

bool Feed::step() {
  if (!current_ && !take_next()) return false;
  if (current_->batch) {
    if (!tailer_.handle(*current_->batch)) return true;
  } else if (current_->action) {
    current_->action(tailer_);
  } else if (!tailer_.catch_up(current_->head)) {
    return true;
  }
  current_.reset();
  return true;
}

void Feed::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] {
      const bool loops_keep_up = messages_in_flight_ < options_.messages_in_flight_max;
      const bool has_work = current_ || !queue_.empty() || announced_ != Lsn{};
      return stopping_ || (loops_keep_up && has_work);
    });
    if (stopping_) return;
    lock.unlock();
    std::string failure;
    try {
      step();
    } catch (const storage::StorageFailure& error) {
      failure = error.what();
    }
    if (!failure.empty() && options_.report) {
      options_.report("the feed could not read the log and tries again: " + failure);
    }
    lock.lock();
    if (failure.empty()) continue;
    wake_.wait_for(lock, std::chrono::milliseconds(limits::kFeedRetryMs),
                   [this] { return stopping_; });
  }
}

}  // namespace tillcast::feed
