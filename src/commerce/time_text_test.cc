#include "commerce/time_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace tillcast::commerce {
namespace {

TEST(TimeText, is_rfc_3339_utc_with_milliseconds) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(1'700'000'000'123), "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(rfc3339(951'827'696'789), "2000-02-29T12:34:56.789Z");
  EXPECT_EQ(rfc3339(-1), "1969-12-31T23:59:59.999Z");
}

TEST(TimeText, keeps_to_years_of_four_digits) {
  EXPECT_EQ(rfc3339(std::numeric_limits<std::int64_t>::min()), "0000-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(std::numeric_limits<std::int64_t>::max()), "9999-12-31T23:59:59.999Z");
}

TEST(TimeText, gives_the_utc_day) {
  EXPECT_EQ(utc_day(1'700'000'000'123), "2023-11-14");
  EXPECT_EQ(utc_day(1'700'006'399'999), "2023-11-14");
  EXPECT_EQ(utc_day(1'700'006'400'000), "2023-11-15");
}

}  // namespace
}  // namespace tillcast::commerce
