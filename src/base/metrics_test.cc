#include "base/metrics.h"

#include <gtest/gtest.h>

namespace tillcast {
namespace {

TEST(Metrics, writes_counters_of_one_name_as_one_family) {
  Metrics metrics;
  Counter& good = metrics.counter("requests_total", "Requests answered.", "status=\"2xx\"");
  Counter& bad = metrics.counter("requests_total", "Requests answered.", "status=\"4xx\"");
  good.add(3);
  bad.add();
  EXPECT_EQ(metrics.to_prometheus(),
            "# HELP requests_total Requests answered.\n"
            "# TYPE requests_total counter\n"
            "requests_total{status=\"2xx\"} 3\n"
            "requests_total{status=\"4xx\"} 1\n");
}

TEST(Metrics, writes_a_gauge_as_it_was_last_set) {
  Metrics metrics;
  Gauge& lsn = metrics.gauge("lsn", "Head of the log.");
  lsn.set(7);
  lsn.set(5);
  EXPECT_EQ(metrics.to_prometheus(), "# HELP lsn Head of the log.\n# TYPE lsn gauge\nlsn 5\n");
}

TEST(Metrics, counts_a_histogram_bucket_with_all_smaller_ones) {
  Metrics metrics;
  PowersHistogram& sizes = metrics.histogram("size", "Sizes.");
  sizes.observe(1);
  sizes.observe(3);
  sizes.observe(4);
  sizes.observe(5000);
  const std::string text = metrics.to_prometheus();
  EXPECT_NE(text.find("size_bucket{le=\"1\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("size_bucket{le=\"2\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("size_bucket{le=\"4\"} 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("size_bucket{le=\"1024\"} 3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("size_bucket{le=\"+Inf\"} 4\nsize_sum 5008\nsize_count 4\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace tillcast
