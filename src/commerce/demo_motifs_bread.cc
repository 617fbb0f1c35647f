#include "commerce/demo_motifs.h"

namespace tillcast::commerce {
namespace {

constexpr std::uint32_t kCrumb = 0xf8e6c4;

}  // namespace

void draw_boule(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 152, 212, kWarmShadow);
  canvas.shape(
      "M-206 62C-214-66-120-148 0-148S214-66 206 62C202 136 110 156 0 156S-202 136-206 62Z",
      darker(spec.main, 22));
  canvas.shape(
      "M-206 58C-214-66-120-148 0-148S214-66 202 48C190 104 96 128-14 126S-194 118-206 58Z",
      spec.main);
  canvas.shape("M-184 20C-180-70-110-130-14-136C60-140 120-110 150-70C60-104-120-80-184 20Z",
               {lighter(spec.main, 24), 70});
  // The cuts open where the crust has torn: a pale leaf with a dark lower lip.
  if (spec.detail == Detail::kNuts) {
    for (const int side : {-1, 1}) {
      canvas.open(side < 0 ? "scale(-1 1)" : "scale(1 1)");
      canvas.shape("M6-40C50-110 110-100 140-58C100-74 50-66 6-40Z", spec.accent);
      canvas.shape("M6 22C60-50 132-34 164 8C116-8 60-2 6 22Z", spec.accent);
      canvas.shape("M6 84C60 18 126 32 158 68C112 58 60 62 6 84Z", spec.accent);
      canvas.close();
    }
    canvas.line("M0-118V104", 9, darker(spec.main, 26));
    canvas.grains({0, 20, 170, 96}, 14, {10, 17, 34}, darker(spec.main, 44), 7);
    canvas.grains({-2, 16, 170, 96}, 14, {10, 9, 34}, 0xc99a62, 7);
  } else {
    for (const int x : {-92, 0, 92}) {
      canvas.open_at(x, x == 0 ? -14 : 2, x / 9);
      canvas.shape("M-22 92C-52 20-40-60 12-106C34-40 30 40-22 92Z", darker(spec.main, 26));
      canvas.shape("M-18 84C-38 20-28-52 14-98C24-40 20 36-18 84Z", spec.accent);
      canvas.close();
    }
    canvas.grains({-10, -30, 170, 90}, 46, {2, 4}, {kWhite, 75}, 11);
  }
}

void draw_tin_loaf(Canvas& canvas, const PictureSpec& spec) {
  const std::uint32_t crust = darker(spec.main, 22);
  const bool dark = spec.detail == Detail::kSeeds;
  const std::uint32_t crumb = mixed(kCrumb, spec.main, dark ? 40 : 10);
  draw_ground(canvas, 152, 226, kWarmShadow);
  canvas.shape(
      "M-208-22C-232-112-170-140-112-124C-78-156-10-154 18-128C54-156 128-150 148-120"
      "C206-128 232-72 206-22V126Q206 152 180 152H-182Q-208 152-208 126Z",
      spec.main);
  canvas.shape("M-208-6C-100 26 100 26 206-6V126Q206 152 180 152H-182Q-208 152-208 126Z", crust);
  canvas.line("M-106-112C-84-84-84-60-88-40M22-116C42-90 44-64 40-40M144-106C156-84 156-60 150-40",
              9, {crust, 70});
  canvas.line("M-176-70C-164-96-146-104-124-102M-60-112C-44-126-22-128-4-120", 11,
              {lighter(spec.main, 45), 80});
  if (spec.detail == Detail::kIcing) {
    canvas.shape(
        "M-214-48C-220-118-166-138-112-124C-78-156-10-154 18-128C54-156 128-150 148-120"
        "C206-126 226-84 212-44C204-14 180-26 170-44C160-60 146-30 148 0C148 24 120 24 118 0"
        "C116-26 92-46 78-26C66-8 70 40 56 52C40 64 26 50 28 20C28-14 4-34-14-22C-32-10-22 14-46 16"
        "C-68 16-60-30-86-32C-108-32-100 26-124 34C-148 38-148 4-152-20C-158-44-206-10-214-48Z",
        spec.accent);
    canvas.grains({0, -92, 150, 26}, 14, {9, 6}, 0xe9b320, 5);
  }
  if (dark) {
    canvas.grains({-10, -86, 186, 44}, 46, {9, 7}, spec.accent, 3);
    canvas.grains({4, -80, 186, 44}, 24, {8, 6}, darker(spec.main, 48), 9);
  }
  if (spec.detail == Detail::kSugar) {
    canvas.shape(
        "M-216-40C-226-116-166-138-112-124C-78-156-10-154 18-128C54-156 128-150 148-120"
        "C206-126 230-76 212-30C180-54 150-22 110-44S40-18 0-42-80-16-120-44-180-16-216-40Z",
        0xfffaf2);
    canvas.grains({0, 20, 190, 50}, 34, {2, 5}, {kWhite, 80}, 13);
  }
  // A slice leans against the loaf.
  canvas.open_at(96, 66, 6);
  canvas.shape(
      "M-84-34C-128-56-118-120-52-120H52C118-120 128-56 84-34V88Q84 106 66 106H-66Q-84 106-84 88Z",
      darker(spec.main, 34));
  canvas.shape(
      "M-72-42C-106-60-98-106-48-106H48C98-106 106-60 72-42V82Q72 92 62 92H-62Q-72 92-72 82Z",
      crumb);
  const std::uint32_t hole = darker(crumb, 12);
  canvas.grains({0, 0, 58, 76}, 20, {4, 7}, hole, 21);
  if (spec.detail == Detail::kSugar) {
    canvas.grains({0, 0, 56, 78}, 12, {4, 13}, 0x7a3b2a, 23);
    canvas.grains({0, 4, 54, 70}, 8, {4, 11}, 0xe58a2c, 29);
    canvas.circle(0, 6, 22, 0xf2d79a);
  }
  if (dark) canvas.grains({0, 0, 58, 76}, 12, {7, 6}, spec.accent, 31);
  canvas.close();
}

void draw_baguette(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 200, 150, kWarmShadow);
  struct Stick {
    int x;
    int y;
    int degrees;
  };
  for (const Stick& stick : {Stick{-64, -20, -104}, Stick{54, -34, -74}, Stick{0, -8, -90}}) {
    canvas.open_at(stick.x, stick.y, stick.degrees);
    canvas.shape("M-190 0C-190-40-120-50 0-50S226-44 226 0 120 50 0 50-190 40-190 0Z", spec.main);
    canvas.shape("M-190 0C-186 34-110 36 0 34S220 26 226 0C226 44 120 50 0 50S-190 40-190 0Z",
                 darker(spec.main, 24));
    for (const int x : {-60, 20, 100, 172}) {
      canvas.open_at(x, -6, -26);
      canvas.shape("M-56 4C-30-24 26-26 56-6C26 6-24 16-56 4Z", darker(spec.main, 26));
      canvas.shape("M-52 0C-28-22 24-24 52-8C24 2-22 8-52 0Z", mixed(kCrumb, spec.main, 14));
      canvas.close();
    }
    if (spec.detail == Detail::kSeeds) {
      canvas.grains({90, -6, 120, 34}, 18, {3, 6}, 0x32302f, 4);
      canvas.grains({90, 2, 120, 36}, 14, {6, 6}, 0xf9ecc8, 8);
    }
    canvas.close();
  }
  // The paper bag that holds them.
  canvas.shape("M-126 10L-98 26-66 8-34 26 0 8 34 26 66 8 98 26 126 10L106 206H-106Z", spec.accent);
  canvas.shape("M126 10L106 206H20L52 16 66 8 98 26Z", {darker(spec.accent, 22), 45});
  canvas.shape(
      "M-126 10L-98 26-66 8-34 26 0 8 34 26 66 8 98 26 126 10 124 34 98 48 66 30 34 48 0 "
      "30-34 48-66 30-98 48-124 34Z",
      {kWhite, 28});
  canvas.circle(0, 118, 40, {kWhite, 85});
  canvas.line(
      "M0 142V104M0 128C-14 126-20 116-20 106M0 128C14 126 20 116 20 106M0 108C-10 104-12 "
      "98-10 90M0 108C10 104 12 98 10 90",
      6, darker(spec.accent, 40));
}

void draw_focaccia(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(6, 156, 226, 30, {kWarmShadow, 14});
  canvas.shape(
      "M-220-10C-226-90-180-110-120-112H120C184-112 224-84 220-10V70C220 140 180 164 120 164H-120"
      "C-180 164-220 140-220 70Z",
      darker(spec.main, 30));
  canvas.shape(
      "M-220-30C-224-120-184-146-120-146H116C188-146 224-116 220-34V40C220 104 184 124 118 124H-120"
      "C-188 124-220 104-220 44Z",
      spec.main);
  canvas.line("M-188-60C-184-104-160-116-120-118H20", 12, {lighter(spec.main, 50), 75});
  canvas.grains({0, -10, 186, 110}, 17, {1, 36, 56}, darker(spec.main, 15), 6);
  canvas.grains({3, -5, 186, 110}, 17, {1, 26, 56}, {lighter(spec.main, 22), 80}, 6);
  if (spec.detail == Detail::kBerries) {
    struct Place {
      int x;
      int y;
    };
    for (const Place& at : {Place{-130, -66}, Place{6, -82}, Place{138, -52}, Place{-66, 26},
                            Place{80, 40}, Place{-154, 62}, Place{166, 70}}) {
      canvas.circle(at.x, at.y + 5, 33, darker(spec.accent, 28));
      canvas.circle(at.x, at.y, 31, spec.accent);
      canvas.circle(at.x - 10, at.y - 11, 7, {kWhite, 60});
    }
    for (const Place& at :
         {Place{-66, -66}, Place{72, -34}, Place{-6, 62}, Place{-130, 2}, Place{136, 8}}) {
      canvas.ring(at.x, at.y, 15, 13, 12, 0x37343f);
    }
  }
  for (const int sprig : {0, 1, 2, 3, 4}) {
    constexpr int kX[] = {-112, 36, 120, -20, -150};
    constexpr int kY[] = {-28, -34, 84, 90, 96};
    canvas.open_at(kX[sprig], kY[sprig], 50 + sprig * 66);
    const bool green = spec.detail == Detail::kHerbs;
    canvas.line("M-42 0H40M-26 0L-38-16M-26 0L-38 16M-4 0L-18-19M-4 0L-18 19M18 0L4-18M18 0L4 18",
                7, green ? spec.accent : 0x5d7a48);
    canvas.close();
  }
  canvas.grains({0, -10, 190, 110}, 30, {2, 5}, {kWhite, 90}, 17);
}

void draw_pretzel(Canvas& canvas, const PictureSpec& spec) {
  constexpr std::string_view kRope =
      "M-104 96C-64 60 6 24 40-26C74-80 104-128 154-108C220-78 208 36 136 104C84 152-84 152-136 104"
      "C-208 36-220-78-154-108C-104-128-74-80-40-26C-6 24 64 60 104 96";
  canvas.ellipse(6, 170, 178, 20, {kWarmShadow, 14});
  canvas.open_at(0, 10, 0);
  canvas.line(kRope, 62, darker(spec.main, 38));
  canvas.open_at(-2, -7, 0);
  canvas.line(kRope, 48, spec.main);
  canvas.close();
  // The belly is torn open and pale; the arms are dark and thin.
  canvas.shape("M-112 118C-60 96 60 96 112 118C70 148-70 148-112 118Z", spec.accent);
  canvas.line("M-34-14C-4 30 60 64 102 96", 62, {darker(spec.main, 38), 100});
  canvas.line("M-38-22C-6 24 58 58 100 88", 46, spec.main);
  canvas.line("M-186-30C-190-70-176-92-152-94M120-78C136-98 156-98 168-84", 11,
              {lighter(spec.main, 40), 85});
  canvas.line("M-60-22C-46 2-26 22 0 42", 8, {lighter(spec.main, 35), 70});
  if (spec.detail == Detail::kSeeds) {
    canvas.grains({-172, 0, 26, 84}, 9, {11, 10}, 0x8fa35a, 2);
    canvas.grains({172, 0, 26, 84}, 9, {11, 10}, 0x8fa35a, 3);
    canvas.grains({0, 20, 30, 40}, 6, {11, 10}, 0x8fa35a, 5);
  } else {
    canvas.grains({-172, 0, 26, 84}, 9, {4, 9}, 0xfffaf0, 2);
    canvas.grains({172, 0, 26, 84}, 9, {4, 9}, 0xfffaf0, 3);
    canvas.grains({0, 20, 40, 46}, 8, {4, 9}, 0xfffaf0, 5);
  }
  canvas.close();
}

namespace {

/// A round bun from the side, its middle at (x, y).
void draw_bun(Canvas& canvas, const PictureSpec& spec, int x, int y, int pattern) {
  canvas.open_at(x, y, 0);
  canvas.shape("M-136 40C-138 84-90 94 0 94S138 84 136 40Z",
               mixed(darker(spec.main, 20), kCrumb, 30));
  canvas.shape("M-142 38C-146-52-82-100 0-100S146-52 142 38C120 66-120 66-142 38Z", spec.main);
  canvas.shape("M142 38C120 66-120 66-142 38C-60 50 60 40 128-16C138 0 143 18 142 38Z",
               darker(spec.main, 18));
  if (spec.detail == Detail::kStripes) {
    canvas.line(
        "M0-52C-30-74-70-66-96-30M0-52C-36-30-60 4-58 44M0-52C0-20 16 20 52 44M0-52"
        "C40-44 84-20 116 8M0-52C10-76 44-84 84-66",
        10, darker(spec.main, 30));
    canvas.line("M2-58C-28-80-70-72-98-38M2-56C40-50 84-28 118 0", 5, {lighter(spec.main, 45), 80});
    canvas.grains({0, -26, 108, 52}, 46, {2, 6}, 0x33323c, pattern);
  } else {
    canvas.line("M-104-22C-92-54-64-72-34-76", 13, {lighter(spec.main, 55), 80});
    canvas.grains({6, -36, 104, 46}, 22, {8, 8}, spec.accent, pattern);
  }
  canvas.close();
}

}  // namespace

void draw_roll(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 150, 222, kWarmShadow);
  draw_bun(canvas, spec, 84, -32, 41);
  draw_bun(canvas, spec, -72, 54, 43);
}

void draw_ring(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(10, 170, 186, 26, {kWarmShadow, 14});
  canvas.open_at(0, 4, 0);
  canvas.ring(0, 14, 122, 118, 138, darker(spec.main, 26));
  canvas.ring(0, 0, 122, 118, 136, spec.main);
  if (spec.detail == Detail::kSprinkles) {
    canvas.shape(
        "M0-178C96-182 176-110 178-14C180 30 164 34 158 70C150 116 116 106 100 130C84 156 40 142 "
        "10 "
        "158C-30 172-56 146-90 136C-124 126-122 96-152 78C-186 56-164 20-178-16C-180-110-96-176 0-"
        "178ZM0-58C-36-58-60-34-60 0S-30 50 0 56C34 58 58 32 60 0S34-58 0-58Z",
        spec.accent);
    canvas.line("M-140-44C-128-96-84-134-30-142", 14, {kWhite, 55});
    canvas.line("M-42-38C-22-58 20-60 42-36", 6, {darker(spec.accent, 30), 60});
    constexpr std::uint32_t kColours[] = {0xffffff, 0xf7c548, 0x5bb3c4, 0x8d6bb8};
    for (int sixth = 0; sixth < 6; ++sixth) {
      canvas.open_at(0, 0, sixth * 60 + 10);
      for (int colour = 0; colour < 4; ++colour) {
        canvas.open_at(0, 0, colour * 15);
        canvas.grains({0, -110, 12, 44}, 2, {12, 9, 34}, kColours[(colour + sixth) % 4],
                      60 + colour * 7 + sixth);
        canvas.close();
      }
      canvas.close();
    }
  } else {
    canvas.ring(-8, -12, 120, 114, 84, {lighter(spec.main, 14), 90});
    canvas.line("M-150-50C-136-104-90-142-34-150", 13, {lighter(spec.main, 55), 80});
    canvas.ring(0, 2, 56, 52, 6, {darker(spec.main, 34), 70});
    for (int side = 0; side < 6; ++side) {
      canvas.open_at(0, 0, side * 60);
      canvas.grains({112, -20, 46, 56}, 7, {8, 7}, 0xfbeecb, 80 + side);
      canvas.grains({116, -12, 46, 52}, 5, {3, 7}, 0x34313a, 90 + side);
      canvas.close();
    }
  }
  canvas.close();
}

void draw_croissant(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 128, 216, kWarmShadow);
  const std::uint32_t seam = darker(spec.main, 32);
  // Five folds of dough: the tips lie lowest, the middle on top of all.
  for (const int side : {-1, 1}) {
    canvas.open(side < 0 ? "translate(0 10)scale(-1 1)" : "translate(0 10)");
    constexpr std::string_view kTip = "M168-30C222-16 252 60 222 108C196 122 158 100 128 74Z";
    constexpr std::string_view kFold =
        "M76-112C140-132 196-86 190-22C184 32 160 70 132 86"
        "C104 92 74 82 56 64Z";
    canvas.line(kTip, 9, seam);
    canvas.shape(kTip, darker(spec.main, 6));
    canvas.shape("M228 60C232 84 230 96 222 108C196 122 158 100 128 74C160 92 200 92 228 60Z",
                 darker(spec.main, 24));
    canvas.line(kFold, 9, seam);
    canvas.shape(kFold, spec.main);
    canvas.shape("M56 64C80 74 130 62 178 18C166 54 152 76 132 86C104 92 74 82 56 64Z",
                 darker(spec.main, 22));
    canvas.line("M136-94C158-82 168-64 168-46", 12, {lighter(spec.main, 45), 85});
    canvas.line("M110-86C136-70 138-30 122 4M196 12C208 34 210 54 206 72", 5, {seam, 60});
    canvas.close();
  }
  constexpr std::string_view kMiddle =
      "M-86-92C-74-172 74-172 86-92C98-30 84 40 66 76"
      "C30 100-30 100-66 76C-84 40-98-30-86-92Z";
  canvas.line(kMiddle, 9, seam);
  canvas.shape(kMiddle, spec.main);
  canvas.shape("M84-20C84 20 76 54 66 76C30 100-30 100-66 76C-10 80 50 50 84-20Z",
               darker(spec.main, 22));
  canvas.line("M-52-100C-44-128-24-138-2-138", 14, {lighter(spec.main, 45), 85});
  canvas.line("M-36-52C-20-70 24-70 42-52M-40-6C-20-22 24-22 46-6", 5, {seam, 55});
  if (spec.detail == Detail::kNuts) {
    canvas.grains({0, -60, 170, 66}, 17, {16, 15, 36}, darker(spec.accent, 24), 51);
    canvas.grains({-2, -63, 170, 66}, 17, {16, 11, 36}, spec.accent, 51);
    canvas.grains({0, -30, 196, 90}, 44, {2, 4}, {kWhite, 90}, 53);
  }
  if (spec.detail == Detail::kDrizzle) {
    canvas.line(
        "M-204 62C-200-20-160-60-164 20S-128 90-120-30-76-110-76-30-52 100-40 0-16-150"
        " 4-80 12 90 34 20 44-150 68-70 76 80 100 20 112-100 134-40 140 80 160 50 182-10 204 64",
        13, spec.accent);
    canvas.grains({0, -60, 150, 66}, 18, {5, 9}, 0xe3b57c, 57);
  }
}

void draw_swirl(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(8, 168, 190, 26, {kWarmShadow, 14});
  canvas.open_at(0, 2, 0);
  canvas.circle(0, 16, 190, darker(spec.main, 28));
  canvas.circle(0, 0, 190, spec.main);
  canvas.circle(-6, -6, 176, {lighter(spec.main, 14), 60});
  // Half circles of growing radius make the coil of filling.
  constexpr std::string_view kCoil =
      "M0 0A16 16 0 0 1 32 0A36 36 0 0 1-40 0A56 56 0 0 1 72 0A76 76 0 0 1-80 0A96 96 0 0 1 112 0"
      "A116 116 0 0 1-120 0A136 136 0 0 1 152 0A154 154 0 0 1-60 138";
  canvas.open("scale(1.13)rotate(-30)");
  canvas.line(kCoil, 17, darker(spec.accent, 10));
  canvas.close();
  canvas.open("translate(0 -10)scale(1.13)rotate(-30)");
  canvas.line(kCoil, 9, {lighter(spec.main, 40), 60});
  canvas.close();
  if (spec.detail == Detail::kIcing) {
    constexpr std::string_view kIcing =
        "M-150-30C-120-110-96-110-104-20S-110 110-82 90-60-140-36-140-52 60-30 130 4 130 12 60 "
        "6-150"
        " 32-150 30 60 50 120 84 100 88 20 82-130 108-110 104 30 124 70 146 50 152 20";
    canvas.line(kIcing, 19, darker(0xfff6ea, 12));
    canvas.line(kIcing, 14, 0xfffaf3);
  }
  if (spec.detail == Detail::kSugar) {
    canvas.grains({0, 0, 150, 150}, 42, {3, 13, 24}, 0xe8dccb, 71);
    canvas.grains({-1, -2, 150, 150}, 42, {3, 10, 24}, kWhite, 71);
  }
  if (spec.detail == Detail::kNuts) {
    canvas.grains({0, 0, 148, 148}, 24, {10, 12}, 0x7f9e4c, 73);
    canvas.grains({4, 0, 148, 148}, 16, {11, 9}, 0xe58ba0, 79);
  }
  canvas.close();
}

void draw_danish(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(8, 172, 176, 24, {kWarmShadow, 14});
  canvas.open_at(0, 0, 45);
  canvas.box(-150, -138, 296, 296, 54, darker(spec.main, 30));
  canvas.box(-158, -156, 304, 304, 54, spec.main);
  canvas.box(-136, -134, 260, 260, 44, darker(spec.main, 10));
  canvas.box(-116, -114, 220, 220, 36, lighter(spec.main, 16));
  canvas.close();
  // Each corner is folded in as a leaf of layered dough.
  for (const int degrees : {0, 90, 180, 270}) {
    canvas.open_at(-4, -6, degrees);
    canvas.shape(
        "M-84-108C-54-146-24-188 0-190C24-188 54-146 84-108C48-74 20-60 0-54C-20-60-48-74-"
        "84-108Z",
        darker(spec.main, 24));
    canvas.shape(
        "M-76-114C-48-150-22-186 0-188C22-186 48-150 76-114C42-86 18-72 0-66C-18-72-42-86-"
        "76-114Z",
        lighter(spec.main, 14));
    canvas.line(
        "M-50-128C-30-108-14-98 0-94C14-98 30-108 50-128M-28-152C-16-138-8-132 0-130"
        "C8-132 16-138 28-152",
        6, {darker(spec.main, 26), 70});
    canvas.close();
  }
  canvas.circle(-8, 0, 96, darker(spec.main, 30));
  canvas.circle(-8, -6, 92, 0xf9dc8c);
  if (spec.detail == Detail::kBerries) {
    for (int berry = 0; berry < 6; ++berry) {
      canvas.open_at(-8, -6, berry * 60);
      canvas.circle(52, 0, 29, darker(spec.accent, 22));
      canvas.grains({52, 0, 24, 24}, 9, {1, 12}, lighter(spec.accent, 22), 33);
      canvas.close();
    }
    canvas.circle(-8, -6, 28, darker(spec.accent, 12));
    canvas.grains({-8, -6, 22, 22}, 9, {1, 11}, lighter(spec.accent, 30), 35);
  } else {
    for (const int side : {-1, 1}) {
      canvas.ellipse(-8 + side * 40, -2, 46, 58, darker(spec.accent, 20));
      canvas.ellipse(-8 + side * 40, -8, 44, 54, spec.accent);
      canvas.ellipse(-18 + side * 40, -26, 12, 18, {kWhite, 55});
    }
  }
  canvas.line(
      "M-132-70C-90-30-40-120-4-140M-140 30C-110 60-70 70-50 130M30 130C70 110 90 60 140 40", 9,
      {kWhite, 85});
}

}  // namespace tillcast::commerce
