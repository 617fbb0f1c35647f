#include "app/composer/photo.h"

#include <librsvg/rsvg.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <webp/decode.h>
#include <webp/encode.h>

#include <new>
#include <stdexcept>

#include "pictures/sandbox.h"

namespace tillcast::composer {
namespace {

/// Pixels of a photo, both ways; what is kept is at most 1280.
constexpr int kPhotoSideMax = 4096;
constexpr int kSvgSide = 1080;
constexpr float kQuality = 84;
constexpr pictures::ProcessLimits kDecoderLimits{std::size_t{1024} * 1024 * 1024, 10'000, 1024};

const std::uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

/// Memory that a process and its child share.
class SharedPixels {
 public:
  SharedPixels(int width, int height)
      : stride_(cairo_format_stride_for_width(CAIRO_FORMAT_ARGB32, width)),
        bytes_(static_cast<std::size_t>(stride_) * static_cast<std::size_t>(height)),
        memory_(mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ == MAP_FAILED) throw std::bad_alloc();
  }
  SharedPixels(const SharedPixels&) = delete;
  SharedPixels& operator=(const SharedPixels&) = delete;
  ~SharedPixels() { munmap(memory_, bytes_); }
  [[nodiscard]] unsigned char* data() const { return static_cast<unsigned char*>(memory_); }
  [[nodiscard]] int stride() const { return stride_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  int stride_;
  std::size_t bytes_;
  void* memory_;
};

bool decode_into(const SharedPixels& pixels, const std::string& bytes) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) return false;
  config.output.colorspace = MODE_bgrA;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels.data();
  config.output.u.RGBA.stride = pixels.stride();
  config.output.u.RGBA.size = pixels.bytes();
  return WebPDecode(bytes_of(bytes), bytes.size(), &config) == VP8_STATUS_OK;
}

/// What is decoded goes back to what a stranger sent, so it is done by a child that can do nothing
/// else. True if it has ended well.
bool decode_apart(const SharedPixels& pixels, const std::string& bytes) {
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    const bool decoded = pictures::enter_sandbox(kDecoderLimits) && decode_into(pixels, bytes);
    _exit(decoded ? 0 : 1);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Surface decode_webp(const std::string& bytes) {
  int width = 0;
  int height = 0;
  if (WebPGetInfo(bytes_of(bytes), bytes.size(), &width, &height) == 0 || width > kPhotoSideMax ||
      height > kPhotoSideMax) {
    return nullptr;
  }
  const SharedPixels pixels(width, height);
  if (!decode_apart(pixels, bytes)) return nullptr;
  const Surface seen(cairo_image_surface_create_for_data(pixels.data(), CAIRO_FORMAT_ARGB32, width,
                                                         height, pixels.stride()));
  // See-through places become white.
  Surface photo = make_surface(width, height);
  Canvas canvas(photo.get());
  canvas.fill({1, 1, 1});
  canvas.picture(seen.get(), {0, 0, static_cast<double>(width), static_cast<double>(height)});
  return photo;
}

Surface draw_svg(const std::string& bytes) {
  const std::unique_ptr<RsvgHandle, decltype(&g_object_unref)> handle(
      rsvg_handle_new_from_data(bytes_of(bytes), bytes.size(), nullptr), g_object_unref);
  if (!handle) return nullptr;
  Surface photo = make_surface(kSvgSide, kSvgSide);
  Canvas(photo.get()).fill({1, 1, 1});
  const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> context(cairo_create(photo.get()),
                                                                   cairo_destroy);
  const RsvgRectangle all{0, 0, kSvgSide, kSvgSide};
  if (rsvg_handle_render_document(handle.get(), context.get(), &all, nullptr) == 0) return nullptr;
  return photo;
}

struct Encoder {
  WebPConfig config{};
  WebPPicture picture{};
  WebPMemoryWriter writer{};
  Encoder() {
    WebPMemoryWriterInit(&writer);
    if (WebPConfigInit(&config) == 0 || WebPPictureInit(&picture) == 0) {
      throw std::runtime_error("libwebp is another version than this program was built with");
    }
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() {
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&writer);
  }
};

}  // namespace

Surface load_photo(const commerce::Photo& photo) {
  switch (photo.kind) {
    case commerce::PhotoKind::kNone:
      return nullptr;
    case commerce::PhotoKind::kWebp:
      return decode_webp(photo.bytes);
    case commerce::PhotoKind::kSvg:
      return draw_svg(photo.bytes);
  }
  return nullptr;
}

std::string encode_webp(cairo_surface_t* surface) {
  cairo_surface_flush(surface);
  Encoder encoder;
  encoder.config.quality = kQuality;
  encoder.picture.width = cairo_image_surface_get_width(surface);
  encoder.picture.height = cairo_image_surface_get_height(surface);
  encoder.picture.use_argb = 0;
  encoder.picture.writer = WebPMemoryWrite;
  encoder.picture.custom_ptr = &encoder.writer;
  const bool encoded =
      WebPPictureImportBGRX(&encoder.picture, cairo_image_surface_get_data(surface),
                            cairo_image_surface_get_stride(surface)) != 0 &&
      WebPEncode(&encoder.config, &encoder.picture) != 0;
  if (!encoded) throw std::runtime_error("a picture cannot be written as WebP");
  return {reinterpret_cast<const char*>(encoder.writer.mem), encoder.writer.size};
}

}  // namespace tillcast::composer
