#include "commerce/demo_motifs.h"

namespace tillcast::commerce {

void draw_cup(Canvas& canvas, const PictureSpec& spec) {
  canvas.ellipse(6, 176, 214, 28, {kWarmShadow, 14});
  canvas.ellipse(0, 154, 204, 38, darker(spec.main, 20));
  canvas.ellipse(0, 146, 204, 36, lighter(spec.main, 20));
  canvas.ellipse(0, 146, 130, 20, darker(spec.main, 12));
  canvas.line("M140-10C212-30 220 66 124 72", 30, darker(spec.main, 14));
  canvas.line("M140-14C204-30 210 58 124 64", 20, spec.main);
  canvas.shape("M-158-58C-156 60-110 148-62 152H62C110 148 156 60 158-58Z", spec.main);
  canvas.shape("M40-58H158C156 60 110 148 62 152H10C60 110 70 20 40-58Z",
               {darker(spec.main, 26), 40});
  canvas.line("M-128-6C-118 46-100 88-80 112", 15, {kWhite, 70});
  canvas.ellipse(0, -58, 158, 46, darker(spec.main, 10));
  canvas.ellipse(0, -58, 146, 39, darker(spec.accent, 20));
  canvas.ellipse(0, -52, 138, 33, spec.accent);
  if (spec.detail == Detail::kCream) {
    for (const int at : {0, 1, 2, 3, 4}) {
      constexpr int kX[] = {-64, 8, 70, -30, 40};
      constexpr int kY[] = {-70, -80, -66, -52, -48};
      canvas.open_at(kX[at], kY[at], at * 50);
      canvas.box(-28, -22, 56, 46, 16, 0xeadfe2);
      canvas.box(-28, -24, 56, 40, 16, at % 2 == 0 ? kWhite : 0xfbdfe5);
      canvas.close();
    }
  } else {
    // A poured rosetta: leaves of milk, open to the front.
    canvas.shape("M0-26C-90-30-112-62-70-74C-50-84-20-78 0-66C20-78 50-84 70-74C112-62 90-30 0-26Z",
                 0xfbf1e0);
    canvas.line(
        "M0-30V-66M-60-48C-36-40-16-40 0-48C16-40 36-40 60-48M-54-62C-32-56-14-56 0-62"
        "C14-56 32-56 54-62",
        6, {spec.accent, 85});
  }
  canvas.line(
      "M-56-128C-80-160-32-176-56-212M4-124C-22-162 30-182 4-226M64-128C40-160 88-176 64-212", 14,
      {kWhite, 85});
}

void draw_glass(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 204, 116, kWarmShadow);
  canvas.line("M26-60L92-224L136-236", 17, spec.detail == Detail::kHerbs ? 0x3f8f86 : 0xe2566a);
  canvas.line("M26-60L92-224L136-236", 5, {kWhite, 60});
  canvas.shape("M-128-130H128L100 186Q96 204 78 204H-78Q-96 204-100 186Z", {0xe3eef4, 85});
  canvas.shape("M-118-76H118L94 180Q92 192 76 192H-76Q-92 192-94 180Z", spec.accent);
  canvas.shape("M-112-20C-70-34-50 4-10-12S70-30 112-16L94 180Q92 192 76 192H-76Q-92 192-94 180Z",
               mixed(spec.main, spec.accent, 45));
  canvas.shape("M-108 26C-60 8-40 52 0 36S70 20 108 34L94 180Q92 192 76 192H-76Q-92 192-94 180Z",
               spec.main);
  canvas.ellipse(0, -76, 118, 19, lighter(spec.accent, 30));
  struct Cube {
    int x;
    int y;
    int degrees;
  };
  for (const Cube& cube : {Cube{-52, -70, 14}, Cube{46, -58, -18}, Cube{-8, -12, 34}}) {
    canvas.open_at(cube.x, cube.y, cube.degrees);
    canvas.box(-34, -34, 68, 68, 14, {kWhite, 45});
    canvas.line("M-20 14V-20H14", 6, {kWhite, 80});
    canvas.close();
  }
  canvas.shape("M48-130H128L100 186Q96 204 78 204H40Z", {0x6f8aa0, 14});
  canvas.line("M-100-92L-84 140", 12, {kWhite, 75});
  canvas.ring(0, -130, 128, 20, 7, {kWhite, 90});
  if (spec.detail == Detail::kHerbs) {
    canvas.shape("M-40-92C-92-104-110-144-92-184C-50-172-28-136-40-92Z", kLeaf);
    canvas.shape("M-36-92C-44-134-20-168 16-180C28-140 8-106-36-92Z", lighter(kLeaf, 16));
    canvas.line("M-42-100C-58-128-74-150-84-166M-34-100C-22-128-6-150 6-164", 5, darker(kLeaf, 26));
  } else {
    canvas.open_at(-112, -132, -14);
    canvas.circle(0, 0, 62, 0xf6c53d);
    canvas.circle(0, 0, 52, 0xfff2c0);
    canvas.circle(0, 0, 46, 0xf9d45c);
    canvas.line("M0-44V44M-38-22L38 22M-38 22L38-22", 6, 0xfff2c0);
    canvas.close();
  }
}

void draw_jar(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 196, 142, kWarmShadow);
  canvas.shape(
      "M-112-108H112C148-96 152-70 152-40V150Q152 196 106 196H-106Q-152 196-152 150V-40"
      "C-152-70-148-96-112-108Z",
      {0xe6eef2, 90});
  canvas.shape(
      "M-108-74H108C134-66 138-50 138-28V146Q138 182 102 182H-102Q-138 182-138 146V-28"
      "C-138-50-134-66-108-74Z",
      spec.main);
  canvas.shape("M50-74H108C134-66 138-50 138-28V146Q138 182 102 182H40C90 150 90-20 50-74Z",
               {darker(spec.main, 34), 45});
  canvas.line("M-122-30V130", 13, {kWhite, 60});
  // A cloth over the lid, tied with string.
  canvas.shape(
      "M-126-178C-80-198 80-198 126-178L134-122C150-106 156-96 160-84C130-92 120-72 94-84"
      "C70-94 60-72 32-80C4-90-10-70-36-80C-62-90-74-72-98-84C-120-92-134-78-160-84"
      "C-156-98-148-108-134-122Z",
      spec.accent);
  canvas.dashes("M-126-166C-60-182 60-182 126-166M-134-142C-60-156 60-156 134-142", 12, "16 16",
                {kWhite, 50});
  canvas.dashes("M-136-104C-60-96 60-96 136-104", 10, "14 14", {kWhite, 45});
  canvas.line("M-134-122C-60-132 60-132 134-122", 9, 0xe9d7b4);
  canvas.line("M12-126C-6-108-20-98-30-80M12-126C22-108 34-100 46-86", 6, 0xe9d7b4);
  canvas.box(-92, -24, 184, 148, 18, 0xfffaf0);
  canvas.box(-80, -12, 160, 124, 12, {mixed(0xfffaf0, spec.accent, 16), 100});
  if (spec.detail == Detail::kBerries) {
    canvas.open("translate(0 40)scale(1.3)");
    draw_strawberry(canvas, 0, 0, 10, 0xd83a4c);
    canvas.close();
  } else {
    canvas.shape("M0-6C24 26 40 44 40 64C40 92 20 104 0 104S-40 92-40 64C-40 44-24 26 0-6Z",
                 spec.main);
    canvas.shape("M40 64C40 92 20 104 0 104C24 90 30 60 20 24C32 40 40 52 40 64Z",
                 darker(spec.main, 24));
    canvas.line("M-20 66C-20 56-14 46-8 38", 9, {kWhite, 75});
  }
}

void draw_bag(Canvas& canvas, const PictureSpec& spec) {
  draw_ground(canvas, 200, 168, kWarmShadow);
  canvas.shape("M-122-196H122L132-140 150 178Q150 200 126 200H-126Q-150 200-150 178L-132-140Z",
               spec.main);
  canvas.shape("M56-196H122L132-140 150 178Q150 200 126 200H96Z", {darker(spec.main, 34), 45});
  canvas.shape("M-122-196H122L128-160H-128Z", darker(spec.main, 20));
  canvas.line("M-132-140H132", 7, {darker(spec.main, 30), 70});
  canvas.dashes("M-118-178H118", 6, "10 8", {kWhite, 55});
  canvas.line("M-118-110L-130 150", 11, {lighter(spec.main, 40), 70});
  canvas.box(-96, -96, 192, 196, 22, spec.accent);
  canvas.box(-84, -84, 168, 172, 16, lighter(spec.accent, 12));
  const std::uint32_t bean = 0x5a3826;
  if (spec.detail == Detail::kNuts) {
    // A bowl of granola.
    canvas.grains({0, -16, 70, 30}, 22, {12, 14}, 0xd9a050, 3);
    canvas.grains({0, -20, 66, 28}, 10, {10, 13}, 0x8a5227, 6);
    canvas.grains({0, -22, 66, 24}, 8, {5, 13}, 0xb8354a, 11);
    canvas.shape("M-76-8H76C74 44 40 66 0 66S-74 44-76-8Z", 0x44647a);
    canvas.line("M-54 12C-48 32-34 44-20 50", 8, {kWhite, 55});
    canvas.grains({-140, 186, 60, 14}, 8, {13, 14}, 0xd9a050, 13);
    canvas.grains({140, 190, 60, 10}, 7, {12, 14}, 0x8a5227, 15);
  } else {
    for (const int at : {0, 1, 2, 3, 4, 5}) {
      constexpr int kX[] = {-30, 34, 2, -186, -140, 176};
      constexpr int kY[] = {-24, -14, 46, 184, 196, 190};
      canvas.open_at(kX[at], kY[at], 34 + at * 47);
      canvas.ellipse(0, 0, at < 3 ? 30 : 24, at < 3 ? 42 : 33, bean);
      canvas.line(at < 3 ? "M-4-38C16-14-16 14 4 38" : "M-3-28C12-10-12 10 3 28", 6, 0xc8986a);
      canvas.close();
    }
  }
}

}  // namespace tillcast::commerce
