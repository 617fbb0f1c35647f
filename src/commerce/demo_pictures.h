// The pictures of the demo shops, drawn by code: a flat illustration for each product and a logo
// and a banner for each shop, as SVG that stands alone (no references, no scripts, no ids).
//
// Pure functions of their arguments, so any thread may call them; the same spec gives the same
// bytes on every machine. There are no errors: every spec has a picture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tillcast::commerce {

inline constexpr int kPictureSide = 640;               // units of the view box, both ways
inline constexpr std::size_t kPictureBytesMax = 6000;  // of one product picture or logo
inline constexpr std::size_t kBannerBytesMax = 12000;

/// What is drawn. A product's motif is the thing that its name says.
enum class Motif : std::uint8_t {
  // the bakery's
  kBoule,
  kTinLoaf,
  kBaguette,
  kFocaccia,
  kPretzel,
  kRoll,
  kRing,
  kCroissant,
  kSwirl,
  kDanish,
  kLayerCake,
  kCakeSlice,
  kCupcake,
  kMuffin,
  kTart,
  kPie,
  kCookie,
  kMacaron,
  kBrownie,
  kCup,
  kGlass,
  kJar,
  kBag,
  // the gadget shop's
  kHeadphones,
  kEarbuds,
  kSpeaker,
  kMicrophone,
  kRadio,
  kKeyboard,
  kMouse,
  kPhoneStand,
  kLamp,
  kWebcam,
  kPowerBank,
  kCharger,
  kCable,
  kChargingPad,
  kSolarPanel,
  kWatch,
  kTracker,
  kCamera,
  kDrone,
  kTripod,
  kBulb,
  kPlug,
  kThermostat,
  kAirMonitor,
  kAlarmClock,
  kDoorbell,
  kDrive,
  kFlashDrive,
  kHub,
  kRouter,
  kController,
};

/// What is special about this one. A motif draws the details that make sense for it and takes any
/// other for kPlain.
enum class Detail : std::uint8_t {
  kPlain,
  kSeeds,
  kNuts,
  kHerbs,
  kDrizzle,
  kIcing,
  kSugar,
  kSprinkles,
  kChips,
  kBerries,
  kCream,
  kStripes,
  kDual,
  kSlim,
  kLight,
  kPrint,
  kRugged,
};

/// One picture. Colours are 0xRRGGBB.
struct PictureSpec {
  Motif motif = Motif::kBoule;
  Detail detail = Detail::kPlain;
  std::uint32_t main = 0;        // of the thing itself
  std::uint32_t accent = 0;      // of its filling, topping, label or light
  std::uint32_t background = 0;  // a soft colour behind it
  int backdrop = 0;              // which of the shapes behind it, counted round
  std::string title;             // for those who cannot see it; escaped here
};

/// What a shop looks like.
struct BrandSpec {
  std::string name;
  std::string tagline;
  std::uint32_t primary = 0;
  std::uint32_t accent = 0;
  std::uint32_t background = 0;
  PictureSpec emblem;              // drawn on the logo; its background is not used
  std::vector<PictureSpec> wares;  // up to three, drawn on the banner beside the name
};

/// 640 x 640 units, at most kPictureBytesMax.
std::string product_picture_svg(const PictureSpec& spec);

/// 640 x 640 units, at most kPictureBytesMax.
std::string shop_logo_svg(const BrandSpec& brand);

/// 1600 x 480 units, at most kBannerBytesMax.
std::string shop_banner_svg(const BrandSpec& brand);

}  // namespace tillcast::commerce
