#include "commerce/verify.h"

#include <iterator>

#include "base/limits.h"
#include "commerce/verify_checks.h"

namespace tillcast::commerce {
namespace {

struct Check {
  std::string_view name;
  void (*run)(storage::Queries&, Findings&);
};
constexpr Check kChecks[] = {
    {"log", check_log_order},         {"rooms", check_change_rooms}, {"records", check_records},
    {"references", check_references}, {"owners", check_owners},      {"stock", check_stock},
    {"orders", check_orders},         {"stats", check_stats},        {"ratings", check_ratings},
};

}  // namespace

void Findings::add(std::string where, std::string detail) {
  if (++count_ > limits::kFindingsPerCheckMax) return;
  sink_({check_, std::move(where), std::move(detail)});
}

void Findings::finish() {
  if (count_ <= limits::kFindingsPerCheckMax) return;
  sink_({check_, "and more",
         std::to_string(count_ - limits::kFindingsPerCheckMax) + " of the same sort."});
}

bool verify(storage::Queries& queries, const FindingSink& sink, const CheckProgress& progress) {
  bool good = true;
  std::size_t number = 0;
  for (const Check& check : kChecks) {
    if (progress) progress(check.name, ++number, std::size(kChecks));
    Findings findings(check.name, sink);
    check.run(queries, findings);
    findings.finish();
    good = good && findings.none();
  }
  return good;
}

}  // namespace tillcast::commerce
