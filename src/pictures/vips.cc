#include "pictures/vips.h"

#include <dlfcn.h>

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "pictures/bare_webp.h"
#include "pictures/picture_kind.h"

namespace tillcast::pictures {

namespace {

constexpr const char* kLibrary = "libvips.so.42";
/// Of 0 to 100; at 80 the eye finds no fault with photographs.
constexpr int kWebpQuality = 80;
// Values of the library's enumerations.
constexpr int kOnlyDown = 2;  // VIPS_SIZE_DOWN
constexpr int kSrgb = 22;     // VIPS_INTERPRETATION_sRGB
constexpr int kBytes = 0;     // VIPS_FORMAT_UCHAR
constexpr const char* kEnd = nullptr;

template <class Function>
bool find(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(dlsym(library, name));
  return function != nullptr;
}

}  // namespace

/// An image of the library's, given back at the end. Null if there is none.
class Vips::Held {
 public:
  Held(const Calls& call, Image* image) : call_(call), image_(image) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() {
    if (image_ != nullptr) call_.g_object_unref(image_);
  }
  [[nodiscard]] Image* get() const { return image_; }
  explicit operator bool() const { return image_ != nullptr; }

 private:
  const Calls& call_;
  Image* image_;
};

Result<Vips, std::string> Vips::load() {
  void* const library = dlopen(kLibrary, RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) return std::string("this machine has no libvips: ") + dlerror();
  Vips vips;
  Calls& call = vips.call_;
  // Its own libraries (GLib) are found through it.
  const bool found = find(library, "vips_init", call.vips_init) &&
                     find(library, "vips_concurrency_set", call.vips_concurrency_set) &&
                     find(library, "vips_cache_set_max", call.vips_cache_set_max) &&
                     find(library, "vips_vector_set_enabled", call.vips_vector_set_enabled) &&
                     find(library, "vips_block_untrusted_set", call.vips_block_untrusted_set) &&
                     find(library, "vips_operation_block_set", call.vips_operation_block_set) &&
                     find(library, "vips_image_new_from_buffer", call.vips_image_new_from_buffer) &&
                     find(library, "vips_image_get_width", call.vips_image_get_width) &&
                     find(library, "vips_image_get_height", call.vips_image_get_height) &&
                     find(library, "vips_image_get_bands", call.vips_image_get_bands) &&
                     find(library, "vips_colourspace", call.vips_colourspace) &&
                     find(library, "vips_image_write_to_memory", call.vips_image_write_to_memory) &&
                     find(library, "vips_image_new_from_memory", call.vips_image_new_from_memory) &&
                     find(library, "vips_copy", call.vips_copy) &&
                     find(library, "vips_thumbnail_buffer", call.vips_thumbnail_buffer) &&
                     find(library, "vips_thumbnail_image", call.vips_thumbnail_image) &&
                     find(library, "vips_webpsave_buffer", call.vips_webpsave_buffer) &&
                     find(library, "g_object_unref", call.g_object_unref) &&
                     find(library, "g_free", call.g_free);
  if (!found) return std::string("this machine's libvips is older than 8.13");
  if (call.vips_init("tillcast") != 0) return std::string("libvips does not start");
  call.vips_concurrency_set(1);
  call.vips_cache_set_max(0);
  call.vips_vector_set_enabled(0);
  call.vips_block_untrusted_set(1);
  call.vips_operation_block_set("VipsForeignLoad", 1);
  for (const char* const loader :
       {"VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp"}) {
    call.vips_operation_block_set(loader, 0);
  }
  return vips;
}

/// Only the header is read.
Vips::Held Vips::open(std::string_view source) const {
  return {call_, call_.vips_image_new_from_buffer(source.data(), source.size(), "", kEnd)};
}

bool Vips::append(std::string& out, std::int64_t size, Image* image) const {
  void* bytes = nullptr;
  std::size_t length = 0;
  if (call_.vips_webpsave_buffer(image, &bytes, &length, "Q", kWebpQuality, "strip", 1, kEnd) !=
      0) {
    return false;
  }
  // `strip` leaves a chunk of EXIF that it has made up itself.
  const auto bare = bare_webp({static_cast<const char*>(bytes), length});
  call_.g_free(bytes);
  if (bare) append_picture(out, size, *bare);
  return bare.has_value();
}

/// All is decoded here, and nothing but the colours goes on: no profile, no EXIF, no comment.
Vips::Pixels Vips::decode(std::string_view source) const {
  const int most = static_cast<int>(kSizes.back());
  Image* lazy = nullptr;
  // A file that ends too soon is an error. The bytes are not changed; its interface was made before
  // const.
  call_.vips_thumbnail_buffer(const_cast<char*>(source.data()), source.size(), &lazy, most,
                              "height", most, "size", kOnlyDown, "export_profile", "srgb",
                              "option_string", "fail_on=error", kEnd);
  const Held thumbnail(call_, lazy);
  Image* coloured = nullptr;
  if (thumbnail) call_.vips_colourspace(thumbnail.get(), &coloured, kSrgb, kEnd);
  const Held image(call_, coloured);
  Pixels pixels;
  if (!image) return pixels;
  pixels.width = call_.vips_image_get_width(image.get());
  pixels.height = call_.vips_image_get_height(image.get());
  pixels.bands = call_.vips_image_get_bands(image.get());
  pixels.bytes = call_.vips_image_write_to_memory(image.get(), &pixels.size);
  const auto area =
      static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height);
  const bool fits =
      pixels.bands >= 3 && pixels.size == area * static_cast<std::size_t>(pixels.bands);
  if (!fits) pixels.bytes = nullptr;
  return pixels;
}

Result<std::string, Refusal> Vips::shrink(std::string_view source) const {
  if (!picture_kind(source)) return Refusal::kNotAPicture;
  {
    const Held header = open(source);
    if (!header) return Refusal::kDamaged;
    const std::int64_t width = call_.vips_image_get_width(header.get());
    const std::int64_t height = call_.vips_image_get_height(header.get());
    if (std::max(width, height) > limits::kPictureSideMax ||
        width * height > limits::kPicturePixelsMax) {
      return Refusal::kTooManyPixels;
    }
  }
  const Pixels pixels = decode(source);
  if (pixels.bytes == nullptr) return Refusal::kDamaged;
  const Held bare(call_, call_.vips_image_new_from_memory(pixels.bytes, pixels.size, pixels.width,
                                                          pixels.height, pixels.bands, kBytes));
  Image* named = nullptr;
  if (bare) call_.vips_copy(bare.get(), &named, "interpretation", kSrgb, kEnd);
  const Held largest(call_, named);
  if (!largest) return Refusal::kDamaged;
  const std::int64_t side = std::max(pixels.width, pixels.height);
  std::string out;
  std::int64_t made = 0;
  for (const std::int64_t size : kSizes) {
    if (made >= side) break;
    Image* shrunk = nullptr;
    const int box = static_cast<int>(size);
    call_.vips_thumbnail_image(largest.get(), &shrunk, box, "height", box, "size", kOnlyDown, kEnd);
    const Held image(call_, shrunk);
    if (!image || !append(out, size, image.get())) return Refusal::kDamaged;
    made = size;
  }
  return out;
}

}  // namespace tillcast::pictures
