// Request bodies, cursors and images of the shop, as anybody could send them.
// Input: one byte for the kind, one for who writes and how, then a body.

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>

#include "commerce/accounts.h"
#include "commerce/cart.h"
#include "commerce/cursor.h"
#include "commerce/members.h"
#include "commerce/orders.h"
#include "commerce/render.h"
#include "commerce/validate.h"
#include "fuzz_input.h"

namespace {

using namespace tillcast;
using namespace tillcast::commerce;
using tillcast::fuzz::require;

/// What validate() lets through makes an image that is JSON and that is read back as it was
/// written.
void check_values(const KindSpec& kind, const Values& values) {
  Record record(kind.kind);
  record.set(values);
  const RecordImage image = image_of(record);
  const boost::json::object whole = boost::json::parse(image.json).as_object();
  require(render_record(kind, image.json, auth::Viewer::kAdmin) == image.json,
          "who is shown everything gets the image");
  for (const auth::Viewer viewer : {auth::Viewer::kPublic, auth::Viewer::kOwner}) {
    const std::string json = render_record(kind, image.json, viewer);
    const boost::json::object shown = boost::json::parse(json).as_object();
    for (const auto& member : shown) {
      const FieldIndex field = find_field(kind, member.key());
      require(field != kNoField && auth::shows(viewer, kind.fields[field].audience),
              "nobody is shown more than the policy says");
      require(member.value() == whole.at(member.key()), "values are copied as they are");
    }
  }
}

template <class T>
void check_problem(const Outcome<T>& outcome) {
  if (outcome.has_value()) return;
  const Problem problem = outcome.error();
  require(problem.status >= 400 && problem.status < 500, "a bad body is the caller's fault");
  require(!problem.code.empty() && !problem.detail.empty(), "errors are named");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const KindSpec& kind = all_kinds()[data[0] % kKindCount];
  const auto writer = static_cast<Writers>(1 + data[1] % 3);
  const auto mode = (data[1] & 128U) != 0 ? BodyMode::kPatch : BodyMode::kCreate;
  const std::string_view body(reinterpret_cast<const char*>(data) + 2, size - 2);

  const auto values = validate(kind.kind, body, mode, writer);
  check_problem(values);
  if (values.has_value()) check_values(kind, *values);
  check_problem(parse_order(body));
  check_problem(parse_cart(body));
  check_problem(parse_registration(body));
  check_problem(parse_sign_in(body));
  check_problem(parse_password_change(body));
  check_problem(parse_new_member(body));
  check_problem(parse_cursor(body, 1 + data[1] % 4));
  // An image never comes from outside, but damage on a disk must not be more than missing members.
  const std::string rendered = render_record(kind, body, auth::Viewer::kPublic);
  require(rendered.size() <= body.size() + 2, "rendering copies");
  render_patch(kind, body, "name,stock,cost_minor", auth::Viewer::kPublic);
  parse_items_json(body);
  return 0;
}
