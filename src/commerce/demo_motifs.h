// How each motif of the demo pictures is drawn, in a square from -240 to 240 around (0, 0) with the
// light from the upper left. Only demo_pictures.cc calls these; like it, they are pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "commerce/demo_canvas.h"
#include "commerce/demo_pictures.h"

namespace tillcast::commerce {

inline constexpr std::uint32_t kWhite = 0xffffff;
inline constexpr std::uint32_t kWarmShadow = 0x3a2438;
inline constexpr std::uint32_t kCoolShadow = 0x1d2438;
inline constexpr std::uint32_t kLeaf = 0x6f9a4d;
inline constexpr std::uint32_t kGraphite = 0x2b303b;
inline constexpr std::uint32_t kSteel = 0xc3c9d4;
inline constexpr std::uint32_t kGreenLight = 0x6fe0a8;
inline constexpr std::string_view kSans = "Helvetica, Arial, sans-serif";

// demo_motifs_common.cc
/// The shadow that a thing throws on what it stands on.
void draw_ground(Canvas& canvas, int y, int rx, std::uint32_t shadow);
/// A USB-C plug pointing up, its tip at (0, -50).
void draw_usb_plug(Canvas& canvas, std::uint32_t colour);
/// A strawberry pointing down, about 70 units high, around (x, y).
void draw_strawberry(Canvas& canvas, int x, int y, int degrees, std::uint32_t colour);

// demo_motifs_bread.cc
void draw_boule(Canvas& canvas, const PictureSpec& spec);
void draw_tin_loaf(Canvas& canvas, const PictureSpec& spec);
void draw_baguette(Canvas& canvas, const PictureSpec& spec);
void draw_focaccia(Canvas& canvas, const PictureSpec& spec);
void draw_pretzel(Canvas& canvas, const PictureSpec& spec);
void draw_roll(Canvas& canvas, const PictureSpec& spec);
void draw_ring(Canvas& canvas, const PictureSpec& spec);
void draw_croissant(Canvas& canvas, const PictureSpec& spec);
void draw_swirl(Canvas& canvas, const PictureSpec& spec);
void draw_danish(Canvas& canvas, const PictureSpec& spec);

// demo_motifs_sweets.cc
void draw_layer_cake(Canvas& canvas, const PictureSpec& spec);
void draw_cake_slice(Canvas& canvas, const PictureSpec& spec);
void draw_cupcake(Canvas& canvas, const PictureSpec& spec);
void draw_muffin(Canvas& canvas, const PictureSpec& spec);
void draw_tart(Canvas& canvas, const PictureSpec& spec);
void draw_pie(Canvas& canvas, const PictureSpec& spec);
void draw_cookie(Canvas& canvas, const PictureSpec& spec);
void draw_macaron(Canvas& canvas, const PictureSpec& spec);
void draw_brownie(Canvas& canvas, const PictureSpec& spec);

// demo_motifs_pantry.cc
void draw_cup(Canvas& canvas, const PictureSpec& spec);
void draw_glass(Canvas& canvas, const PictureSpec& spec);
void draw_jar(Canvas& canvas, const PictureSpec& spec);
void draw_bag(Canvas& canvas, const PictureSpec& spec);

// demo_motifs_desk.cc
void draw_headphones(Canvas& canvas, const PictureSpec& spec);
void draw_earbuds(Canvas& canvas, const PictureSpec& spec);
void draw_speaker(Canvas& canvas, const PictureSpec& spec);
void draw_microphone(Canvas& canvas, const PictureSpec& spec);
void draw_radio(Canvas& canvas, const PictureSpec& spec);
void draw_keyboard(Canvas& canvas, const PictureSpec& spec);
void draw_mouse(Canvas& canvas, const PictureSpec& spec);
void draw_phone_stand(Canvas& canvas, const PictureSpec& spec);
void draw_lamp(Canvas& canvas, const PictureSpec& spec);
void draw_webcam(Canvas& canvas, const PictureSpec& spec);
void draw_drive(Canvas& canvas, const PictureSpec& spec);
void draw_flash_drive(Canvas& canvas, const PictureSpec& spec);
void draw_hub(Canvas& canvas, const PictureSpec& spec);
void draw_router(Canvas& canvas, const PictureSpec& spec);
void draw_controller(Canvas& canvas, const PictureSpec& spec);

// demo_motifs_power.cc
void draw_power_bank(Canvas& canvas, const PictureSpec& spec);
void draw_charger(Canvas& canvas, const PictureSpec& spec);
void draw_cable(Canvas& canvas, const PictureSpec& spec);
void draw_charging_pad(Canvas& canvas, const PictureSpec& spec);
void draw_solar_panel(Canvas& canvas, const PictureSpec& spec);
void draw_watch(Canvas& canvas, const PictureSpec& spec);
void draw_tracker(Canvas& canvas, const PictureSpec& spec);

// demo_motifs_cameras.cc
void draw_camera(Canvas& canvas, const PictureSpec& spec);
void draw_drone(Canvas& canvas, const PictureSpec& spec);
void draw_tripod(Canvas& canvas, const PictureSpec& spec);
void draw_bulb(Canvas& canvas, const PictureSpec& spec);
void draw_plug(Canvas& canvas, const PictureSpec& spec);
void draw_thermostat(Canvas& canvas, const PictureSpec& spec);
void draw_air_monitor(Canvas& canvas, const PictureSpec& spec);
void draw_alarm_clock(Canvas& canvas, const PictureSpec& spec);
void draw_doorbell(Canvas& canvas, const PictureSpec& spec);

}  // namespace tillcast::commerce
