// libvips, brought in by the child alone and when it needs it: linked to the program it would cost
// every start tens of milliseconds and megabytes. What is called is declared here, as its C
// interface has it (libvips.so.42, 8.10 and later); strings are its own and end in 0.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "pictures/result_format.h"

namespace tillcast::pictures {

/// Why there is no picture.
enum class Refusal : std::uint8_t { kNotAPicture, kTooManyPixels, kDamaged };

/// One thread; one a process, for as long as it lives.
class Vips {
 public:
  /// Loads and prepares it: only the loaders of picture_kind.h are left, it keeps no cache and
  /// starts no code that it makes itself. A sentence if the machine has no libvips.
  static Result<Vips, std::string> load();

  /// The whole picture is decoded, turned as its EXIF says, brought to sRGB and written in kSizes
  /// without any metadata, as result_format.h has it. Of an animation the first picture.
  [[nodiscard]] Result<std::string, Refusal> shrink(std::string_view source) const;

 private:
  struct Image;
  // NOLINTBEGIN(readability-identifier-naming): as the library calls them.
  struct Calls {
    int (*vips_init)(const char* program);
    void (*vips_concurrency_set)(int threads);
    void (*vips_cache_set_max)(int operations);
    void (*vips_vector_set_enabled)(int enabled);
    void (*vips_block_untrusted_set)(int blocked);
    void (*vips_operation_block_set)(const char* name, int blocked);
    Image* (*vips_image_new_from_buffer)(const void* bytes, std::size_t size, const char* options,
                                         ...);
    int (*vips_image_get_width)(const Image* image);
    int (*vips_image_get_height)(const Image* image);
    int (*vips_image_get_bands)(const Image* image);
    int (*vips_colourspace)(Image* in, Image** out, int space, ...);
    void* (*vips_image_write_to_memory)(Image* image, std::size_t* size);
    Image* (*vips_image_new_from_memory)(const void* bytes, std::size_t size, int width, int height,
                                         int bands, int format);
    int (*vips_copy)(Image* in, Image** out, ...);
    int (*vips_thumbnail_buffer)(void* bytes, std::size_t size, Image** out, int width, ...);
    int (*vips_thumbnail_image)(Image* in, Image** out, int width, ...);
    int (*vips_webpsave_buffer)(Image* in, void** bytes, std::size_t* size, ...);
    void (*g_object_unref)(void* object);
    void (*g_free)(void* memory);
  };
  // NOLINTEND(readability-identifier-naming)
  class Held;

  /// Bytes of red, green, blue and perhaps opacity; null if the source is damaged. The process ends
  /// soon, so they are never given back.
  struct Pixels {
    void* bytes = nullptr;
    std::size_t size = 0;
    int width = 0;
    int height = 0;
    int bands = 0;
  };

  Vips() = default;
  [[nodiscard]] Pixels decode(std::string_view source) const;
  [[nodiscard]] Held open(std::string_view source) const;
  [[nodiscard]] bool append(std::string& out, std::int64_t size, Image* image) const;

  Calls call_{};
};

}  // namespace tillcast::pictures
