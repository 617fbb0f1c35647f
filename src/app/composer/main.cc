// `tillcast-composer`: draws one advertisement. The server starts it once for each, gives it what
// commerce::write_advertisement() says on its standard input, and reads the pictures from its
// standard output as pictures/result_format.h has them.
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <iostream>
#include <iterator>

#include "app/composer/compose.h"
#include "app/composer/photo.h"
#include "pictures/picture.h"
#include "pictures/result_format.h"

namespace {

namespace commerce = tillcast::commerce;
namespace composer = tillcast::composer;
namespace pictures = tillcast::pictures;

int draw() {
  const std::string input((std::istreambuf_iterator<char>(std::cin)), {});
  const auto advertisement = commerce::read_advertisement(input);
  if (!advertisement) {
    std::cerr << "standard input is no advertisement; the server starts this program by itself\n";
    return 2;
  }
  const composer::Surface photo = composer::load_photo(advertisement->photo);
  const composer::Composition composed = composer::compose(*advertisement, photo.get());
  std::string output;
  for (const std::int64_t size : pictures::kSizes) {
    const bool whole = size >= composer::kSide;
    const composer::Surface small =
        whole ? nullptr : composer::scaled(composed.surface.get(), static_cast<int>(size));
    pictures::append_picture(output, size,
                             composer::encode_webp(whole ? composed.surface.get() : small.get()));
  }
  std::cout << output << std::flush;
  return std::cout ? 0 : 1;
}

}  // namespace

int main() {
  // Nobody waits for it once its parent is gone.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    return draw();
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
