#include "feed/log_pages.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include "base/limits.h"
#include "commerce/room_filter.h"

namespace tillcast::feed {

namespace {

Lsn before(Lsn lsn) { return Lsn{lsn.get() - 1}; }

/// Takes the last transaction of an incomplete page away, because its rest may be on the next page.
WholePage cut_last_transaction(storage::RoomPage page) {
  const Lsn last_transaction = page.changes.back().txn;
  while (!page.changes.empty() && page.changes.back().txn == last_transaction) {
    page.changes.pop_back();
  }
  return {std::move(page), before(last_transaction)};
}

/// The first transaction alone, from a page that has it whole.
WholePage keep_first_transaction(storage::RoomPage page) {
  const auto next = std::find_if(page.changes.begin(), page.changes.end(), [&](const auto& change) {
    return change.txn != page.changes.front().txn;
  });
  if (next == page.changes.end()) {
    const Lsn head = page.head;
    return {std::move(page), head};
  }
  const Lsn end = before(next->txn);
  page.changes.erase(next, page.changes.end());
  page.complete = false;
  return {std::move(page), end};
}

/// One more than a transaction can have: a page of this size ends behind its first transaction.
constexpr std::size_t kWholeTransactionMax = limits::kChangesPerTransactionMax + 1;

}  // namespace

WholePage read_whole_transactions(storage::Queries& queries, const storage::RoomFilter& room,
                                  Lsn since, std::size_t changes_max, std::size_t bytes_max) {
  storage::RoomPage page = storage::read_room(queries, room, since, changes_max, bytes_max);
  if (!page.complete && page.changes.front().txn == page.changes.back().txn) {
    page = storage::read_room(queries, room, since, kWholeTransactionMax,
                              std::numeric_limits<std::size_t>::max());
    return keep_first_transaction(std::move(page));
  }
  if (!page.complete) return cut_last_transaction(std::move(page));
  // A client may name a position that the log never reached; the page then ends where it began.
  const Lsn end = std::max(page.head, since);
  return {std::move(page), end};
}

void project_page(const Projection& projection, const auth::RoomName& room,
                  const storage::RoomPage& page, std::vector<Message>& out) {
  Lsn prev = page.prev;
  std::vector<const storage::Change*> slice;
  for (std::size_t i = 0; i < page.changes.size(); ++i) {
    const storage::Change& change = page.changes[i];
    slice.push_back(&change);
    if (i + 1 < page.changes.size() && page.changes[i + 1].txn == change.txn) continue;
    projection.project(room, prev, slice, out);
    prev = change.lsn;
    slice.clear();
  }
}

ReplayPage read_replay_page(storage::Queries& queries, const Projection& projection,
                            const auth::RoomName& room, Lsn since, const ReplayLimits& limits) {
  const WholePage whole = read_whole_transactions(queries, commerce::room_filter(room), since,
                                                  limits.page_changes_max, limits.page_bytes_max);
  ReplayPage replay;
  replay.end = whole.end;
  replay.head = whole.page.head;
  replay.complete = whole.page.complete;
  replay.exact = whole.page.exact;
  project_page(projection, room, whole.page, replay.messages);
  return replay;
}

ReadBack read_back(storage::Queries& queries, std::span<const storage::RoomFilter> rooms, Lsn since,
                   std::size_t changes_max) {
  // A change is in several rooms but once in a batch.
  std::map<Lsn, storage::Change> changes;
  const std::size_t page_changes_max = std::min(changes_max, limits::kReplayPageChangesMax);
  Lsn upto = storage::log_position(queries).lsn;
  const auto cut = [&](Lsn end) {
    upto = end;
    changes.erase(changes.upper_bound(end), changes.end());
  };
  ReadBack found;
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    WholePage whole = read_whole_transactions(queries, rooms[i], since, page_changes_max,
                                              limits::kReplayPageBytesMax);
    if (!whole.page.exact) found.pruned.push_back({i, whole.page.pruned});
    if (whole.end < upto) cut(whole.end);
    for (storage::Change& change : whole.page.changes) {
      if (change.lsn <= upto) changes.try_emplace(change.lsn, std::move(change));
    }
    if (changes.size() <= changes_max) continue;
    const Lsn first_over =
        std::next(changes.begin(), static_cast<std::ptrdiff_t>(changes_max))->second.txn;
    // The first transaction stays whole, whatever its size.
    if (first_over > changes.begin()->second.txn) cut(before(first_over));
  }

  // A batch that ends in front of what is missing has all of it; the next one says so.
  std::erase_if(found.pruned, [upto](const PrunedRoom& room) { return room.upto > upto; });
  storage::CommittedBatch& batch = found.batch;
  batch.first = Lsn{since.get() + 1};
  batch.last = std::max(upto, since);
  for (auto& [lsn, change] : changes) {
    const bool same_transaction =
        !batch.transactions.empty() && batch.transactions.back().changes.front().txn == change.txn;
    if (!same_transaction) batch.transactions.emplace_back();
    batch.transactions.back().changes.push_back(std::move(change));
  }
  return found;
}

}  // namespace tillcast::feed
