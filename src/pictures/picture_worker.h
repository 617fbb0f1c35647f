// Makes of what a stranger sent the pictures that are kept and served. Decoding is done in a
// process of its own, one at a time, which has no network and no files and is ended when it takes
// too long or too much; this thread waits for it.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/problem.h"
#include "pictures/picture.h"

namespace tillcast::pictures {

/// The bytes of a JPEG, PNG or WebP, whoever made it.
using Source = std::shared_ptr<const std::string>;
/// Called once, on the worker's thread, or on the caller's if the picture is not taken.
using Done = std::function<void(Outcome<PictureSet>)>;

/// Owns its thread. submit() from any thread. It ends before what `done` uses.
class PictureWorker {
 public:
  struct Options {
    /// What is started; by default the running program itself.
    std::string program = "/proc/self/exe";
    std::int64_t deadline_ms = 0;  // 0: limits::kPictureMsMax
    /// Is told why no picture can be made at all on this machine. On the worker's thread.
    std::function<void(std::string_view what)> report{};
  };
  explicit PictureWorker(Options options);
  /// Ends the child at hand; what waits is answered 503 `stopping`.
  ~PictureWorker();
  PictureWorker(const PictureWorker&) = delete;
  PictureWorker& operator=(const PictureWorker&) = delete;

  /// 413 `picture_too_large`, `too_many_pixels`; 415 `unsupported_picture` for bytes that are none
  /// of the formats, whatever their name; 422 `bad_picture` for one that is damaged or takes too
  /// much to decode; 503 `busy` if limits::kPicturesQueuedMax wait already; 503
  /// `pictures_unavailable` if this machine cannot decode.
  void submit(Source source, Done done);

 private:
  struct Job {
    Source source;
    Done done;
  };

  void run();
  [[nodiscard]] Outcome<PictureSet> shrink(const std::string& source) const;

  Options options_;
  int stop_fd_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace tillcast::pictures
