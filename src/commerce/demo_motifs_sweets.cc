#include <string>

#include "commerce/demo_motifs.h"

namespace tillcast::commerce {
namespace {

constexpr std::uint32_t kCream = 0xfff6e6;

/// A cherry or berry of the given radius, with its light.
void draw_berry(Canvas& canvas, int x, int y, int radius, std::uint32_t colour) {
  canvas.circle(x, y + radius / 8, radius, darker(colour, 26));
  canvas.circle(x - radius / 12, y - radius / 12, radius * 9 / 10, colour);
  canvas.circle(x - radius / 3, y - radius / 3, radius / 4, {kWhite, 65});
}

/// A layer of cake standing on `y` and rising by `height`, seen a little from above.
void draw_cylinder(Canvas& canvas, int y, int height, int rx, std::uint32_t colour) {
  const int ry = rx / 5;
  const std::string r = std::to_string(rx) + ' ' + std::to_string(ry);
  const std::string left = std::to_string(-rx) + ' ';
  const std::string right = std::to_string(rx) + ' ';
  canvas.shape("M" + left + std::to_string(y - height) + "V" + std::to_string(y) + "A" + r +
                   " 0 0 0 " + right + std::to_string(y) + "V" + std::to_string(y - height) + "Z",
               colour);
  canvas.shape("M" + std::to_string(rx / 3) + ' ' + std::to_string(y - height) + "V" +
                   std::to_string(y + ry * 94 / 100) + "A" + r + " 0 0 0 " + right +
                   std::to_string(y) + "V" + std::to_string(y - height) + "Z",
               {darker(colour, 30), 35});
}

}  // namespace

void draw_layer_cake(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 206, 150, kWarmShadow);
  const std::uint32_t glass = 0xf6f3f7;
  canvas.shape("M-26 120H26L34 178C70 184 84 192 84 204H-84C-84 192-70 184-34 178Z",
               darker(glass, 12));
  canvas.ellipse(0, 116, 212, 42, darker(glass, 16));
  canvas.ellipse(0, 106, 212, 42, glass);
  const bool dark = spec.detail == Detail::kBerries;
  const std::uint32_t cream = kCream;
  draw_cylinder(canvas, 104, 62, 168, spec.main);
  draw_cylinder(canvas, 40, 24, 168, spec.accent);
  draw_cylinder(canvas, 24, 22, 168, cream);
  draw_cylinder(canvas, 2, 62, 168, spec.main);
  const std::uint32_t top = dark ? cream : lighter(spec.main, 20);
  if (dark) {
    // Cream runs over the edge.
    canvas.shape(
        "M-168-60C-172-10-150 6-140-14C-132-30-116-20-112 2C-106 26-84 22-80 0C-74-18-54-8-50"
        " 12C-44 40-18 36-14 12C-10-6 10-6 14 12C20 34 44 30 48 8C52-12 74-14 80 2C88 22 108 16"
        " 112-6C118-26 136-24 142-8C152 6 170-8 168-60Z",
        cream);
  }
  canvas.ellipse(0, -60, 168, 36, top);
  canvas.ellipse(-14, -66, 140, 24, {lighter(top, 60), 70});
  if (dark) {
    for (const int x : {-124, 124, -66, 66, 0}) {
      const int y = -64 + (x == 0 ? 14 : (x * x > 5000 ? -6 : 8));
      canvas.ellipse(x, y, 32, 17, darker(cream, 8));
      canvas.ellipse(x, y - 10, 24, 14, kWhite);
      canvas.line("M" + std::to_string(x) + ' ' + std::to_string(y - 40) + "q4-26 22-34", 5,
                  0x5b7d3c);
      draw_berry(canvas, x, y - 30, 24, spec.accent);
    }
    canvas.grains({0, 60, 150, 22}, 16, {10, 5}, lighter(spec.main, 25), 3);
  } else {
    canvas.grains({0, -62, 150, 26}, 40, {2, 4}, {kWhite, 95}, 9);
    draw_strawberry(canvas, -40, -86, -24, spec.accent);
    draw_strawberry(canvas, 44, -84, 26, spec.accent);
    draw_strawberry(canvas, 2, -98, 2, spec.accent);
    canvas.grains({-20, 70, 130, 24}, 20, {3, 5}, {darker(spec.main, 22), 70}, 7);
    canvas.grains({-20, -28, 130, 22}, 20, {3, 5}, {darker(spec.main, 22), 70}, 11);
  }
}

void draw_cake_slice(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(6, 158, 222, 34, {kWarmShadow, 14});
  canvas.ellipse(0, 140, 222, 46, 0xe4e0ea);
  canvas.ellipse(0, 132, 222, 46, 0xfdfcff);
  canvas.ellipse(0, 132, 176, 33, 0xf0edf5);
  const bool burnt = spec.detail == Detail::kPlain;
  canvas.shape("M-186 10L176-52V96Q176 108 164 110L-174 142Q-186 142-186 132Z", spec.main);
  if (burnt) {
    canvas.shape("M-186 10L176-52V-20L-186 44Z", {darker(spec.accent, 4), 40});
    canvas.shape("M-186 118L176 78V96Q176 108 164 110L-174 142Q-186 142-186 132Z",
                 darker(spec.main, 16));
  } else {
    canvas.shape("M-186 58L176 6V32L-186 82Z", spec.accent);
    canvas.shape("M-186 10L176-52V-28L-186 32Z", spec.accent);
    canvas.grains({0, 100, 150, 22}, 24, {7, 7}, darker(spec.main, 36), 3);
    canvas.grains({40, 14, 120, 14}, 12, {6, 6}, darker(spec.main, 36), 5);
    canvas.grains({0, 96, 160, 26}, 14, {9, 5}, 0xf29a3c, 8);
  }
  canvas.shape("M-186 10C-90-70 20-122 112-142Q128-144 136-128L176-52Z",
               burnt ? spec.accent : lighter(spec.accent, 40));
  canvas.shape("M176-52L136-128Q150-116 156-100L186-40V84Q186 104 170 109L176 96Z",
               darker(burnt ? spec.main : spec.accent, 20));
  if (burnt) {
    canvas.shape("M-120-22C-50-72 40-108 108-124C60-92-30-40-120-22Z",
                 {darker(spec.accent, 34), 60});
    canvas.grains({20, -70, 90, 30}, 9, {8, 8}, {darker(spec.accent, 40), 60}, 4);
    draw_berry(canvas, 212, 118, 24, 0xc22f4e);
    draw_berry(canvas, 186, 142, 20, 0xd84a68);
  } else {
    canvas.line("M-140-4C-60-66 40-106 110-122M-96-6C-30-50 60-84 126-100", 7, {0xe2d5c0, 80});
    // A little sugar carrot, and a walnut half beside it.
    canvas.open_at(60, -98, -24);
    canvas.shape("M-42 4C-10-18 20-26 34-16C44-4 20 14-42 4Z", 0xf08a2c);
    canvas.line("M36-14L58-30M38-10L64-12M36-6L58 6", 8, kLeaf);
    canvas.line("M-8-8L0 2M10-14L16-4", 4, darker(0xf08a2c, 24));
    canvas.close();
    canvas.grains({-40, -46, 60, 14}, 6, {10, 13}, 0x9a6536, 12);
  }
}

void draw_cupcake(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 190, 128, kWarmShadow);
  canvas.shape("M-130 20H130L98 176Q94 190 78 190H-78Q-94 190-98 176Z", spec.main);
  canvas.line("M-84 40L-66 180M-32 40L-26 184M20 40L16 184M72 40L58 180", 14,
              {lighter(spec.main, 26), 80});
  canvas.shape("M60 20H130L98 176Q94 190 78 190H40Z", {darker(spec.main, 34), 40});
  const std::uint32_t shade = darker(spec.accent, 14);
  // The swirl of frosting: each round lies on a slightly larger one.
  canvas.shape(
      "M-150 36C-176-8-140-44-96-40H100C146-44 176-4 150 36C130 62 92 44 60 52S-10 60-40 50"
      "S-132 62-150 36Z",
      shade);
  canvas.shape(
      "M-152 24C-172-14-138-46-96-42H100C140-46 170-12 148 22C120 46 90 26 50 36S-20 44-50 32"
      "S-134 48-152 24Z",
      spec.accent);
  canvas.shape("M-112-28C-134-70-96-96-62-92H74C112-96 132-58 108-28C84-4 40-22 0-14S-92-2-112-28Z",
               shade);
  canvas.shape(
      "M-112-38C-130-74-94-98-62-94H70C104-96 126-64 106-38C80-16 40-34 0-26S-92-14-112-38Z",
      spec.accent);
  canvas.shape("M-70-84C-84-128-30-134 0-188C20-150 84-128 70-84C46-62-46-62-70-84Z", shade);
  canvas.shape("M-70-92C-80-132-30-138-4-188C8-148 76-132 66-92C40-74-46-74-70-92Z", spec.accent);
  canvas.line(
      "M-124-8C-132-20-126-30-112-32M-86-60C-92-74-80-82-66-82M-38-112C-30-124-18-132-12-142", 11,
      {kWhite, 75});
  if (spec.detail == Detail::kDrizzle) {
    const std::uint32_t caramel = 0xb8651f;
    canvas.shape(
        "M-4-190C10-150 78-132 68-92C62-70 52-60 48-84C44-104 24-96 24-74C24-40 2-40 2-72C0-92-"
        "22-92-26-76C-32-52-48-58-46-84C-64-70-74-84-68-104C-62-132-22-142-4-190Z",
        caramel);
    canvas.line("M-40-112C-34-122-22-130-16-142", 9, {kWhite, 60});
    canvas.grains({0, -8, 130, 30}, 16, {4, 8}, {kWhite, 95}, 5);
    canvas.grains({0, 4, 130, 26}, 9, {7, 8}, caramel, 9);
  } else {
    canvas.grains({0, -20, 140, 44}, 26, {6, 8}, spec.main, 5);
    canvas.line("M2-196C6-216 20-228 38-230", 6, 0x5b7d3c);
    draw_berry(canvas, 0, -186, 30, 0xc8283f);
  }
}

void draw_muffin(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 178, 128, kWarmShadow);
  const std::uint32_t paper = 0xf4ead9;
  canvas.shape("M-134 10H134L100 162Q96 178 80 178H-80Q-96 178-100 162Z", paper);
  canvas.line("M-92 30L-74 168M-46 30L-38 174M0 30V174M46 30L38 174M92 30L74 168", 9,
              darker(paper, 14));
  canvas.shape("M66 10H134L100 162Q96 178 80 178H40Z", {kWarmShadow, 12});
  canvas.shape(
      "M-164 26C-196-16-160-64-124-66C-122-126-60-158 0-156S122-126 124-66"
      "C162-64 196-16 164 26C140 52-140 52-164 26Z",
      darker(spec.main, 24));
  canvas.shape(
      "M-164 14C-190-22-158-64-124-66C-122-126-60-158 0-156S116-126 120-66"
      "C150-60 176-22 150 8C110 34-140 40-164 14Z",
      spec.main);
  canvas.grains({0, -110, 100, 30}, 24, {7, 13}, lighter(spec.main, 40), 3);
  canvas.grains({6, -106, 100, 30}, 14, {6, 9}, darker(spec.main, 14), 7);
  for (const int at : {0, 1, 2, 3, 4, 5, 6}) {
    constexpr int kX[] = {-120, -62, 10, 78, 128, -22, 44};
    constexpr int kY[] = {-16, -56, -34, -66, -14, 6, -100};
    draw_berry(canvas, kX[at], kY[at], at % 2 == 0 ? 23 : 19, spec.accent);
  }
  canvas.line("M-104-84C-94-112-70-130-44-136", 12, {lighter(spec.main, 60), 70});
}

void draw_tart(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(8, 122, 230, 40, {kWarmShadow, 14});
  canvas.shape("M-214 0L-176 96C-150 150 150 150 176 96L214 0Z", darker(spec.main, 22));
  canvas.line(
      "M-182 42L-156 104M-134 66L-116 122M-82 80L-72 132M-28 86L-24 136M28 86L24 136M82 80L72 "
      "132M134 66L116 122M182 42L156 104",
      13, darker(spec.main, 36));
  canvas.ellipse(0, -8, 220, 106, darker(spec.main, 8));
  canvas.ellipse(0, -14, 220, 104, lighter(spec.main, 12));
  canvas.ellipse(0, -8, 186, 82, darker(spec.main, 26));
  canvas.ellipse(0, -4, 184, 78, 0xfbe3a0);
  for (const int at : {0, 1, 2, 3, 4, 5, 6, 7, 8}) {
    constexpr int kX[] = {-40, 44, -112, 116, -72, 4, 78, -34, 44};
    constexpr int kY[] = {-62, -62, -30, -30, -20, -34, -20, 20, 22};
    draw_strawberry(canvas, kX[at], kY[at], at * 67 % 50 - 25, spec.accent);
  }
  canvas.shape("M-150 14C-130-14-104 0-96 26C-122 32-140 30-150 14Z", kLeaf);
  canvas.shape("M150 12C126-14 104 2 100 30C126 32 144 28 150 12Z", darker(kLeaf, 14));
}

void draw_pie(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(8, 138, 220, 38, {kWarmShadow, 14});
  const std::uint32_t tin = 0xb9bfca;
  canvas.shape("M-212 10L-166 112C-140 154 140 154 166 112L212 10Z", tin);
  canvas.shape("M60 130L80 10H212L166 112C150 138 110 146 60 150Z", {darker(tin, 40), 40});
  canvas.line("M-178 44L-148 106", 10, {kWhite, 60});
  canvas.open("translate(0 -10)scale(1 .56)");
  canvas.circle(0, 22, 226, darker(spec.main, 26));
  canvas.circle(0, 0, 226, spec.main);
  canvas.circle(0, 0, 184, darker(spec.accent, 22));
  canvas.circle(0, 8, 178, spec.accent);
  canvas.open("rotate(45)");
  // Strips over the filling, cut to the chords of its circle; the shade first, then the crust.
  constexpr std::string_view kAcross = "M-156-90H156M-178-30H178M-178 30H178M-156 90H156";
  constexpr std::string_view kDown = "M-90-156V156M-30-178V178M30-178V178M90-156V156";
  canvas.open("translate(5 7)");
  canvas.line(kAcross, 30, {darker(spec.accent, 45), 50});
  canvas.line(kDown, 30, {darker(spec.accent, 45), 50});
  canvas.close();
  canvas.line(kAcross, 30, darker(spec.main, 8));
  canvas.line(kDown, 30, lighter(spec.main, 10));
  canvas.close();
  // The crimped rim.
  canvas.ring(0, 0, 204, 204, 42, spec.main);
  canvas.open("rotate(8)");
  canvas.dashes("M-204 0A204 204 0 0 1 204 0A204 204 0 0 1-204 0", 42, "7 36",
                darker(spec.main, 20));
  canvas.close();
  canvas.ring(0, -4, 222, 222, 7, {lighter(spec.main, 45), 80});
  canvas.close();
  if (spec.detail == Detail::kBerries) {
    canvas.line("M-30-40C-30-70-8-96 14-104M24-36C26-64 22-84 14-104", 6, 0x5b7d3c);
    canvas.shape("M14-104C30-128 62-130 84-112C62-94 34-92 14-104Z", kLeaf);
    draw_berry(canvas, -30, -22, 28, spec.accent);
    draw_berry(canvas, 28, -16, 28, spec.accent);
  } else {
    canvas.open_at(2, -36, -8);
    canvas.shape("M0-22C-20-36-54-22-48 14C-42 44-18 50 0 42C18 50 42 44 48 14C54-22 20-36 0-22Z",
                 0xd5533f);
    canvas.shape("M0 42C18 50 42 44 48 14C54-22 20-36 0-22C40 0 30 30 0 42Z", 0xb8402f);
    canvas.line("M0-22C0-36 4-46 12-54", 7, 0x6b4a2c);
    canvas.shape("M8-40C22-60 42-58 52-48C40-34 22-32 8-40Z", kLeaf);
    canvas.ellipse(-24, -4, 8, 13, {kWhite, 55});
    canvas.close();
  }
}

void draw_cookie(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(8, 176, 196, 26, {kWarmShadow, 14});
  struct Biscuit {
    int x;
    int y;
    int degrees;
  };
  for (const Biscuit& one : {Biscuit{86, -58, 130}, Biscuit{-44, 26, 0}}) {
    canvas.open_at(one.x, one.y, one.degrees);
    constexpr std::string_view kEdge =
        "M0-156C44-162 66-140 98-126C136-108 146-66 154-30C164 6 148 40 134 76C118 118 76 132 40 "
        "148"
        "C4 160-40 158-76 136C-116 118-134 84-150 46C-164 6-154-36-138-74C-116-118-52-156 0-156Z";
    canvas.open(one.degrees == 0 ? "translate(3 12)" : "translate(-10 -6)");
    canvas.shape(kEdge, darker(spec.main, 36));
    canvas.close();
    canvas.shape(kEdge, spec.main);
    canvas.circle(-12, -14, 116, {lighter(spec.main, 20), 65});
    canvas.line("M-84 4C-60-16-40-4-22-22M30 62C50 50 62 66 84 48M16-92C32-76 52-82 62-64", 6,
                {darker(spec.main, 26), 80});
    if (spec.detail == Detail::kBerries) {
      canvas.grains({0, 0, 124, 124}, 20, {10, 13}, lighter(spec.main, 45), 5);
      canvas.grains({4, 4, 118, 118}, 15, {11, 18}, spec.accent, 8);
    } else {
      canvas.grains({1, 4, 122, 122}, 14, {9, 30, 54}, darker(spec.main, 24), 14);
      canvas.grains({0, 0, 122, 122}, 14, {9, 27, 54}, spec.accent, 14);
      canvas.grains({-5, -6, 122, 122}, 14, {9, 6, 54}, {kWhite, 45}, 14);
    }
    if (spec.detail == Detail::kSugar) canvas.grains({0, 0, 120, 120}, 24, {4, 7}, 0xfffaf0, 19);
    canvas.close();
  }
}

namespace {

/// One macaron from the side, its middle at (x, y).
void draw_shells(Canvas& canvas, int x, int y, int degrees, std::uint32_t shell,
                 std::uint32_t filling) {
  canvas.open_at(x, y, degrees);
  canvas.shape("M-116 24C-120 66-90 72 0 72S120 66 116 24Z", darker(shell, 12));
  canvas.shape(
      "M-120 22C-128 36-110 46-98 36C-90 48-70 46-62 36C-52 48-34 46-24 36C-14 48 8 48 18 36"
      "C28 48 48 46 56 36C66 48 86 46 94 36C108 46 128 36 120 22Z",
      darker(shell, 24));
  canvas.box(-108, -6, 216, 32, 14, filling);
  canvas.shape(
      "M-120-4C-128-18-110-26-98-18C-90-28-70-26-62-18C-52-28-34-26-24-18C-14-28 8-28 18-18"
      "C28-28 48-26 56-18C66-28 86-26 94-18C108-26 128-18 120-4Z",
      darker(shell, 20));
  canvas.shape("M-122-12C-126-74-70-92 0-92S126-74 122-12Z", shell);
  canvas.shape("M122-12C126-60 96-82 60-88C84-62 78-34 40-12Z", {darker(shell, 22), 50});
  canvas.line("M-94-42C-88-62-66-72-42-75", 11, {kWhite, 70});
  canvas.close();
}

}  // namespace

void draw_macaron(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 190, 200, kWarmShadow);
  draw_shells(canvas, -82, 112, 0, spec.main, spec.accent);
  draw_shells(canvas, 98, 94, 14, lighter(spec.main, 34), spec.accent);
  draw_shells(canvas, 4, -48, -8, mixed(spec.main, spec.accent, 22), kCream);
}

void draw_brownie(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 168, 214, kWarmShadow);
  for (const int y : {62, -56}) {
    canvas.open_at(y > 0 ? 0 : 8, y, 0);
    canvas.shape("M-206-20L-12 36V108Q-14 112-22 110L-196 56Q-206 52-206 42Z",
                 darker(spec.main, 24));
    canvas.shape("M206-34L-12 36V108Q-8 112 2 108L196 40Q206 36 206 26Z", darker(spec.main, 44));
    canvas.shape(
        "M-206-20C-208-28-204-32-194-36L4-92Q14-96 26-92L198-46C208-42 208-36 204-32L-4 38"
        "Q-12 40-20 38Z",
        spec.main);
    canvas.line("M-120-26C-90-38-70-20-40-34M20-58C50-50 60-36 100-46M-20 4C0-10 30-2 44-14", 6,
                darker(spec.main, 36));
    if (y < 0) {
      canvas.shape("M-150-24C-80-52-20-70 12-74C60-66 20-48-30-40S-110-14-150-24Z",
                   {lighter(spec.main, 24), 60});
      canvas.grains({6, -22, 140, 36}, 12, {14, 20, 38}, darker(spec.accent, 34), 6);
      canvas.grains({4, -26, 140, 36}, 12, {14, 14, 38}, spec.accent, 6);
    } else {
      canvas.grains({-110, 50, 80, 18}, 7, {10, 11}, spec.accent, 8);
      canvas.grains({100, 48, 80, 20}, 7, {10, 11}, darker(spec.accent, 24), 9);
    }
    canvas.close();
  }
}

}  // namespace tillcast::commerce
