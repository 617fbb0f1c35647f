#include <string>

#include "commerce/demo_motifs.h"

namespace tillcast::commerce {

namespace {

void draw_lens(Canvas& canvas, int x, int y, int radius, std::uint32_t tint) {
  canvas.circle(x + 3, y + 6, radius, 0x12151d);
  canvas.circle(x, y, radius, kGraphite);
  canvas.ring(x, y, radius * 86 / 100, radius * 86 / 100, radius / 12, 0x6d7686);
  canvas.circle(x, y, radius * 72 / 100, 0x171b26);
  canvas.circle(x, y, radius * 54 / 100, tint);
  canvas.circle(x, y, radius * 32 / 100, darker(tint, 60));
  canvas.ellipse(x - radius / 4, y - radius / 4, radius / 5, radius / 6, {kWhite, 85});
  canvas.circle(x + radius / 4, y + radius / 4, radius / 10, {kWhite, 50});
}

}  // namespace

void draw_camera(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 176, 210, kCoolShadow);
  if (spec.detail == Detail::kRugged) {
    // The action camera: a small block with two screens and a mount.
    canvas.box(-34, 130, 68, 56, 10, kGraphite);
    canvas.box(-62, 164, 124, 28, 12, darker(kGraphite, 30));
    canvas.box(-176, -128, 364, 268, 42, darker(spec.main, 40));
    canvas.box(-184, -138, 364, 268, 42, spec.main);
    canvas.shape("M80-138H138Q180-138 180-96V88Q180 130 138 130H60C130 60 130-80 80-138Z",
                 {darker(spec.main, 40), 45});
    canvas.dashes("M-164-100V110M-150-100V110", 6, "8 8", {lighter(spec.main, 30), 55});
    canvas.box(-128, -102, 128, 100, 18, 0x161a24);
    canvas.text(-64, -38, 42, kSans, "4K", spec.accent);
    canvas.box(84, -158, 70, 26, 10, spec.accent);
    draw_lens(canvas, 86, -16, 82, spec.accent);
    canvas.circle(-64, 62, 26, darker(spec.main, 46));
    canvas.circle(-64, 60, 14, 0xf0605e);
    return;
  }
  if (spec.detail == Detail::kPrint) {
    // An instant camera lets its picture out below.
    canvas.box(-98, 70, 196, 150, 6, darker(0xfdfbf7, 10));
    canvas.box(-98, 64, 196, 148, 6, 0xfdfbf7);
    canvas.box(-80, 76, 160, 108, 2, 0x9fd0e6);
    canvas.shape("M-80 184V158L-40 116-8 150 24 128 80 172V184Z", 0x5f9a6a);
    canvas.circle(44, 112, 14, 0xffd166);
    canvas.box(-196, -160, 400, 254, 56, darker(spec.main, 34));
    canvas.box(-202, -168, 400, 250, 56, spec.main);
    canvas.shape("M100-168H142Q198-168 198-112V26Q198 82 142 82H90C150 20 150-110 100-168Z",
                 {darker(spec.main, 26), 50});
    canvas.box(-122, 56, 244, 18, 9, darker(spec.main, 56));
    for (const int band : {0, 1, 2}) {
      constexpr std::uint32_t kBands[] = {0xf0605e, 0xf6b73c, 0x4fb38a};
      canvas.box(-202, -44 + band * 14, 400, 14, 0, kBands[band]);
    }
    canvas.box(-168, -142, 92, 54, 16, 0xfdf6e3);
    canvas.line("M-150-124H-94M-150-108H-94", 6, darker(0xfdf6e3, 16));
    canvas.box(96, -142, 70, 50, 14, kGraphite);
    canvas.box(108, -132, 46, 30, 8, 0x5f7fa8);
    canvas.circle(-146, 16, 22, 0xf0605e);
    draw_lens(canvas, 4, -36, 94, spec.accent);
    return;
  }
  canvas.shape("M-72-110L-48-166Q-44-176-32-176H40Q52-176 56-166L80-110Z", darker(spec.main, 10));
  canvas.box(-184, -134, 74, 34, 10, kGraphite);
  canvas.circle(146, -116, 30, kSteel);
  canvas.dashes("M120-126H172", 16, "4 5", darker(kSteel, 34));
  canvas.box(-210, -108, 428, 280, 40, darker(spec.main, 40));
  canvas.box(-216, -116, 428, 276, 40, spec.main);
  canvas.box(-216, -52, 428, 150, 0, spec.accent);
  canvas.grains({-150, 22, 60, 64}, 34, {2, 4}, {darker(spec.accent, 34), 60}, 3);
  canvas.grains({160, 22, 48, 64}, 30, {2, 4}, {darker(spec.accent, 34), 60}, 5);
  canvas.shape("M150-116H172Q212-116 212-76V120Q212 160 172 160H130C180 90 190-50 150-116Z",
               {kCoolShadow, 22});
  canvas.box(-34, -160, 76, 34, 8, 0xdfe8f2);
  canvas.circle(-150, -84, 13, 0xf0605e);
  draw_lens(canvas, 2, 22, 120, 0x4f7fc0);
  canvas.line("M-196-50V-76C-196-90-188-98-176-98H-120", 9, {kWhite, 55});
}

void draw_drone(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(0, 216, 150, 20, {kCoolShadow, 12});
  const bool slim = spec.detail == Detail::kSlim;
  const std::uint32_t arm = darker(spec.main, 26);
  canvas.line("M-176-88L-60-20M176-88L60-20", 26, darker(arm, 16));
  canvas.line("M-190 52L-60 10M190 52L60 10", 30, arm);
  struct Rotor {
    int x;
    int y;
    int rx;
  };
  for (const Rotor& rotor :
       {Rotor{-176, -96, 76}, Rotor{176, -96, 76}, Rotor{-194, 38, 92}, Rotor{194, 38, 92}}) {
    canvas.box(rotor.x - 20, rotor.y - 14, 40, 46, 12, kGraphite);
    canvas.ellipse(rotor.x, rotor.y - 22, rotor.rx, 20, {spec.accent, 35});
    if (slim) canvas.ring(rotor.x, rotor.y - 18, rotor.rx + 6, 27, 11, spec.accent);
    canvas.line("M" + std::to_string(rotor.x - rotor.rx + 12) + ' ' + std::to_string(rotor.y - 16) +
                    "L" + std::to_string(rotor.x + rotor.rx - 12) + ' ' +
                    std::to_string(rotor.y - 28),
                9, darker(spec.main, 50));
    canvas.circle(rotor.x, rotor.y - 22, 11, spec.accent);
  }
  if (!slim) {
    canvas.line("M-60 60L-104 166H-60M60 60L104 166H60", 14, kGraphite);
  }
  canvas.shape("M-118-4C-112-76-60-96 0-96S112-76 118-4C112 60 64 82 0 82S-112 60-118-4Z",
               darker(spec.main, 30));
  canvas.shape("M-118-12C-112-82-60-104 0-104S112-82 118-12C104 42 60 58 0 58S-104 42-118-12Z",
               spec.main);
  canvas.shape("M40-100C86-90 114-62 118-12C104 42 60 58 0 58C70 20 80-60 40-100Z",
               {darker(spec.main, 24), 60});
  canvas.shape("M-60-52C-40-70 40-70 60-52C48-32-48-32-60-52Z", spec.accent);
  canvas.line("M-96-30C-90-60-70-78-46-84", 10, {kWhite, 70});
  canvas.circle(-84, 14, 8, kGreenLight);
  canvas.circle(84, 14, 8, 0xf0605e);
  canvas.box(-52, 48, 104, 78, 26, kGraphite);
  draw_lens(canvas, 0, 88, 36, spec.accent);
}

void draw_tripod(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 206, 176, kCoolShadow);
  // Three bendy legs, each a chain of balls: a dotted line with round dots.
  for (const int layer : {0, 1}) {
    const std::uint32_t colour = layer == 0 ? darker(spec.main, 40) : spec.main;
    const int width = layer == 0 ? 44 : 36;
    canvas.line("M0 30C0 90 6 120 20 150S36 190 30 202", width - 6, mixed(colour, kCoolShadow, 22));
    canvas.line("M-10 30C-40 80-90 90-120 130S-150 186-172 200", width, colour);
    canvas.line("M10 30C40 80 90 90 120 130S150 186 172 200", width, colour);
  }
  canvas.dashes("M-10 30C-40 80-90 90-120 130S-150 186-172 200", 38, "5 25", darker(spec.main, 34));
  canvas.dashes("M10 30C40 80 90 90 120 130S150 186 172 200", 38, "5 25", darker(spec.main, 34));
  canvas.circle(-172, 200, 25, spec.accent);
  canvas.circle(172, 200, 25, spec.accent);
  canvas.circle(30, 200, 21, darker(spec.accent, 22));
  canvas.box(-34, -22, 68, 62, 22, darker(spec.main, 46));
  canvas.circle(0, -34, 34, kSteel);
  canvas.line("M38-28H84", 14, kGraphite);
  canvas.circle(88, -28, 18, spec.accent);
  canvas.box(-70, -72, 140, 30, 12, kGraphite);
  // The phone it holds films a landscape.
  canvas.box(-192, -230, 384, 176, 30, 0x14171f);
  canvas.box(-178, -218, 356, 152, 20, 0x9fd0e6);
  canvas.shape("M-178-66V-100L-104-168-44-112 10-150 100-92 178-128V-86Q178-66 158-66Z", 0x5f9a6a);
  canvas.shape("M-178-66V-92C-100-110-40-76 30-88S130-96 178-80Q174-66 158-66Z", 0x3f7a58);
  canvas.circle(110, -180, 20, 0xffd166);
  canvas.circle(-146, -188, 10, 0xf0605e);
  canvas.box(-18, -78, 36, 34, 8, spec.accent);
}

void draw_bulb(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 216, 74, kCoolShadow);
  canvas.line(
      "M-196-70H-226M196-70H226M-150-190L-172-210M150-190L172-210M-160 50L-182 66M160 50L182 66"
      "M0-244V-262",
      13, spec.accent);
  canvas.circle(0, -60, 178, {spec.accent, 22});
  const bool filament = spec.detail == Detail::kLight;
  const std::uint32_t glass = filament ? 0xfff0c2 : mixed(spec.main, kWhite, 30);
  canvas.shape(
      "M0-206C-84-206-142-146-142-66C-142 8-84 40-66 92C-62 104-60 112-60 122H60C60 112 62 104 "
      "66 92C84 40 142 8 142-66C142-146 84-206 0-206Z",
      glass);
  canvas.shape(
      "M40-200C100-186 142-136 142-66C142 8 84 40 66 92C62 104 60 112 60 122H10"
      "C30 40 100 0 96-80C94-134 76-176 40-200Z",
      {spec.main, filament ? 40 : 65});
  if (filament) {
    canvas.line("M-22 120V20M22 120V20", 6, 0x9a8f80);
    canvas.line("M-22 24L-44-74-22-110-8 10 0-110 8 10 22-110 44-74 22 24", 8, 0xf28c1e);
  } else {
    canvas.shape(
        "M-142-66C-142 8-84 40-66 92C-60 60-90 10-84-50C-80-120-40-170 0-206"
        "C-84-206-142-146-142-66Z",
        {spec.accent, 60});
    canvas.line("M-46-20C-22-48 22-48 46-20M-26 12C-12-4 12-4 26 12", 13, kWhite);
    canvas.circle(0, 42, 11, kWhite);
  }
  canvas.line("M-104-84C-100-128-76-156-46-168", 15, {kWhite, 85});
  canvas.box(-62, 116, 124, 84, 14, darker(kSteel, 8));
  canvas.shape("M20 116H48Q62 116 62 130V186Q62 200 48 200H20Z", darker(kSteel, 28));
  canvas.line("M-62 138L62 130M-62 162L62 154M-62 186L62 178", 8, darker(kSteel, 40));
  canvas.shape("M-40 200H40L24 220H-24Z", kGraphite);
}

void draw_plug(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 196, 170, kCoolShadow);
  canvas.box(-168, -168, 344, 360, 84, darker(spec.main, 36));
  canvas.box(-176, -178, 344, 360, 84, spec.main);
  canvas.shape("M60-178H84Q168-178 168-94V98Q168 182 84 182H20C120 110 130-100 60-178Z",
               {darker(spec.main, 24), 50});
  canvas.circle(-4, -16, 132, spec.accent);
  canvas.circle(-4, -16, 122, darker(spec.main, 18));
  canvas.circle(-4, -10, 116, lighter(spec.main, 40));
  canvas.box(-62, -46, 22, 66, 8, kGraphite);
  canvas.box(32, -46, 22, 66, 8, kGraphite);
  canvas.shape("M-24 44C-24 26 16 26 16 44V66H-24Z", kGraphite);
  canvas.box(-46, 134, 84, 30, 15, darker(spec.main, 18));
  canvas.circle(22, 149, 12, spec.accent);
  canvas.line("M-152-60V-94C-152-132-130-154-92-154", 13, {kWhite, 75});
  canvas.line("M206-112C236-80 236-30 206 2M182-90C200-70 200-42 182-22", 13, {spec.accent, 85});
}

void draw_thermostat(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 208, 140, kCoolShadow);
  canvas.circle(6, 8, 206, {kCoolShadow, 14});
  canvas.circle(0, -4, 206, kSteel);
  canvas.circle(0, -4, 206, {spec.main, 85});
  canvas.circle(0, -4, 176, 0x171b26);
  canvas.open("rotate(-2)");
  canvas.dashes("M-106 110A154 154 0 1 1 106 110", 24, "4 9", {kWhite, 35});
  canvas.dashes("M-106 110A154 154 0 0 1 62-146", 24, "4 9", spec.accent);
  canvas.close();
  canvas.line("M62-146L52-122", 11, 0xffd166);
  canvas.text(6, 24, 118, kSans, "21°", kWhite);
  canvas.shape(
      "M-20 96C-36 84-30 64-14 58C-16 70-6 74-4 66C0 54-6 46 2 34C24 52 38 76 22 96"
      "C12 106-8 106-20 96Z",
      0xf28c1e);
  canvas.line("M-184-80C-164-130-128-160-84-176", 12, {kWhite, 65});
}

void draw_air_monitor(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 186, 196, kCoolShadow);
  canvas.box(-196, -150, 400, 336, 60, darker(spec.main, 36));
  canvas.box(-202, -158, 396, 330, 60, spec.main);
  canvas.shape("M100-158H134Q194-158 194-98V112Q194 172 134 172H70C150 100 150-90 100-158Z",
               {darker(spec.main, 22), 50});
  canvas.box(-166, -124, 324, 186, 30, 0x171b26);
  canvas.shape("M-116-4C-146-56-110-104-42-102C-34-40-64-2-108-8Z", spec.accent);
  canvas.line("M-130 22C-120-16-96-54-66-76", 7, 0x171b26);
  canvas.line("M-126 24C-118 0-106-24-92-42", 7, spec.accent);
  canvas.text(66, -26, 72, kSans, "412", kWhite);
  canvas.text(68, 12, 28, kSans, "ppm", {kWhite, 65});
  for (int bar = 0; bar < 8; ++bar) {
    constexpr int kHeights[] = {14, 20, 16, 26, 34, 24, 18, 12};
    const int height = kHeights[bar];
    canvas.box(-30 + bar * 20, 48 - height, 12, height, 4,
               bar == 4 ? Ink{0xffd166} : Ink{spec.accent, 80});
  }
  for (const int y : {94, 114, 134}) {
    canvas.dashes("M-126 " + std::to_string(y) + "H118", 8, "14 10", darker(spec.main, 30));
  }
  canvas.line("M-184-60V-92C-184-122-168-140-140-140", 10, {kWhite, 70});
}

void draw_alarm_clock(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 204, 166, kCoolShadow);
  canvas.circle(0, -40, 226, {spec.accent, 16});
  canvas.circle(0, -40, 188, {spec.accent, 26});
  canvas.circle(0, -40, 154, 0xffe3a3);
  canvas.shape("M-146 6C-90-30-30 30 40 0S120-20 150-6C140 60 90 114 0 114S-126 70-146 6Z",
               mixed(spec.accent, 0xff8f6b, 40));
  canvas.shape("M-128 46C-80 16-20 60 50 36S110 20 138 28C118 78 72 114 0 114S-104 88-128 46Z",
               mixed(spec.accent, 0xe8604f, 60));
  canvas.circle(0, -30, 56, 0xfff6dc);
  canvas.shape("M-98 96C-60 116 60 116 98 96L132 180Q138 204 112 204H-112Q-138 204-132 180Z",
               spec.main);
  canvas.shape("M50 108C70 106 86 102 98 96L132 180Q138 204 112 204H70C84 170 74 140 50 108Z",
               {darker(spec.main, 30), 55});
  canvas.box(-78, 122, 156, 66, 14, 0x171b26);
  canvas.text(0, 172, 50, kSans, "6:45", 0xffd166);
  canvas.line("M-122-76C-108-120-80-148-44-160", 14, {kWhite, 80});
}

void draw_doorbell(Canvas& canvas, const PictureSpec& spec) {
  // Beside it, a strip of the door and its frame.
  canvas.box(-250, -250, 130, 500, 10, darker(spec.accent, 18));
  canvas.box(-238, -238, 118, 476, 6, spec.accent);
  canvas.box(-216, -206, 66, 180, 10, darker(spec.accent, 14));
  canvas.box(-216, 10, 66, 190, 10, darker(spec.accent, 14));
  canvas.circle(-140, 0, 15, 0xf2c14e);
  canvas.box(-34, -206, 188, 420, 90, {kCoolShadow, 16});
  canvas.box(-44, -214, 188, 418, 90, spec.main);
  canvas.shape("M70-212C116-200 144-166 144-124V114C144 164 104 204 50 204C120 140 130-150 70-212Z",
               {darker(spec.main, 34), 50});
  canvas.box(-24, -194, 148, 172, 74, 0x14171f);
  draw_lens(canvas, 50, -112, 62, 0x4f7fc0);
  canvas.circle(50, -36, 6, 0xf0605e);
  canvas.circle(50, 104, 66, lighter(spec.main, 20));
  canvas.ring(50, 104, 56, 56, 11, kGreenLight);
  canvas.shape("M50 70C30 70 26 88 26 104L18 122H82L74 104C74 88 70 70 50 70Z", kWhite);
  canvas.circle(50, 132, 9, kWhite);
  canvas.line("M-26-60V-126C-26-150-14-176 8-190", 9, {kWhite, 60});
}

}  // namespace tillcast::commerce
