// The checks that verify() is made of. Each reads what it needs in the snapshot that it is given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "commerce/verify.h"

namespace tillcast::commerce {

/// What one check finds: passes findings on and bounds their number.
class Findings {
 public:
  Findings(std::string_view check, const FindingSink& sink) : check_(check), sink_(sink) {}

  void add(std::string where, std::string detail);
  /// Says how many were left out.
  void finish();
  [[nodiscard]] bool none() const { return count_ == 0; }

 private:
  std::string_view check_;
  const FindingSink& sink_;
  std::size_t count_ = 0;
};

/// `log`: lsns follow each other, transactions are whole, the epoch is there, nothing was pruned
/// that is not there yet.
void check_log_order(storage::Queries& queries, Findings& findings);
/// `rooms`: each change is in the rooms that the policy gives its record, and says rightly whether
/// it was and is public.
void check_change_rooms(storage::Queries& queries, Findings& findings);
/// `records`: each row is what the log's last change of it says, and within the bounds of its
/// fields.
void check_records(storage::Queries& queries, Findings& findings);
/// `references`: what a record names is there.
void check_references(storage::Queries& queries, Findings& findings);
/// `owners`: a shop's owner is one of its people, as owner.
void check_owners(storage::Queries& queries, Findings& findings);
/// `stock`: a product's stock is what its entries come to, step by step.
void check_stock(storage::Queries& queries, Findings& findings);
/// `orders`: an order's total is the sum of its lines.
void check_orders(storage::Queries& queries, Findings& findings);
/// `stats`: a shop's figures are the sums of its orders that are not cancelled.
void check_stats(storage::Queries& queries, Findings& findings);
/// `ratings`: a product's rating is that of its reviews.
void check_ratings(storage::Queries& queries, Findings& findings);

}  // namespace tillcast::commerce
