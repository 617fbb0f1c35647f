#include "commerce/demo_pictures.h"

#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string_view>
#include <utility>

#include "commerce/demo_canvas.h"
#include "commerce/demo_catalogue.h"

namespace tillcast::commerce {
namespace {

/// Reads one XML document of elements, attributes, text and the five named entities, which is all
/// that the pictures use, and says where it is not well formed (XML 1.0, 2.1).
class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : text_(text) {}

  /// Empty if the document is well formed.
  std::string fault() {
    if (!element()) return fault_;
    while (at_ < text_.size() && text_[at_] == '\n') ++at_;
    return at_ == text_.size() ? "" : fail("something after the root").fault_;
  }

 private:
  XmlReader& fail(std::string_view why) {
    if (fault_.empty()) fault_ = std::string(why) + " at " + std::to_string(at_);
    return *this;
  }
  bool refuse(std::string_view why) { return fail(why).fault_.empty(); }
  bool take(std::string_view words) {
    if (text_.substr(at_, words.size()) != words) return false;
    at_ += words.size();
    return true;
  }
  std::string_view name() {
    const std::size_t start = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '-')) {
      ++at_;
    }
    return text_.substr(start, at_ - start);
  }
  bool characters(char end) {
    while (at_ < text_.size() && text_[at_] != end) {
      if (text_[at_] == '<') return refuse("< in a value");
      if (text_[at_] == '&') {
        if (!take("&amp;") && !take("&lt;") && !take("&gt;") && !take("&quot;") &&
            !take("&apos;")) {
          return refuse("unknown entity");
        }
        continue;
      }
      if (static_cast<unsigned char>(text_[at_]) < 0x20 && text_[at_] != '\n') {
        return refuse("control character");
      }
      ++at_;
    }
    return at_ < text_.size() || refuse("unexpected end");
  }
  bool attributes() {
    std::set<std::string_view> seen;
    while (take(" ")) {
      const std::string_view key = name();
      if (key.empty() || !take("=\"")) return refuse("broken attribute");
      if (!seen.insert(key).second) return refuse("attribute twice");
      if (!characters('"')) return false;
      ++at_;
    }
    return true;
  }
  bool element() {
    if (!take("<")) return refuse("no element");
    const std::string_view tag = name();
    if (tag.empty()) return refuse("element without a name");
    if (!attributes()) return false;
    if (take("/>")) return true;
    if (!take(">")) return refuse("broken tag");
    while (!take("</")) {
      const bool good = text_.substr(at_, 1) == "<" ? element() : characters('<');
      if (!good) return false;
    }
    if (name() != tag || !take(">")) return refuse("wrong end tag");
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string fault_;
};

std::string fault_of(std::string_view svg) { return XmlReader(svg).fault(); }

void expect_stands_alone(const std::string& svg) {
  EXPECT_EQ(fault_of(svg), "") << svg;
  for (const std::string_view bad :
       {"href", "url(", "<script", "<style", "<image", " id=", " on"}) {
    EXPECT_EQ(svg.find(bad), std::string::npos) << bad << " in " << svg;
  }
  EXPECT_EQ(svg.find("http", svg.find("xmlns") + 30), std::string::npos) << svg;
}

TEST(XmlReader, tells_well_formed_documents_from_others) {
  EXPECT_EQ(fault_of("<a><b c=\"1\" d=\"&amp;\"/>text</a>\n"), "");
  for (const std::string_view bad :
       {"<a><b></a></b>", "<a", "<a b=1/>", "<a b=\"1\" b=\"2\"/>", "<a>&</a>", "<a>&nbsp;</a>",
        "<a></a><b/>", "<a>\x01</a>", "<a b=\"<\"/>", "", "<a>"}) {
    EXPECT_NE(fault_of(bad), "") << bad;
  }
}

TEST(DemoCanvas, mixes_colours_by_channel) {
  EXPECT_EQ(mixed(0x000000, 0xffffff, 50), 0x808080u);
  EXPECT_EQ(mixed(0x102030, 0xffffff, 0), 0x102030u);
  EXPECT_EQ(lighter(0x102030, 100), 0xffffffu);
}

TEST(DemoCanvas, escapes_what_xml_reserves) {
  EXPECT_EQ(escaped_xml("<a & 'b' \"c\">\x02"), "&lt;a &amp; &apos;b&apos; &quot;c&quot;&gt;");
}

TEST(DemoCanvas, scatters_grains_inside_their_area_in_the_same_way_every_time) {
  Canvas one, two, other;
  one.grains({0, 0, 80, 60}, 20, {4, 6}, 0x123456, 7);
  two.grains({0, 0, 80, 60}, 20, {4, 6}, 0x123456, 7);
  other.grains({0, 0, 80, 60}, 20, {4, 6}, 0x123456, 8);
  EXPECT_EQ(one.body(), two.body());
  EXPECT_NE(one.body(), other.body());
}

TEST(DemoPictures, are_small_well_formed_and_different_for_every_product) {
  const DemoData data = make_demo_data(kDemoSeed);
  std::set<std::string> pictures;
  for (const DemoShop& shop : data.shops) {
    std::set<Motif> motifs;
    for (const DemoProduct& product : shop.products) {
      const std::string svg = product_picture_svg(product.picture);
      EXPECT_EQ(svg, product_picture_svg(product.picture));
      EXPECT_LE(svg.size(), kPictureBytesMax) << product.name;
      expect_stands_alone(svg);
      EXPECT_NE(svg.find("<title>" + escaped_xml(product.name) + "</title>"), std::string::npos);
      motifs.insert(product.picture.motif);
      PictureSpec drawing = product.picture;
      drawing.title.clear();
      drawing.backdrop = 0;
      EXPECT_TRUE(pictures.insert(product_picture_svg(drawing)).second)
          << product.name << " looks like another";
    }
    EXPECT_GE(motifs.size(), 9u);
  }
}

TEST(DemoPictures, show_what_the_name_says) {
  const std::pair<std::string_view, Motif> kMotifs[] = {
      {"Croissant", Motif::kCroissant},
      {"Baguette", Motif::kBaguette},
      {"Pretzel", Motif::kPretzel},
      {"Cupcake", Motif::kCupcake},
      {"Muffin", Motif::kMuffin},
      {"Cookie", Motif::kCookie},
      {"Pie", Motif::kPie},
      {"Macarons", Motif::kMacaron},
      {"Bagel", Motif::kRing},
      {"Doughnut", Motif::kRing},
      {"Danish", Motif::kDanish},
      {"Slice", Motif::kCakeSlice},
      {"Focaccia", Motif::kFocaccia},
      {"Jam", Motif::kJar},
      {"Headphones", Motif::kHeadphones},
      {"Earbuds", Motif::kEarbuds},
      {"Keyboard", Motif::kKeyboard},
      {"Mouse", Motif::kMouse},
      {"Lamp", Motif::kLamp},
      {"Cable", Motif::kCable},
      {"Charger", Motif::kCharger},
      {"Power Bank", Motif::kPowerBank},
      {"Drone", Motif::kDrone},
      {"Camera", Motif::kCamera},
      {"Watch", Motif::kWatch},
      {"Bulb", Motif::kBulb},
      {"Speaker", Motif::kSpeaker},
      {"Tripod", Motif::kTripod},
  };
  int checked = 0;
  for (const DemoShop& shop : make_demo_data(kDemoSeed).shops) {
    for (const DemoProduct& product : shop.products) {
      for (const auto& [word, motif] : kMotifs) {
        if (product.name.find(word) == std::string::npos) continue;
        EXPECT_EQ(product.picture.motif, motif) << product.name;
        ++checked;
      }
    }
  }
  EXPECT_GE(checked, 50);
}

TEST(DemoPictures, hold_their_limit_for_every_motif_with_every_detail) {
  for (int motif = 0; motif <= static_cast<int>(Motif::kController); ++motif) {
    for (int detail = 0; detail <= static_cast<int>(Detail::kRugged); ++detail) {
      const PictureSpec spec{static_cast<Motif>(motif),
                             static_cast<Detail>(detail),
                             0xb07a45,
                             0x4f8fd0,
                             0xfdf0d5,
                             motif + detail,
                             "Tom & Jerry's <\"best\">"};
      const std::string svg = product_picture_svg(spec);
      EXPECT_LE(svg.size(), kPictureBytesMax) << motif << ' ' << detail;
      ASSERT_EQ(fault_of(svg), "") << svg;
    }
  }
}

TEST(DemoPictures, have_a_logo_and_a_banner_for_each_shop) {
  for (const DemoShop& shop : make_demo_data(kDemoSeed).shops) {
    const std::string logo = shop_logo_svg(shop.brand);
    const std::string banner = shop_banner_svg(shop.brand);
    expect_stands_alone(logo);
    expect_stands_alone(banner);
    EXPECT_LE(logo.size(), kPictureBytesMax);
    EXPECT_LE(banner.size(), kBannerBytesMax);
    EXPECT_NE(banner.find(escaped_xml(shop.name) + "</text>"), std::string::npos);
  }
}

}  // namespace
}  // namespace tillcast::commerce
