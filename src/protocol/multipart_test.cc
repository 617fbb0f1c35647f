#include "protocol/multipart.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace tillcast::protocol {
namespace {

using namespace std::string_literals;

std::string part(std::string_view header, std::string_view content) {
  return "--b\r\n" + std::string(header) + "\r\n\r\n" + std::string(content) + "\r\n";
}

const std::string kFile = part(
    "Content-Disposition: form-data; name=\"image\"; filename=\"cat.png\"\r\nContent-Type: "
    "image/png",
    "\x89PNG\r\n\0--b\r--\n"s);

std::string_view fault(std::string_view body) {
  const auto parts = parse_multipart("b", body);
  return parts ? "fine" : parts.error();
}

TEST(MultipartBoundary, is_the_one_that_the_header_names) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=----WebKitFormBoundaryAb1"),
            "----WebKitFormBoundaryAb1");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data;charset=utf-8; Boundary=\"a b:c\""), "a b:c");
}

TEST(MultipartBoundary, must_be_there_once_and_well_formed) {
  for (const std::string& type :
       {"multipart/form-data"s, "multipart/form-data; boundary="s,
        "multipart/form-data; boundary=\"\""s, "multipart/form-data; boundary=a; boundary=b"s,
        "multipart/form-data; boundary=\"a"s, "multipart/form-data; boundary=\"a \""s,
        "multipart/form-data; boundary=\"a\r\nb\""s, "multipart/mixed; boundary=a"s,
        "multipart/form-data; boundary="s + std::string(71, 'a'), "application/json"s, ""s}) {
    EXPECT_EQ(multipart_boundary(type), std::nullopt) << type;
  }
}

TEST(Multipart, reads_fields_and_files_in_their_order) {
  const std::string body =
      part("content-disposition: FORM-DATA; name=title", "Bread") + kFile + "--b--\r\n";
  const auto parts = parse_multipart("b", body);
  ASSERT_TRUE(parts) << parts.error();
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].name, "title");
  EXPECT_EQ((*parts)[0].file_name, std::nullopt);
  EXPECT_EQ((*parts)[0].content, "Bread");
  EXPECT_EQ((*parts)[1].name, "image");
  EXPECT_EQ((*parts)[1].file_name, "cat.png");
  EXPECT_EQ((*parts)[1].content, "\x89PNG\r\n\0--b\r--\n"s);
}

TEST(Multipart, knows_an_empty_file_and_an_empty_form) {
  const std::string empty =
      part("Content-Disposition: form-data; name=\"a\"; filename=\"\"", "") + "--b--";
  const auto parts = parse_multipart("b", empty);
  ASSERT_TRUE(parts);
  EXPECT_EQ((*parts)[0].file_name, "");
  EXPECT_EQ((*parts)[0].content, "");
  EXPECT_TRUE(parse_multipart("b", "--b--\r\n")->empty());
}

TEST(Multipart, takes_a_name_for_a_label) {
  const auto parts = parse_multipart(
      "b",
      part(R"(Content-Disposition: form-data; name="a"; filename="../..\"/etc\\passwd")", "x") +
          "--b--");
  ASSERT_TRUE(parts);
  EXPECT_EQ((*parts)[0].file_name, R"(../.."/etc\passwd)");
}

TEST(Multipart, refuses_a_body_that_ends_at_any_byte_before_its_end) {
  const std::string whole =
      part("Content-Disposition: form-data; name=\"a\"", "1") + kFile + "--b--";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(fault(std::string_view(whole).substr(0, size)), "fine") << size;
  }
  EXPECT_EQ(fault(whole), "fine");
  EXPECT_EQ(fault(whole + "\r\n"), "fine");
}

TEST(Multipart, refuses_what_two_readers_could_read_in_two_ways) {
  EXPECT_NE(fault("preamble\r\n" + kFile + "--b--"), "fine");
  EXPECT_NE(fault(kFile + "--b--\r\nepilogue"), "fine");
  EXPECT_NE(fault(kFile + "--b  \r\n"), "fine");
  EXPECT_NE(fault(part("Content-Type: image/png", "x") + "--b--"), "fine") << "it has no name";
  EXPECT_NE(fault(part("Content-Disposition: form-data; name=a; name=b", "x") + "--b--"), "fine");
  EXPECT_NE(fault(part("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; "
                       "name=b",
                       "x") +
                  "--b--"),
            "fine");
  EXPECT_NE(fault(part("Content-Disposition: attachment; name=a", "x") + "--b--"), "fine");
  EXPECT_NE(fault(part("Content-Disposition: form-data; name=\"\xFF\"", "x") + "--b--"), "fine");
  EXPECT_NE(fault(part("Content-Disposition: form-data; name=a\r\n folded", "x") + "--b--"),
            "fine");
}

TEST(Multipart, has_limits) {
  std::string many;
  for (std::size_t i = 0; i < limits::kMultipartPartsMax; ++i) {
    many += part("Content-Disposition: form-data; name=a", "x");
  }
  EXPECT_EQ(fault(many + "--b--"), "fine");
  EXPECT_NE(fault(many + part("Content-Disposition: form-data; name=a", "x") + "--b--"), "fine");
  const std::string long_name(limits::kMultipartHeaderBytesMax, 'a');
  EXPECT_NE(fault(part("Content-Disposition: form-data; name=" + long_name, "x") + "--b--"),
            "fine");
}

}  // namespace
}  // namespace tillcast::protocol
