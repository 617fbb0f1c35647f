#include <string>

#include "commerce/demo_motifs.h"

namespace tillcast::commerce {
namespace {

// A lightning flash about 90 units high around (0, 0).
constexpr std::string_view kBolt = "M12-48L-34 10H-4L-14 48L34-12H4Z";

}  // namespace

void draw_power_bank(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(10, 186, 160, 24, {kCoolShadow, 14});
  canvas.line("M110-130C190-190 250-90 196-20S190 120 226 150", 15, kGraphite);
  canvas.open("translate(232 172)rotate(160)");
  draw_usb_plug(canvas, kGraphite);
  canvas.close();
  canvas.open("rotate(12)");
  const int half = spec.detail == Detail::kRugged ? 138 : 116;
  const std::uint32_t body = spec.main;
  canvas.box(-half + 8, -194, half * 2, 392, 46, darker(body, 40));
  canvas.box(-half, -202, half * 2, 390, 46, body);
  canvas.shape("M20-202H" + std::to_string(half - 46) + "Q" + std::to_string(half) + "-202 " +
                   std::to_string(half) + "-156V142Q" + std::to_string(half) + " 188 " +
                   std::to_string(half - 46) + " 188H-10C70 120 90-120 20-202Z",
               {darker(body, 30), 45});
  if (spec.detail == Detail::kRugged) {
    for (const int x : {-half, half - 44}) {
      for (const int y : {-202, 136}) canvas.box(x, y, 44, 52, 18, spec.accent);
    }
    canvas.line("M-60-120H60M-60 110H60", 10, {darker(body, 34), 60});
  }
  canvas.circle(0, -20, 72, {lighter(body, 24), 60});
  canvas.open("translate(0-20)scale(1.15)");
  canvas.shape(kBolt, spec.accent);
  canvas.close();
  for (int light = 0; light < 4; ++light) {
    canvas.circle(-42 + light * 28, 146, 8, light < 3 ? kGreenLight : darker(body, 40));
  }
  canvas.box(-34, -194, 68, 14, 7, darker(body, 56));
  canvas.line("M" + std::to_string(-half + 24) + "-110V-150C" + std::to_string(-half + 24) +
                  "-168 " + std::to_string(-half + 36) + "-178 " + std::to_string(-half + 54) +
                  "-178",
              11, {kWhite, 65});
  canvas.close();
}

void draw_charger(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 178, 170, kCoolShadow);
  const bool slim = spec.detail == Detail::kSlim;
  canvas.open(slim ? "translate(0 24)scale(.86)" : "scale(1)");
  canvas.box(96, -92, 92, 26, 6, kSteel);
  canvas.box(96, 18, 92, 26, 6, kSteel);
  canvas.box(150, -92, 38, 26, 6, darker(kSteel, 16));
  canvas.box(150, 18, 38, 26, 6, darker(kSteel, 16));
  canvas.shape("M60-158L112-132Q124-126 124-112V66Q124 84 112 90L60 170Z", darker(spec.main, 34));
  canvas.box(-176, -166, 254, 340, 52, darker(spec.main, 18));
  canvas.box(-184, -166, 246, 340, 50, spec.main);
  canvas.box(-160, -140, 198, 200, 34, {lighter(spec.main, 40), 55});
  canvas.open("translate(-62-44)scale(1.3)");
  canvas.shape(kBolt, spec.accent);
  canvas.close();
  for (int port = 0; port < (slim ? 1 : 3); ++port) {
    const int x = slim ? -92 : -154 + port * 68;
    canvas.box(x, 98, 54, 26, 13, darker(spec.main, 26));
    canvas.box(x + 6, 104, 42, 14, 7, kGraphite);
  }
  canvas.circle(-62, 148, 7, kGreenLight);
  canvas.line("M-160-80V-110C-160-130-148-142-128-142H-90", 11, {kWhite, 75});
  canvas.close();
}

void draw_cable(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(6, 172, 170, 24, {kCoolShadow, 12});
  const std::uint32_t cord = spec.main;
  // Coils, each dark below and light above, with the weave as dashes.
  struct Coil {
    int x;
    int y;
    int radius;
  };
  for (const Coil& coil : {Coil{0, 34, 140}, Coil{8, 22, 122}, Coil{-6, 10, 108}}) {
    canvas.ring(coil.x, coil.y + 4, coil.radius, coil.radius - 8, 23, darker(cord, 40));
    canvas.ring(coil.x, coil.y, coil.radius, coil.radius - 8, 18, cord);
    canvas.dashes("M" + std::to_string(coil.x - coil.radius) + ' ' + std::to_string(coil.y) + "a" +
                      std::to_string(coil.radius) + ' ' + std::to_string(coil.radius - 8) +
                      " 0 1 1 0 1",
                  8, "8 9", {lighter(cord, 45), 55});
  }
  canvas.line("M-128 70C-190 40-200-80-150-140", 22, darker(cord, 30));
  canvas.line("M-128 66C-186 38-196-80-150-140", 17, cord);
  canvas.line("M116-34C150-70 150-110 136-146", 22, darker(cord, 30));
  canvas.line("M116-36C146-70 146-110 136-146", 17, cord);
  canvas.box(-42, 128, 84, 62, 16, darker(spec.accent, 26));
  canvas.box(-42, 122, 84, 62, 16, spec.accent);
  canvas.line("M-24 142H20M-24 160H0", 7, {kWhite, 75});
  canvas.open("translate(-136-166)rotate(18)");
  draw_usb_plug(canvas, spec.accent);
  canvas.close();
  canvas.open("translate(128-172)rotate(-14)");
  if (spec.detail == Detail::kDual) {
    canvas.shape("M-34-62H34V-30L22-16H-22L-34-30Z", kSteel);
    canvas.box(-24, -54, 48, 12, 3, darker(kSteel, 40));
    canvas.shape("M-44-22H44V30Q44 46 28 46H-28Q-44 46-44 30Z", spec.accent);
    canvas.shape("M14-22H44V30Q44 46 28 46H14Z", {darker(spec.accent, 30), 50});
  } else {
    draw_usb_plug(canvas, spec.accent);
  }
  canvas.close();
}

void draw_charging_pad(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(8, 152, 224, 42, {kCoolShadow, 14});
  canvas.line("M-190 110C-260 130-256 186-320 186", 14, kGraphite);
  canvas.ellipse(0, 122, 214, 70, darker(spec.main, 40));
  canvas.ellipse(0, 100, 214, 70, spec.main);
  canvas.ellipse(0, 96, 190, 58, lighter(spec.main, 16));
  canvas.ring(0, 96, 150, 44, 9, spec.accent);
  canvas.ring(0, 96, 110, 32, 5, {spec.accent, 60});
  // A phone floats above it.
  canvas.open("translate(0-62)rotate(-14)");
  canvas.box(-92, -134, 190, 290, 36, 0x14171f);
  canvas.box(-98, -140, 190, 290, 36, darker(spec.accent, 10));
  canvas.box(-86, -128, 166, 266, 26, lighter(spec.accent, 60));
  canvas.circle(-4, 4, 62, {kWhite, 80});
  canvas.shape("M8-40L-34 16H-6L-16 50L28-8H0Z", spec.accent);
  canvas.box(-34, -116, 60, 12, 6, 0x14171f);
  canvas.line("M-40 104H32", 12, {darker(spec.accent, 30), 50});
  canvas.line("M-70-60V-90C-70-104-62-112-48-112", 8, {kWhite, 80});
  canvas.close();
}

void draw_solar_panel(Canvas& canvas, const PictureSpec& spec) {
  canvas.circle(150, -166, 52, 0xffcf4d);
  canvas.line(
      "M150-248V-262M218-200L232-206M92-224L82-234M208-110L218-98M68-166H52M232-150L246-148", 11,
      0xffcf4d);
  canvas.ellipse(6, 184, 220, 24, {kCoolShadow, 14});
  canvas.line("M-150 20L-196 182M150 20L196 182", 14, darker(spec.accent, 40));
  for (const int panel : {-1, 0, 1}) {
    canvas.open_at(panel * 148, panel == 0 ? 6 : 22, panel * 3);
    const std::uint32_t cell = panel == 0 ? lighter(spec.main, 8) : spec.main;
    canvas.box(-72, -114, 144, 260, 16, darker(spec.accent, 30));
    canvas.box(-72, -120, 144, 258, 16, spec.accent);
    canvas.box(-58, -104, 116, 202, 6, cell);
    canvas.shape("M-58-104H20L-58 30Z", {lighter(cell, 34), 60});
    canvas.line("M-20-100V94M20-100V94M-54-54H54M-54-4H54M-54 48H54", 4, {lighter(cell, 60), 70});
    canvas.box(-22, 108, 44, 18, 9, {darker(spec.accent, 50), 70});
    canvas.close();
  }
  canvas.line("M0 146C0 200 70 170 84 200", 11, kGraphite);
  canvas.open("translate(96 212)rotate(120)");
  canvas.box(-9, -22, 18, 26, 5, kSteel);
  canvas.close();
}

void draw_watch(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(8, 214, 120, 18, {kCoolShadow, 14});
  const bool slim = spec.detail == Detail::kSlim;
  const std::uint32_t strap = spec.main;
  const int half = slim ? 52 : 70;
  const std::string h = std::to_string(half);
  canvas.shape("M-" + h + "-90L-" + std::to_string(half - 14) + "-228Q0-244 " +
                   std::to_string(half - 14) + "-228L" + h + "-90Z",
               darker(strap, 14));
  canvas.shape("M-" + h + " 90L-" + std::to_string(half - 14) + " 214Q0 232 " +
                   std::to_string(half - 14) + " 214L" + h + " 90Z",
               strap);
  canvas.line("M0 136H1M0 164H1M0 192H1", 14, darker(strap, 44));
  canvas.line("M-" + std::to_string(half - 24) + "-214H" + std::to_string(half - 24), 8,
              {lighter(strap, 40), 60});
  const std::uint32_t glass = 0x161a24;
  if (slim) {
    canvas.box(-66, -138, 136, 284, 60, darker(strap, 44));
    canvas.box(-68, -142, 136, 280, 62, darker(strap, 20));
    canvas.box(-54, -128, 108, 252, 50, glass);
    canvas.ring(0, -64, 32, 32, 11, {spec.accent, 35});
    canvas.line("M0-96A32 32 0 1 1-30-52", 11, spec.accent);
    canvas.text(0, 28, 33, kSans, "8,420", kWhite);
    canvas.shape("M0 96C-30 76-36 60-24 50C-14 44-4 50 0 58C4 50 14 44 24 50C36 60 30 76 0 96Z",
                 0xf0605e);
    canvas.line("M-40-80C-38-98-28-108-16-112", 8, {kWhite, 55});
    return;
  }
  if (spec.detail == Detail::kRugged) {
    canvas.box(120, -20, 30, 44, 10, darker(kSteel, 30));
    canvas.circle(4, 8, 142, darker(strap, 50));
    canvas.circle(0, 0, 142, kSteel);
    canvas.circle(0, 0, 126, kGraphite);
    canvas.open("rotate(2)");
    canvas.dashes("M-114 0A114 114 0 0 1 114 0A114 114 0 0 1-114 0", 14, "4 26", {kWhite, 85});
    canvas.close();
    canvas.circle(0, 0, 98, glass);
    canvas.shape("M-90 40L-40-24-14 8 26-44 90 40C70 76 40 98 0 98S-70 76-90 40Z", spec.accent);
    canvas.shape("M26-44L90 40C70 76 40 98 0 98C30 60 40 20 26-44Z", darker(spec.accent, 28));
    canvas.circle(-34, -54, 16, 0xffd166);
    canvas.text(0, 78, 44, kSans, "10:09", kWhite);
  } else {
    canvas.box(116, -30, 26, 60, 12, darker(kSteel, 24));
    canvas.box(-126, -140, 256, 290, 74, darker(kSteel, 46));
    canvas.box(-128, -146, 252, 288, 74, kSteel);
    canvas.box(-112, -130, 220, 256, 60, glass);
    canvas.ring(-2, -30, 70, 70, 17, {spec.accent, 30});
    canvas.line("M-2-100A70 70 0 1 1-68-8", 17, spec.accent);
    canvas.ring(-2, -30, 44, 44, 15, {0xffd166, 30});
    canvas.line("M-2-74A44 44 0 0 1 34-6", 15, 0xffd166);
    canvas.text(-2, 96, 50, kSans, "10:09", kWhite);
    canvas.line("M-94-60C-94-92-80-112-56-114", 10, {kWhite, 45});
  }
}

void draw_tracker(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(6, 188, 186, 24, {kCoolShadow, 14});
  canvas.ring(-60, -150, 58, 58, 15, darker(kSteel, 12));
  // A key hangs on the ring behind the tags.
  canvas.open("translate(-96-110)rotate(28)");
  canvas.circle(0, 66, 46, 0xd9a441);
  canvas.circle(0, 54, 16, darker(0xd9a441, 46));
  canvas.box(-16, 100, 32, 150, 6, 0xd9a441);
  canvas.box(12, 176, 24, 18, 3, 0xd9a441);
  canvas.box(12, 210, 30, 20, 3, 0xd9a441);
  canvas.line("M-6 116V236", 6, darker(0xd9a441, 26));
  canvas.close();
  struct Tag {
    int x;
    int y;
    int degrees;
  };
  for (const Tag& tag : {Tag{122, -44, 22}, Tag{26, 46, -8}}) {
    canvas.open_at(tag.x, tag.y, tag.degrees);
    const std::uint32_t body = tag.x > 100 ? mixed(spec.main, spec.accent, 80) : spec.main;
    canvas.box(-106, -112, 220, 240, 74, darker(body, 36));
    canvas.box(-112, -120, 220, 240, 74, body);
    canvas.box(-34, -104, 64, 26, 13, darker(body, 50));
    canvas.circle(-2, 24, 66, lighter(body, 26));
    canvas.circle(-2, 24, 66, {spec.accent, tag.x > 100 ? 0 : 15});
    canvas.line("M-34 14C-16-8 12-8 30 14M-18 34C-10 24 6 24 14 34", 11,
                tag.x > 100 ? kWhite : spec.accent);
    canvas.circle(-2, 54, 9, tag.x > 100 ? kWhite : spec.accent);
    canvas.line("M-92-30V-52C-92-80-80-94-60-98", 11, {kWhite, 65});
    canvas.close();
  }
  canvas.line("M-90-100C-80-70-30-50 10-54", 13, darker(kSteel, 12));
}

}  // namespace tillcast::commerce
