#include "app/dialects.h"

#include "contracts/adstudio/adstudio.h"
#include "contracts/bakery/bakery.h"
#include "contracts/bva/bva.h"
#include "contracts/izishopin/izishopin.h"
#include "contracts/seeding/seeding.h"

namespace tillcast::app {

std::span<const contracts::Dialect* const> dialects() {
  static const contracts::Dialect* const kAll[] = {
      &contracts::adstudio(),  &contracts::bakery(),  &contracts::bva(),
      &contracts::izishopin(), &contracts::seeding(),
  };
  return kAll;
}

const contracts::Dialect* find_dialect(std::string_view name) {
  for (const contracts::Dialect* const dialect : dialects()) {
    if (dialect->name == name) return dialect;
  }
  return nullptr;
}

}  // namespace tillcast::app
