#include "app/tail.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "app/store.h"
#include "app/tail_line.h"
#include "base/limits.h"
#include "commerce/room_filter.h"
#include "contracts/native/projection.h"
#include "feed/log_pages.h"
#include "storage/change_log.h"

namespace tillcast::app {

namespace {

/// How often the log is looked at while nothing new is in it.
constexpr std::chrono::milliseconds kInterval{100};

/// Reads on where it has come to, as JSON objects of which each is a line.
class LogReader {
 public:
  LogReader(std::unique_ptr<storage::Reader> reader, std::optional<auth::RoomName> room)
      : reader_(std::move(reader)), room_(std::move(room)) {}

  /// What is said if `since` cannot be gone on from; the place is then one that can.
  std::vector<std::string> start(const std::string& since) {
    Position end;
    reader_->snapshot([&](storage::Queries& queries) { end = storage::log_position(queries); });
    since_ = end.lsn;
    if (since.empty()) return {};
    Position asked{end.epoch, {}};
    if (const auto position = Position::parse(since)) {
      asked = *position;
    } else {
      std::uint64_t lsn = 0;
      std::from_chars(since.data(), since.data() + since.size(), lsn);
      asked.lsn = Lsn{lsn};
    }
    if (asked.epoch != end.epoch) return {reset(feed::ResetReason::kOtherEpoch)};
    if (asked.lsn > end.lsn) return {reset(feed::ResetReason::kAhead)};
    since_ = asked.lsn;
    return {};
  }

  /// The next lines; none if there is nothing new.
  std::vector<std::string> next() {
    std::vector<std::string> lines;
    reader_->snapshot([&](storage::Queries& queries) {
      if (room_) {
        read_room(queries, lines);
      } else {
        read_all(queries, lines);
      }
    });
    return lines;
  }

 private:
  void read_room(storage::Queries& queries, std::vector<std::string>& lines) {
    const storage::RoomPage first =
        storage::read_room(queries, commerce::room_filter(*room_), since_, 1, 1);
    if (!first.exact) {
      lines.push_back(reset(feed::ResetReason::kTooOld));
      since_ = first.pruned;
    }
    const feed::ReplayPage page =
        feed::read_replay_page(queries, projection_, *room_, since_, feed::ReplayLimits{});
    for (const feed::Message& message : page.messages) lines.push_back(message.publication->text);
    since_ = page.end;
  }

  void read_all(storage::Queries& queries, std::vector<std::string>& lines) {
    const storage::LogPage page = storage::read_log(queries, since_, limits::kReplayPageChangesMax);
    if (!page.exact) lines.push_back(reset(feed::ResetReason::kTooOld));
    for (const storage::Change& change : page.changes) {
      lines.push_back(tail_json(change));
      since_ = change.lsn;
    }
  }

  [[nodiscard]] std::string reset(feed::ResetReason reason) const {
    return room_ ? projection_.reset(*room_, reason).text : tail_reset_json(reason);
  }

  std::unique_ptr<storage::Reader> reader_;
  std::optional<auth::RoomName> room_;
  contracts::NativeProjection projection_;
  Lsn since_;
};

/// Characters a line of the terminal has; 0 if stdout is none.
std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

}  // namespace

void tail(const TailOptions& options) {
  LogReader log(look_at(options.data), options.room);
  std::vector<std::string> lines = log.start(options.since);
  while (std::cout) {
    for (std::string& line : lines) {
      std::cout << (options.json ? std::move(line) : tail_text(line, terminal_width())) << '\n';
    }
    std::cout.flush();
    const bool idle = lines.empty();
    lines = log.next();
    if (!lines.empty()) continue;
    if (options.once) return;
    if (idle) std::this_thread::sleep_for(kInterval);
  }
}

}  // namespace tillcast::app
