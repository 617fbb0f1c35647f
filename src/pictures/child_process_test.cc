#include "pictures/child_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/limits.h"
#include "pictures/testing.h"

namespace tillcast::pictures {
namespace {

using testing::script;

constexpr std::int64_t kLongMs = 20'000;

class ChildProcess : public ::testing::Test {
 protected:
  ~ChildProcess() override { close(stop_); }

  ChildResult run(const std::string& name, std::string_view text,
                  std::int64_t deadline_ms = kLongMs) {
    return run_child_process(script(name, text), "source", deadline_ms, stop_);
  }

  int stop_ = eventfd(0, EFD_CLOEXEC);
};

TEST_F(ChildProcess, is_given_the_source_and_its_verb_and_asked_for_its_output) {
  const ChildResult result = run("echo", "cat; echo \" by $1\"; echo why >&2");
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.output, "source by picture-child\n");
  EXPECT_EQ(result.error, "why\n");
}

TEST_F(ChildProcess, knows_none_of_the_variables_and_files_of_its_parent) {
  setenv("TILLCAST_DATA", "postgres://a-secret", 1);
  const int open_file = open("/dev/null", O_RDONLY);
  // The shell holds its script open as one more.
  const ChildResult result = run(
      "look", "/usr/bin/env; for file in /proc/$$/fd/*; do /usr/bin/readlink $file; done; true");
  close(open_file);
  unsetenv("TILLCAST_DATA");
  EXPECT_EQ(result.output.find("a-secret"), std::string::npos) << result.output;
  EXPECT_EQ(result.output.find("/dev/null"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("LC_ALL=C"), std::string::npos) << result.output;
}

TEST_F(ChildProcess, is_ended_when_it_takes_too_long) {
  EXPECT_EQ(run("hang", "exec sleep 60", 50).status, kTooSlow);
}

TEST_F(ChildProcess, is_ended_when_its_parent_stops) {
  eventfd_write(stop_, 1);
  EXPECT_EQ(run("hang", "exec sleep 60").status, kStopped);
}

TEST_F(ChildProcess, gives_nothing_when_it_fails_or_is_killed) {
  const ChildResult failed = run("fail", "echo half; exit 12");
  EXPECT_EQ(failed.status, 12);
  EXPECT_EQ(failed.output, "");
  EXPECT_EQ(run("die", "kill -9 $$").status, kKilled);
}

TEST_F(ChildProcess, that_is_not_there_is_said_so) {
  const ChildResult result = run_child_process("./no-such-program", "source", kLongMs, stop_);
  EXPECT_EQ(result.status, kNotStarted);
  EXPECT_FALSE(result.error.empty());
}

TEST_F(ChildProcess, is_believed_no_more_than_its_limit) {
  const ChildResult result = run("much", "head -c 5000000 /dev/zero");
  EXPECT_EQ(result.output.size(), limits::kPictureResultBytesMax);
}

}  // namespace
}  // namespace tillcast::pictures
