#include "commerce/demo_motifs.h"

namespace tillcast::commerce {

void draw_ground(Canvas& canvas, int y, int rx, std::uint32_t shadow) {
  canvas.ellipse(8, y, rx, 21, {shadow, 14});
}

void draw_usb_plug(Canvas& canvas, std::uint32_t colour) {
  canvas.box(-15, -50, 30, 34, 8, kSteel);
  canvas.box(-24, -22, 48, 62, 12, colour);
  canvas.box(8, -22, 16, 62, 8, {darker(colour, 30), 50});
}

void draw_strawberry(Canvas& canvas, int x, int y, int degrees, std::uint32_t colour) {
  canvas.open_at(x, y, degrees);
  canvas.shape("M0 36C-22 26-36-2-28-20C-18-32 18-32 28-20C36-2 22 26 0 36Z", colour);
  canvas.shape("M0 36C22 26 36-2 28-20C22 4 14 22 0 36Z", darker(colour, 18));
  canvas.grains({0, -2, 20, 22}, 7, {3, 4}, 0xfbe0a0, 5);
  canvas.shape("M-26-22C-14-34-8-26 0-38C8-26 14-34 26-22C12-14-12-14-26-22Z", kLeaf);
  canvas.close();
}

}  // namespace tillcast::commerce
