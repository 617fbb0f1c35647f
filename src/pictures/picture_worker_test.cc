#include "pictures/picture_worker.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <future>
#include <vector>

#include "base/limits.h"
#include "pictures/testing.h"

namespace tillcast::pictures {
namespace {

using testing::script;

const Source kJpeg = std::make_shared<const std::string>("\xFF\xD8\xFF");

std::string code_of(const Outcome<PictureSet>& outcome) {
  return outcome ? "fine" : std::to_string(outcome.error().status) + " " + outcome.error().code;
}

std::future<std::string> submit(PictureWorker& worker, Source source) {
  auto promise = std::make_shared<std::promise<std::string>>();
  auto future = promise->get_future();
  worker.submit(std::move(source), [promise](const Outcome<PictureSet>& outcome) {
    promise->set_value(code_of(outcome));
  });
  return future;
}

/// What a picture is answered whose child does this.
std::string answer_of(const std::string& name, std::string_view text, std::int64_t deadline_ms = 0,
                      std::string* reported = nullptr) {
  PictureWorker worker({.program = script(name, text),
                        .deadline_ms = deadline_ms,
                        .report = [reported](std::string_view what) {
                          if (reported != nullptr) *reported = what;
                        }});
  return submit(worker, kJpeg).get();
}

TEST(PictureWorker, says_why_there_is_no_picture) {
  EXPECT_EQ(answer_of("kind", "exit 10"), "415 unsupported_picture");
  EXPECT_EQ(answer_of("pixels", "exit 11"), "413 too_many_pixels");
  EXPECT_EQ(answer_of("damaged", "exit 12"), "422 bad_picture");
}

TEST(PictureWorker, takes_a_child_that_is_killed_hangs_or_lies_for_a_bad_picture) {
  EXPECT_EQ(answer_of("killed", "kill -9 $$"), "422 bad_picture");
  EXPECT_EQ(answer_of("hangs", "exec sleep 60", 50), "422 bad_picture");
  EXPECT_EQ(answer_of("lies", "echo '<svg onload=alert(1)>'"), "422 bad_picture");
  EXPECT_EQ(answer_of("silent", "exit 0"), "422 bad_picture");
}

TEST(PictureWorker, reports_that_no_picture_can_be_read_at_all) {
  std::string reported;
  EXPECT_EQ(answer_of("unavailable", "echo no libvips >&2; exit 13", 0, &reported),
            "503 pictures_unavailable");
  EXPECT_EQ(reported, "no picture can be read: no libvips\n");
  PictureWorker worker({.program = "./no-such-program"});
  EXPECT_EQ(submit(worker, kJpeg).get(), "503 pictures_unavailable");
}

TEST(PictureWorker, starts_no_child_for_what_is_no_picture_at_sight) {
  PictureWorker worker({.program = "./no-such-program"});
  const auto source = [](std::string bytes) { return std::make_shared<const std::string>(bytes); };
  EXPECT_EQ(submit(worker, source("<svg/>")).get(), "415 unsupported_picture");
  EXPECT_EQ(submit(worker, source("")).get(), "415 unsupported_picture");
  EXPECT_EQ(
      submit(worker, source("\xFF\xD8\xFF" + std::string(limits::kPictureBytesMax, 'x'))).get(),
      "413 picture_too_large");
}

TEST(PictureWorker, holds_so_many_and_answers_them_all_when_it_stops) {
  std::vector<std::future<std::string>> answers;
  {
    ::unlink("waits.fifo");
    ASSERT_EQ(::mkfifo("waits.fifo", 0600), 0);
    PictureWorker worker({.program = script("waits", ": > waits.fifo; exec sleep 60")});
    answers.push_back(submit(worker, kJpeg));
    // Opens once the child has opened it: that one is worked on and waits no more.
    const std::ifstream started("waits.fifo");
    for (std::size_t i = 0; i < limits::kPicturesQueuedMax; ++i) {
      answers.push_back(submit(worker, kJpeg));
    }
    auto refused = submit(worker, kJpeg);
    ASSERT_EQ(refused.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    EXPECT_EQ(refused.get(), "503 busy");
  }
  for (auto& answer : answers) EXPECT_EQ(answer.get(), "503 stopping");
}

}  // namespace
}  // namespace tillcast::pictures
