#include <string>

#include "commerce/demo_motifs.h"

namespace tillcast::commerce {

void draw_headphones(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 196, 190, kCoolShadow);
  canvas.line("M-158 60C-172-90-120-184 0-184S172-90 158 60", 40, darker(spec.main, 16));
  canvas.line("M-154 40C-164-90-114-178 0-178S164-90 154 40", 24, spec.main);
  canvas.line("M-84-154C-60-168-30-174 0-174S60-168 84-154", 30, spec.accent);
  canvas.line("M-76-160C-50-172-28-178-6-178", 8, {kWhite, 45});
  for (const int side : {-1, 1}) {
    canvas.open(side < 0 ? "scale(-1 1)" : "scale(1 1)");
    canvas.line("M156 10V60", 18, kSteel);
    canvas.box(70, 6, 74, 176, 36, kGraphite);
    canvas.box(82, 16, 44, 156, 22, 0x434a58);
    canvas.box(118, 0, 92, 188, 44, darker(spec.main, 18));
    canvas.box(126, 0, 84, 188, 42, spec.main);
    canvas.shape("M172 0C196 4 210 22 210 46V142C210 168 196 184 172 188C190 150 190 40 172 0Z",
                 darker(spec.main, 24));
    canvas.ring(166, 94, 24, 52, 8, spec.accent);
    canvas.close();
  }
  canvas.line("M-196 40C-194 26-186 18-176 16M140 30C144 20 150 16 158 16", 10, {kWhite, 60});
  if (spec.detail == Detail::kStripes) {
    // The studio pair has a cable.
    canvas.line("M-168 188C-168 236-96 226-60 206S10 180 36 206S96 236 130 214", 10, kGraphite);
    canvas.box(124, 204, 40, 18, 7, spec.accent);
    canvas.box(160, 208, 24, 10, 4, kSteel);
  }
}

void draw_earbuds(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 190, 168, kCoolShadow);
  // The open case: its lid stands behind the two buds.
  canvas.box(-152, -74, 304, 150, 62, darker(spec.main, 26));
  canvas.box(-130, -56, 260, 120, 48, darker(spec.main, 42));
  for (const int side : {-1, 1}) {
    canvas.open(side < 0 ? "translate(-84-84)scale(-1 1)rotate(8)" : "translate(84-84)rotate(8)");
    canvas.box(-2, -18, 36, 152, 18, darker(spec.main, 12));
    canvas.box(-2, -18, 22, 152, 11, lighter(spec.main, 12));
    canvas.ellipse(-10, -34, 56, 52, darker(spec.main, 18));
    canvas.ellipse(-6, -40, 56, 50, lighter(spec.main, 8));
    canvas.shape("M-50-66C-84-64-88-6-50-8C-38-26-38-48-50-66Z", kGraphite);
    canvas.shape("M-58-58C-78-54-80-18-58-18C-48-30-48-46-58-58Z", 0x4b5362);
    canvas.box(8, 4, 10, 44, 5, spec.accent);
    canvas.line("M2-74C18-74 30-64 36-50", 9, {kWhite, 75});
    canvas.close();
  }
  canvas.shape(
      "M-166 36C-166 28-160 22-152 22H152C160 22 166 28 166 36V96C166 156 128 192 72 192H-72"
      "C-128 192-166 156-166 96Z",
      spec.main);
  canvas.shape("M80 22H152C160 22 166 28 166 36V96C166 156 128 192 72 192H40C110 160 120 80 80 22Z",
               {darker(spec.main, 30), 50});
  canvas.shape("M-160 26H160V44H-160Z", {darker(spec.main, 40), 30});
  canvas.line("M-140 70C-140 120-120 150-92 164", 13, {kWhite, 70});
  canvas.circle(0, 84, 9, spec.accent);
}

void draw_speaker(Canvas& canvas, const PictureSpec& spec) {
  if (spec.detail == Detail::kDual) {
    // A bookshelf box with two drivers.
    draw_ground(canvas, 206, 140, kCoolShadow);
    canvas.box(-132, -212, 272, 416, 26, darker(spec.main, 36));
    canvas.box(-140, -212, 252, 416, 24, spec.main);
    canvas.box(-122, -194, 216, 380, 14, kGraphite);
    struct Driver {
      int y;
      int radius;
    };
    for (const Driver& driver : {Driver{-122, 48}, Driver{50, 92}}) {
      canvas.circle(-14, driver.y, driver.radius, 0x535b6b);
      canvas.circle(-14, driver.y, driver.radius * 86 / 100, 0x1b1f28);
      canvas.circle(-14, driver.y, driver.radius * 70 / 100, spec.accent);
      canvas.circle(-14, driver.y + 3, driver.radius * 34 / 100, darker(spec.accent, 40));
      canvas.circle(-20, driver.y - 5, driver.radius * 18 / 100, {kWhite, 40});
    }
    canvas.circle(70, 164, 7, kGreenLight);
    canvas.line("M-128-180V-60", 8, {kWhite, 30});
    return;
  }
  draw_ground(canvas, 204, 128, kCoolShadow);
  canvas.box(-120, -196, 240, 400, 70, spec.main);
  canvas.shape("M30-196H50Q120-196 120-126V134Q120 204 50 204H20C90 150 90-140 30-196Z",
               {darker(spec.main, 36), 50});
  canvas.ellipse(0, -158, 112, 36, darker(spec.main, 30));
  canvas.ellipse(0, -162, 100, 28, darker(spec.main, 46));
  canvas.line("M-40-162H-16M-28-174V-150M20-162H44", 8, {kWhite, 80});
  // Woven cloth: short dashes in rows, each row shifted by half a stitch.
  for (int row = 0; row < 9; ++row) {
    const std::string y = std::to_string(-96 + row * 27);
    canvas.dashes("M" + std::to_string(row % 2 == 0 ? -104 : -92) + ' ' + y + "H106", 8, "12 12",
                  {lighter(spec.main, 30), 50});
  }
  canvas.box(-120, 150, 240, 16, 0, spec.accent);
  canvas.line("M122-110C170-130 172-40 124-50", 15, spec.accent);
  canvas.box(-52, -22, 104, 60, 16, darker(spec.main, 40));
  canvas.line("M-24 8V8M-6-4V20M12-10V26M30 2V14", 8, spec.accent);
  canvas.line("M-100-110V120", 10, {kWhite, 35});
}

void draw_microphone(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 202, 130, kCoolShadow);
  canvas.ellipse(0, 192, 112, 24, darker(kGraphite, 20));
  canvas.ellipse(0, 184, 112, 24, 0x454c5a);
  canvas.box(-12, 96, 24, 90, 4, kSteel);
  canvas.line("M-112-50V10C-112 74-64 108 0 108S112 74 112 10V-50", 22, darker(spec.main, 34));
  canvas.circle(-112, -40, 20, spec.accent);
  canvas.circle(112, -40, 20, spec.accent);
  canvas.box(-82, -212, 164, 280, 82, spec.main);
  canvas.shape("M10-210C60-206 82-172 82-130V-14C82 34 54 66 10 68C64 20 64-160 10-210Z",
               {darker(spec.main, 34), 55});
  canvas.shape("M-82-72V-130C-82-182-44-212 0-212S82-182 82-130V-72Z", kSteel);
  for (const int y : {-184, -160, -136, -112, -90}) {
    canvas.dashes("M-70 " + std::to_string(y) + "H72", 12, "12 8", {0x6d7686, 90});
  }
  canvas.box(-86, -80, 172, 18, 6, spec.accent);
  canvas.circle(0, -16, 26, darker(spec.main, 40));
  canvas.circle(0, -18, 20, lighter(spec.main, 12));
  canvas.line("M0-18V-32", 5, spec.accent);
  canvas.circle(0, 36, 7, kGreenLight);
  canvas.line("M-58-150C-56-176-44-190-30-196", 10, {kWhite, 75});
}

void draw_radio(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 158, 226, kCoolShadow);
  canvas.line("M150-100L206-226", 9, kSteel);
  canvas.circle(206, -226, 11, spec.accent);
  canvas.line("M-110-104C-108-164 60-164 62-104", 20, darker(spec.main, 34));
  canvas.box(-214, -106, 428, 254, 44, darker(spec.main, 32));
  canvas.box(-214, -112, 428, 248, 44, spec.main);
  canvas.box(-190, -88, 226, 200, 26, lighter(spec.accent, 66));
  for (int row = 0; row < 7; ++row) {
    canvas.dashes("M-168 " + std::to_string(-64 + row * 26) + "H22", 11, "11 13",
                  darker(mixed(spec.accent, spec.main, 40), 20));
  }
  canvas.box(62, -84, 128, 62, 14, kGraphite);
  canvas.dashes("M76-44H178", 16, "3 9", {kWhite, 80});
  canvas.line("M138-74V-34", 5, spec.accent);
  canvas.circle(126, 50, 58, darker(spec.main, 40));
  canvas.circle(126, 46, 52, lighter(spec.accent, 70));
  canvas.circle(126, 46, 38, spec.accent);
  canvas.line("M126 46L148 22", 9, kWhite);
  canvas.line("M-194-60C-194-84-182-96-160-96H-90", 9, {kWhite, 55});
  canvas.box(-160, 130, 52, 18, 6, darker(spec.main, 56));
  canvas.box(108, 130, 52, 18, 6, darker(spec.main, 56));
}

void draw_keyboard(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(6, 130, 232, 28, {kCoolShadow, 12});
  const bool slim = spec.detail == Detail::kSlim;
  canvas.open(slim ? "rotate(-10)" : "rotate(-8)");
  canvas.box(-228, -86, 456, slim ? 194 : 212, 28, darker(spec.main, 38));
  canvas.box(-228, -98, 456, 198, 28, spec.main);
  if (!slim) {
    canvas.box(-214, -86, 428, 172, 16, darker(spec.main, 30));
    canvas.line("M-160-98C-170-150-220-140-214-196S-150-210-140-230", 10, darker(spec.accent, 12));
  }
  const std::uint32_t key = slim ? lighter(spec.main, 70) : lighter(spec.main, 22);
  // A row of keys is one dashed line; a darker one below it gives the keys their height.
  for (const int layer : {0, 1}) {
    const Ink ink = layer == 0 ? Ink{darker(key, 34)} : Ink{key};
    const int lift = layer == 0 ? (slim ? 3 : 7) : 0;
    for (int row = 0; row < 4; ++row) {
      const std::string y = std::to_string(-62 + row * 36 + lift);
      canvas.dashes("M-204 " + y + "H204", 28, "28 6", ink);
    }
    canvas.dashes("M-204 " + std::to_string(78 + lift) + "H204", 24, "40 6 40 6 190 6 40 6 40 6 40",
                  ink);
  }
  canvas.dashes("M-204-62H-176", 28, "28 6", spec.accent);
  canvas.dashes("M136 10H204", 28, "96", spec.accent);
  canvas.dashes("M-112 78H78", 24, "190", slim ? Ink{key} : Ink{mixed(spec.accent, key, 45)});
  canvas.line("M-204-90H-60", 5, {kWhite, 50});
  canvas.close();
}

void draw_mouse(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(10, 190, 142, 24, {kCoolShadow, 14});
  const bool slim = spec.detail == Detail::kSlim;
  canvas.open(slim ? "rotate(8)" : "rotate(-6)");
  if (slim) {
    canvas.box(-110, -190, 224, 388, 110, darker(spec.main, 34));
    canvas.box(-112, -196, 220, 384, 110, spec.main);
    canvas.shape("M40-186C90-170 108-130 108-86V78C108 140 64 188 0 188C90 130 96-110 40-186Z",
                 {darker(spec.main, 26), 60});
  } else {
    // A hand rests on the high side, the thumb in the hollow.
    canvas.shape(
        "M-20-196C90-200 132-110 130 10C128 130 80 196-10 196C-110 196-140 120-130 40"
        "C-124 0-96-20-100-66C-104-130-90-192-20-196Z",
        darker(spec.main, 34));
    canvas.shape(
        "M-20-204C90-208 128-118 126 2C124 122 78 186-10 186C-110 186-140 112-128 32"
        "C-122-8-96-28-100-74C-104-138-90-200-20-204Z",
        spec.main);
    canvas.shape("M-128 32C-122-8-96-28-100-74C-84-20-70 30-84 110C-92 140-118 90-128 32Z",
                 spec.accent);
    canvas.shape("M60-186C112-150 128-80 126 2C124 122 78 186-10 186C90 120 120-60 60-186Z",
                 {darker(spec.main, 26), 60});
    canvas.line("M-94 20L-88 66", 9, {kWhite, 60});
  }
  const std::uint32_t groove = darker(spec.main, 34);
  canvas.line(
      slim ? "M0-194V-150M0-70V-30M-110-30H106" : "M4-202V-160M6-74V-40M-96-38C-30-30 60-30 124-40",
      6, groove);
  canvas.box(-20, -150, 42, 84, 21, groove);
  canvas.box(-12, -142, 26, 68, 13, spec.accent);
  canvas.line("M-10-122H12M-10-108H12M-10-94H12", 4, {darker(spec.accent, 40), 80});
  canvas.line(slim ? "M-84-90C-82-136-62-162-40-172" : "M-76-110C-74-150-58-172-34-178", 12,
              {kWhite, 65});
  canvas.circle(0, slim ? 130 : 126, 11, {spec.accent, 90});
  canvas.close();
}

void draw_phone_stand(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 198, 176, kCoolShadow);
  canvas.shape("M-20 20H64L150 186H60Z", darker(spec.main, 34));
  canvas.box(-146, 168, 306, 30, 14, darker(spec.main, 22));
  canvas.box(-146, 162, 306, 24, 12, spec.main);
  canvas.open("rotate(-9)");
  canvas.box(-112, -214, 216, 356, 34, 0x14171f);
  canvas.box(-118, -218, 216, 356, 34, kGraphite);
  canvas.box(-106, -206, 192, 332, 24, lighter(spec.accent, 62));
  // A call for attention on the screen: clock, weather and two cards.
  canvas.circle(-50, -132, 40, spec.accent);
  canvas.circle(-62, -142, 12, {kWhite, 50});
  canvas.line("M14-152H62M14-124H46", 13, {darker(spec.accent, 30), 80});
  canvas.box(-88, -68, 156, 70, 16, kWhite);
  canvas.box(-88, 18, 156, 70, 16, kWhite);
  canvas.circle(-58, -33, 18, mixed(spec.accent, 0xffd166, 70));
  canvas.circle(-58, 53, 18, mixed(spec.accent, 0x4fb3bf, 70));
  canvas.line("M-26-42H44M-26-22H20M-26 44H44M-26 64H10", 9, 0xcdd3de);
  canvas.box(-40, -200, 60, 12, 6, kGraphite);
  canvas.line("M-132 104C-134 152-128 158-90 158H64", 26, spec.main);
  canvas.line("M-132 104C-134 142-130 150-110 154", 9, {lighter(spec.main, 55), 80});
  canvas.close();
  if (spec.detail == Detail::kStripes) {
    canvas.line("M-120 172C-60 166-10 180 50 172M80 178C100 172 120 176 144 174", 4,
                {darker(spec.main, 34), 80});
  }
}

void draw_lamp(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 202, 196, kCoolShadow);
  const bool clip = spec.detail == Detail::kSlim;
  canvas.shape(clip ? "M70-96L-6-152L-206 176H120Z" : "M78-88L-22-168L-214 196H110Z",
               {0xffe08a, 45});
  if (clip) {
    // The clip sits on a book.
    canvas.box(-206, 168, 330, 34, 6, darker(spec.accent, 26));
    canvas.box(-206, 130, 330, 42, 8, spec.accent);
    canvas.box(-194, 166, 318, 26, 4, 0xfbf6ea);
    canvas.line("M-186 150H-60", 6, {kWhite, 50});
    canvas.line("M150 130C230 60 190-60 60-150", 20, darker(spec.main, 24));
    canvas.line("M148 126C222 60 182-60 58-152", 8, {lighter(spec.main, 40), 80});
    canvas.box(96, 108, 84, 44, 16, spec.main);
    canvas.box(96, 158, 84, 48, 16, darker(spec.main, 22));
    canvas.circle(160, 156, 14, kSteel);
  } else {
    canvas.ellipse(110, 194, 104, 20, darker(spec.main, 36));
    canvas.ellipse(110, 186, 104, 20, spec.main);
    canvas.line("M112 182L180 6", 20, darker(spec.main, 22));
    canvas.line("M180 6L50-140", 20, darker(spec.main, 22));
    canvas.line("M110 178L176 8M176 2L54-134", 7, {lighter(spec.main, 45), 80});
    canvas.circle(180, 6, 24, kSteel);
    canvas.circle(180, 6, 12, darker(kSteel, 40));
  }
  canvas.open(clip ? "translate(32-126)rotate(36)" : "translate(28-130)rotate(38)");
  canvas.ellipse(0, 30, 96, 26, 0xfff3c4);
  canvas.circle(0, 34, 34, 0xffd95e);
  canvas.shape("M-100 30C-96-40-50-78 0-78S96-40 100 30C60 6-60 6-100 30Z", spec.main);
  canvas.shape("M100 30C96-40 50-78 0-78C50-50 60 0 52 14C70 18 86 22 100 30Z",
               {darker(spec.main, 30), 55});
  canvas.box(-22, -96, 44, 30, 10, clip ? kSteel : spec.accent);
  canvas.line("M-74-4C-64-34-44-50-24-56", 11, {kWhite, 65});
  canvas.close();
}

void draw_webcam(Canvas& canvas, const PictureSpec& spec) {
  // It sits on the edge of a monitor.
  canvas.box(-250, 78, 500, 270, 22, 0x20242e);
  canvas.box(-234, 94, 468, 270, 10, lighter(spec.accent, 58));
  canvas.line("M-200 132H-60M-200 166H-110", 12, {kWhite, 80});
  canvas.box(90, 122, 110, 80, 12, {kWhite, 70});
  canvas.line("M-200 200H-160M-130 200H30", 12, {kWhite, 55});
  canvas.box(-54, 40, 108, 60, 18, darker(spec.main, 44));
  canvas.box(-190, -122, 380, 176, 88, darker(spec.main, 34));
  canvas.box(-190, -130, 380, 172, 86, spec.main);
  canvas.shape("M60-130H104C152-130 190-92 190-44S152 42 104 42H40C120 10 120-90 60-130Z",
               {darker(spec.main, 30), 45});
  canvas.circle(0, -44, 76, 0x14171f);
  canvas.circle(0, -44, 62, 0x363d4c);
  canvas.circle(0, -44, 44, spec.accent);
  canvas.circle(0, -44, 26, 0x14171f);
  canvas.circle(-20, -64, 13, {kWhite, 80});
  canvas.circle(16, -26, 6, {kWhite, 50});
  canvas.circle(130, -44, 10, kGreenLight);
  canvas.dashes("M-148-66H-108M-148-44H-108M-148-22H-108", 9, "9 7", darker(spec.main, 40));
  canvas.line("M-150-98C-136-110-120-114-100-114H-50", 9, {kWhite, 60});
}

void draw_drive(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(10, 178, 170, 24, {kCoolShadow, 14});
  canvas.line("M90 150C170 230 240 120 200 40S170-120 214-170", 16, kGraphite);
  canvas.open("translate(214-176)rotate(20)");
  draw_usb_plug(canvas, kGraphite);
  canvas.close();
  canvas.open("translate(-36 0)rotate(14)");
  canvas.box(-124, -166, 264, 350, 44, darker(spec.main, 40));
  canvas.box(-132, -176, 262, 350, 44, spec.main);
  canvas.shape("M40-176H86Q130-176 130-132V130Q130 174 86 174H10C100 110 110-100 40-176Z",
               {darker(spec.main, 30), 40});
  canvas.line("M-60-150L110 20M-100-130L110 80M-112-82L100 130M-112-22L68 158", 9,
              {lighter(spec.main, 22), 55});
  canvas.box(-132, 60, 262, 54, 0, spec.accent);
  canvas.text(0, 100, 38, kSans, "1 TB", kWhite);
  canvas.circle(92, -138, 9, kGreenLight);
  canvas.line("M-110-80V-120C-110-140-98-152-78-152H-20", 11, {kWhite, 60});
  canvas.close();
}

void draw_flash_drive(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(0, 176, 176, 22, {kCoolShadow, 14});
  canvas.open("rotate(38)");
  canvas.box(-46, -214, 92, 120, 10, kSteel);
  canvas.box(14, -214, 32, 120, 8, darker(kSteel, 20));
  canvas.box(-26, -190, 20, 28, 3, 0x6d7686);
  canvas.box(8, -190, 20, 28, 3, 0x6d7686);
  canvas.box(-70, -108, 140, 300, 44, darker(spec.main, 34));
  canvas.box(-74, -112, 136, 300, 44, spec.main);
  canvas.shape("M10-112H18Q62-112 62-68V144Q62 188 18 188H-10C50 120 50-60 10-112Z",
               {darker(spec.main, 26), 50});
  canvas.box(-74, -30, 136, 92, 0, spec.accent);
  canvas.line("M-8 44V-14M-8 26L-34 10V-4M-8 32L18 18V2M-20-4L-8-18 4-4", 7, kWhite);
  canvas.ring(-6, 142, 26, 26, 12, kSteel);
  canvas.line("M-54-60V-70C-54-86-44-92-30-92", 10, {kWhite, 70});
  canvas.close();
  canvas.line("M-92 124C-150 120-190 160-160 190S-60 190-30 206", 9, spec.accent);
}

void draw_hub(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(10, 128, 220, 26, {kCoolShadow, 14});
  canvas.line("M-170-40C-240-40-240-170-150-170S-40-150 10-190", 18, kGraphite);
  canvas.open("translate(50-212)rotate(62)");
  draw_usb_plug(canvas, spec.main);
  canvas.close();
  canvas.shape("M-186-70H150C168-70 176-64 184-52L214 6H-214C-208-30-206-70-186-70Z",
               lighter(spec.main, 18));
  canvas.shape("M-150-48H140L156-16H-166Z", {lighter(spec.main, 40), 70});
  canvas.box(-218, -4, 436, 122, 26, darker(spec.main, 34));
  canvas.box(-218, -8, 436, 118, 26, spec.main);
  // The front: two USB-A, one HDMI, one USB-C, one card slot.
  for (const int x : {-190, -112}) {
    canvas.box(x, 28, 64, 46, 6, kSteel);
    canvas.box(x + 7, 34, 50, 34, 3, kGraphite);
    canvas.box(x + 7, 36, 50, 12, 2, spec.accent);
  }
  canvas.shape("M-30 28H48V56L36 74H-18L-30 56Z", kSteel);
  canvas.shape("M-23 35H41V54L32 67H-14L-23 54Z", kGraphite);
  canvas.box(68, 38, 54, 26, 13, kSteel);
  canvas.box(74, 44, 42, 14, 7, kGraphite);
  canvas.box(140, 46, 58, 12, 4, kGraphite);
  canvas.circle(190, 16, 7, kGreenLight);
  canvas.line("M-196 8H-60", 6, {kWhite, 55});
}

void draw_router(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 198, 150, kCoolShadow);
  canvas.line("M-92-150C-40-204 40-204 92-150M-136-186C-66-262 66-262 136-186", 15,
              {spec.accent, 85});
  canvas.line("M-48-112C-20-140 20-140 48-112", 15, {spec.accent, 85});
  canvas.shape(
      "M-124-46C-124-84-70-104 0-104S124-84 124-46L142 150C142 184 76 204 0 204S-142 184-142 "
      "150Z",
      spec.main);
  canvas.shape("M30-103C86-98 124-78 124-46L142 150C142 180 90 200 28 203C100 130 90-50 30-103Z",
               {darker(spec.main, 28), 55});
  canvas.ellipse(0, -52, 112, 40, darker(spec.main, 12));
  canvas.ellipse(0, -56, 98, 31, lighter(spec.main, 30));
  canvas.dashes("M-60-56H64", 30, "8 10", {darker(spec.main, 34), 60});
  canvas.shape("M-140 134C-100 172 100 172 140 134L142 150C142 184 76 204 0 204S-142 184-142 150Z",
               darker(spec.main, 30));
  canvas.line("M-132 116C-90 150 90 150 132 116", 9, spec.accent);
  canvas.circle(0, 60, 13, spec.accent);
  canvas.line("M-104-20L-114 96", 12, {kWhite, 70});
}

void draw_controller(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 158, 206, kCoolShadow);
  constexpr std::string_view kBody =
      "M-120-96C-60-112-40-84 0-84S60-112 120-96C196-76 236 60 216 122C196 168 146 150 116 106"
      "C98 80 70 66 0 66S-98 80-116 106C-146 150-196 168-216 122C-236 60-196-76-120-96Z";
  canvas.box(-152, -128, 96, 60, 26, darker(spec.main, 44));
  canvas.box(56, -128, 96, 60, 26, darker(spec.main, 44));
  canvas.open("translate(0 10)");
  canvas.shape(kBody, darker(spec.main, 36));
  canvas.close();
  canvas.shape(kBody, spec.main);
  canvas.shape("M120-96C196-76 236 60 216 122C208 144 190 150 172 146C206 100 180-40 120-96Z",
               {darker(spec.main, 26), 60});
  canvas.line("M-122-28V28M-150 0H-94", 26, darker(spec.main, 52));
  canvas.circle(122, -34, 16, 0xf2b632);
  canvas.circle(122, 34, 16, 0x4fb38a);
  canvas.circle(88, 0, 16, 0x4f8fd0);
  canvas.circle(156, 0, 16, 0xe0574f);
  for (const int x : {-56, 52}) {
    canvas.circle(x, 48, 34, darker(spec.main, 50));
    canvas.circle(x, 42, 27, spec.accent);
    canvas.circle(x, 42, 15, darker(spec.accent, 22));
  }
  canvas.box(-34, -56, 68, 40, 12, darker(spec.main, 40));
  canvas.line("M-50-36H-50M50-36H50", 12, darker(spec.main, 40));
  canvas.line("M-186 14C-184-36-164-70-126-78", 12, {kWhite, 55});
}

}  // namespace tillcast::commerce
