#include "commerce/demo_pictures.h"

#include <array>
#include <string_view>

#include "commerce/demo_motifs.h"

namespace tillcast::commerce {
namespace {

struct Drawing {
  Motif motif;
  void (*draw)(Canvas&, const PictureSpec&);
};

constexpr std::array kDrawings = {
    Drawing{Motif::kBoule, draw_boule},
    Drawing{Motif::kTinLoaf, draw_tin_loaf},
    Drawing{Motif::kBaguette, draw_baguette},
    Drawing{Motif::kFocaccia, draw_focaccia},
    Drawing{Motif::kPretzel, draw_pretzel},
    Drawing{Motif::kRoll, draw_roll},
    Drawing{Motif::kRing, draw_ring},
    Drawing{Motif::kCroissant, draw_croissant},
    Drawing{Motif::kSwirl, draw_swirl},
    Drawing{Motif::kDanish, draw_danish},
    Drawing{Motif::kLayerCake, draw_layer_cake},
    Drawing{Motif::kCakeSlice, draw_cake_slice},
    Drawing{Motif::kCupcake, draw_cupcake},
    Drawing{Motif::kMuffin, draw_muffin},
    Drawing{Motif::kTart, draw_tart},
    Drawing{Motif::kPie, draw_pie},
    Drawing{Motif::kCookie, draw_cookie},
    Drawing{Motif::kMacaron, draw_macaron},
    Drawing{Motif::kBrownie, draw_brownie},
    Drawing{Motif::kCup, draw_cup},
    Drawing{Motif::kGlass, draw_glass},
    Drawing{Motif::kJar, draw_jar},
    Drawing{Motif::kBag, draw_bag},
    Drawing{Motif::kHeadphones, draw_headphones},
    Drawing{Motif::kEarbuds, draw_earbuds},
    Drawing{Motif::kSpeaker, draw_speaker},
    Drawing{Motif::kMicrophone, draw_microphone},
    Drawing{Motif::kRadio, draw_radio},
    Drawing{Motif::kKeyboard, draw_keyboard},
    Drawing{Motif::kMouse, draw_mouse},
    Drawing{Motif::kPhoneStand, draw_phone_stand},
    Drawing{Motif::kLamp, draw_lamp},
    Drawing{Motif::kWebcam, draw_webcam},
    Drawing{Motif::kPowerBank, draw_power_bank},
    Drawing{Motif::kCharger, draw_charger},
    Drawing{Motif::kCable, draw_cable},
    Drawing{Motif::kChargingPad, draw_charging_pad},
    Drawing{Motif::kSolarPanel, draw_solar_panel},
    Drawing{Motif::kWatch, draw_watch},
    Drawing{Motif::kTracker, draw_tracker},
    Drawing{Motif::kCamera, draw_camera},
    Drawing{Motif::kDrone, draw_drone},
    Drawing{Motif::kTripod, draw_tripod},
    Drawing{Motif::kBulb, draw_bulb},
    Drawing{Motif::kPlug, draw_plug},
    Drawing{Motif::kThermostat, draw_thermostat},
    Drawing{Motif::kAirMonitor, draw_air_monitor},
    Drawing{Motif::kAlarmClock, draw_alarm_clock},
    Drawing{Motif::kDoorbell, draw_doorbell},
    Drawing{Motif::kDrive, draw_drive},
    Drawing{Motif::kFlashDrive, draw_flash_drive},
    Drawing{Motif::kHub, draw_hub},
    Drawing{Motif::kRouter, draw_router},
    Drawing{Motif::kController, draw_controller},
};

/// A motif's number is the place of its drawing.
constexpr bool in_order() {
  for (std::size_t at = 0; at < kDrawings.size(); ++at) {
    if (kDrawings[at].motif != static_cast<Motif>(at)) return false;
  }
  return kDrawings.size() == static_cast<std::size_t>(Motif::kController) + 1;
}
static_assert(in_order());

constexpr std::string_view kSerif = "Georgia, 'Times New Roman', serif";

void draw_motif(Canvas& canvas, const PictureSpec& spec) {
  kDrawings.at(static_cast<std::size_t>(spec.motif)).draw(canvas, spec);
}

/// A large quiet shape that lifts the thing from its background.
void draw_backdrop(Canvas& canvas, int kind, std::uint32_t background) {
  const std::uint32_t pale = lighter(background, 48);
  switch (kind % 4) {
    case 0:
      canvas.circle(320, 320, 262, pale);
      break;
    case 1:
      canvas.shape("M70 640V300C70 160 180 60 320 60S570 160 570 300V640Z", pale);
      break;
    case 2:
      canvas.shape(
          "M96 250C120 110 260 40 380 72C510 96 600 210 584 340C570 480 470 590 320 582"
          "C160 580 60 440 96 250Z",
          pale);
      break;
    default:
      canvas.shape("M0 458C150 420 260 476 400 452S580 420 640 440V640H0Z",
                   darker(mixed(background, 0xffffff, 10), 5));
      canvas.circle(320, 280, 216, pale);
      break;
  }
}

std::string svg_document(int width, int height, std::string_view title, const Canvas& canvas) {
  std::string text = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ";
  text += std::to_string(width) + ' ' + std::to_string(height) + "\" role=\"img\">";
  text += "<title>" + escaped_xml(title) + "</title>" + canvas.body() + "</svg>\n";
  return text;
}

}  // namespace

std::string product_picture_svg(const PictureSpec& spec) {
  Canvas canvas;
  canvas.box(0, 0, kPictureSide, kPictureSide, 0, spec.background);
  draw_backdrop(canvas, spec.backdrop, spec.background);
  canvas.open_at(kPictureSide / 2, kPictureSide / 2, 0);
  draw_motif(canvas, spec);
  canvas.close();
  return svg_document(kPictureSide, kPictureSide, spec.title, canvas);
}

std::string shop_logo_svg(const BrandSpec& brand) {
  Canvas canvas;
  canvas.circle(320, 320, 320, brand.primary);
  canvas.ring(320, 320, 290, 290, 6, {brand.accent, 80});
  canvas.circle(320, 320, 252, brand.background);
  canvas.open("translate(320 320)scale(.82)");
  draw_motif(canvas, brand.emblem);
  canvas.close();
  return svg_document(kPictureSide, kPictureSide, brand.name, canvas);
}

std::string shop_banner_svg(const BrandSpec& brand) {
  Canvas canvas;
  canvas.box(0, 0, 1600, 480, 0, brand.background);
  canvas.shape("M760 480C700 300 860 250 900 130S1010 0 1060 0H1600V480Z",
               mixed(brand.background, brand.accent, 34));
  canvas.shape("M900 480C860 350 980 300 1030 190S1150 40 1250 0H1600V480Z",
               mixed(brand.background, brand.accent, 58));
  constexpr std::array kPlaces = {"translate(920 312)scale(.54)", "translate(1190 226)scale(.76)",
                                  "translate(1456 318)scale(.54)"};
  for (std::size_t at = 0; at < kPlaces.size() && at < brand.wares.size(); ++at) {
    canvas.open(kPlaces.at(at));
    draw_motif(canvas, brand.wares[at]);
    canvas.close();
  }
  canvas.text(430, 240, 92, kSerif, brand.name, brand.primary);
  canvas.box(390, 276, 80, 6, 3, brand.accent);
  canvas.text(430, 340, 32, kSans, brand.tagline, {brand.primary, 75});
  return svg_document(1600, 480, brand.name, canvas);
}

}  // namespace tillcast::commerce
