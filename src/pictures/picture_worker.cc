#include "pictures/picture_worker.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <optional>
#include <stdexcept>
#include <utility>

#include "base/limits.h"
#include "pictures/child.h"
#include "pictures/child_process.h"
#include "pictures/picture_kind.h"
#include "pictures/result_format.h"

namespace tillcast::pictures {

namespace {

Problem refusal(int status, std::string code, std::string detail) {
  return {status, std::move(code), std::move(detail), {}, {}};
}

Problem not_a_picture() {
  return refusal(415, "unsupported_picture",
                 "Send a JPEG, PNG or WebP; the bytes themselves say what they are.");
}

Problem damaged() {
  return refusal(422, "bad_picture",
                 "This picture is damaged or too costly to read: save it anew and send it again.");
}

Problem too_large() {
  return refusal(413, "picture_too_large",
                 "A picture has at most " + std::to_string(limits::kPictureBytesMax) + " bytes.");
}

Problem too_many_pixels() {
  return refusal(413, "too_many_pixels",
                 "A picture has at most " + std::to_string(limits::kPicturePixelsMax) +
                     " pixels and " + std::to_string(limits::kPictureSideMax) + " on a side.");
}

Problem busy() {
  return refusal(503, "busy", "Other pictures are waiting. Try again in a moment.");
}

Problem stopping() { return refusal(503, "stopping", "The server is stopping. Try again."); }

Problem unavailable() {
  return refusal(503, "pictures_unavailable",
                 "This server cannot read pictures now. Its log says why.");
}

/// What can be said without decoding.
std::optional<Problem> refused_at_sight(const std::string& source) {
  if (source.size() > limits::kPictureBytesMax) return too_large();
  if (!picture_kind(source)) return not_a_picture();
  return std::nullopt;
}

}  // namespace

PictureWorker::PictureWorker(Options options)
    : options_(std::move(options)), stop_fd_(eventfd(0, EFD_CLOEXEC)) {
  if (stop_fd_ < 0) throw std::runtime_error("no event can be made for the pictures' thread");
  if (options_.deadline_ms == 0) options_.deadline_ms = limits::kPictureMsMax;
  thread_ = std::thread([this] { run(); });
}

PictureWorker::~PictureWorker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  eventfd_write(stop_fd_, 1);
  wake_.notify_one();
  thread_.join();
  for (const Job& job : queue_) job.done(stopping());
  close(stop_fd_);
}

void PictureWorker::submit(Source source, Done done) {
  if (auto refused = refused_at_sight(*source)) return done(*std::move(refused));
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_ && queue_.size() < limits::kPicturesQueuedMax) {
      queue_.push_back({std::move(source), std::move(done)});
      wake_.notify_one();
      return;
    }
  }
  done(busy());
}

void PictureWorker::run() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    job.done(shrink(*job.source));
  }
}

Outcome<PictureSet> PictureWorker::shrink(const std::string& source) const {
  const ChildResult result =
      run_child_process(options_.program, source, options_.deadline_ms, stop_fd_);
  const auto ended_as = [&](ChildStatus status) {
    return result.status == static_cast<int>(status);
  };
  if (ended_as(ChildStatus::kDone)) {
    auto set = parse_pictures(result.output);
    if (set) return *std::move(set);
    return damaged();
  }
  if (ended_as(ChildStatus::kNotAPicture)) return not_a_picture();
  if (ended_as(ChildStatus::kTooManyPixels)) return too_many_pixels();
  if (result.status == kStopped) return stopping();
  if (result.status == kNotStarted || ended_as(ChildStatus::kUnavailable)) {
    if (options_.report) options_.report("no picture can be read: " + result.error);
    return unavailable();
  }
  return damaged();
}

}  // namespace tillcast::pictures
