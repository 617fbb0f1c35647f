#include "storage/postgres/head_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace tillcast::storage {
namespace {

/// How long it waits for a notification before it looks itself, and after a failure.
constexpr int kLookMs = 1'000;
constexpr int kRetryMs = 200;

struct FreeNotify {
  void operator()(PGnotify* notify) const { PQfreemem(notify); }
};

}  // namespace

PostgresHeadWatch::PostgresHeadWatch(const PostgresHome& home, const WriterPid& own, HeadSink moved,
                                     FailureReport report)
    : home_(home),
      own_(own),
      moved_(std::move(moved)),
      report_(std::move(report)),
      link_(home),
      stop_fd_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this] { run(); }) {}

PostgresHeadWatch::~PostgresHeadWatch() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_fd_, &one, sizeof(one));
  thread_.join();
  ::close(stop_fd_);
}

void PostgresHeadWatch::run() {
  bool look = true;
  for (;;) {
    int wait_ms = kLookMs;
    try {
      if (!link_.connected()) listen();
      if (told_by_others() || look) tell_head();
      // The answer may have brought notifications along, which make nothing readable.
      while (told_by_others()) tell_head();
    } catch (const StorageFailure& failure) {
      failed(failure);
      wait_ms = kRetryMs;
    }
    const Wake wake = wait(wait_ms);
    if (wake == Wake::kStop) return;
    look = wake == Wake::kTimeout;
  }
}

void PostgresHeadWatch::listen() {
  link_.get().run_script("LISTEN \"" + home_.channel + '"');
  failing_ = false;
}

PostgresHeadWatch::Wake PostgresHeadWatch::wait(int timeout_ms) {
  // poll() passes over the negative descriptor of a connection that is not there.
  const int socket = link_.connected() ? PQsocket(link_.current().handle()) : -1;
  std::array<pollfd, 2> waiting = {{{stop_fd_, POLLIN, 0}, {socket, POLLIN, 0}}};
  const int ready = ::poll(waiting.data(), waiting.size(), timeout_ms);
  if (waiting[0].revents != 0) return Wake::kStop;
  return ready > 0 ? Wake::kReadable : Wake::kTimeout;
}

/// Takes all notifications; true if one is not of this process's own writer, whose batches the feed
/// is given anyway.
bool PostgresHeadWatch::told_by_others() {
  PGconn* const handle = link_.current().handle();
  if (PQconsumeInput(handle) != 1) throw ConnectionLost(PQerrorMessage(handle));
  bool told = false;
  while (const std::unique_ptr<PGnotify, FreeNotify> notify{PQnotifies(handle)}) {
    told |= notify->be_pid != own_;
  }
  return told;
}

void PostgresHeadWatch::tell_head() {
  std::int64_t head = 0;
  link_.current().query("SELECT max(lsn) FROM changes", {},
                        [&head](const Row& row) { head = row.integer(0); });
  if (head > 0) moved_(Lsn{static_cast<std::uint64_t>(head)});
}

void PostgresHeadWatch::failed(const StorageFailure& failure) {
  link_.drop();
  if (!failing_ && report_) {
    report_(
        std::string("the changes of other servers cannot be followed, and this is tried again: ") +
        failure.what());
  }
  failing_ = true;
}

}  // namespace tillcast::storage
