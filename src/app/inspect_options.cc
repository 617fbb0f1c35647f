#include "app/inspect_options.h"

#include <CLI/CLI.hpp>
#include <charconv>

#include "app/options.h"
#include "base/ids.h"

namespace tillcast::app {

namespace {

constexpr const char* kTailExamples = R"(
Shows each change as it is committed, also while servers write it. Without --room it is
the whole log as it is stored, costs and carts included; with one it is what those in the room are
told, byte for byte. A position that the log no longer reaches is answered by a line that says
reset, and then by what is still there.

Examples:
  tillcast tail --data /srv/shop
  tillcast tail --data postgres://shop@db.example/shop --room market --since 0 --once
  tillcast tail --data /srv/shop --json | jq 'select(.kind == "order")'
)";

constexpr const char* kSchemaExamples = R"(
openapi is what /openapi.json answers, asyncapi what /asyncapi.json answers, types the TypeScript
types of the records.

Example:
  tillcast schema types > packages/client/src/schema.ts
)";

bool is_position(const std::string& text) {
  if (text.empty() || Position::parse(text)) return true;
  std::uint64_t lsn = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), lsn);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

InspectVerbs::InspectVerbs(CLI::App& app) {
  tail_ = app.add_subcommand("tail", "Show the change log as it grows");
  tail_->footer(kTailExamples);
  tail_->add_option("--data", tail_raw_.data, "The folder that holds the data, or postgres://…")
      ->envname("TILLCAST_DATA")
      ->type_name("DATA")
      ->capture_default_str();
  tail_->add_option("--room", room_, "One room: market, shop:ID, desk:ID, user:ID or admin")
      ->type_name("ROOM");
  tail_
      ->add_option("--since", tail_raw_.since,
                   "Begin behind this position, EPOCH:LSN or an LSN alone; 0 is the beginning")
      ->type_name("POSITION");
  tail_->add_flag("--json", tail_raw_.json, "A JSON object a line");
  tail_->add_flag("--once", tail_raw_.once, "End when what is there is shown");

  schema_ = app.add_subcommand("schema", "Print the schema: openapi, asyncapi or types");
  schema_->footer(kSchemaExamples);
  schema_->add_option("form", form_, "openapi, asyncapi or types")
      ->check(CLI::IsMember({"openapi", "asyncapi", "types"}))
      ->capture_default_str();
}

TailOptions InspectVerbs::tail_options() const {
  TailOptions options = tail_raw_;
  demand_data(options.data);
  if (!room_.empty()) {
    options.room = auth::parse_room(room_);
    if (!options.room) {
      throw UsageError("\"" + room_ +
                       "\" is no room: say market, shop:ID, desk:ID, user:ID or admin");
    }
  }
  if (!is_position(options.since)) {
    throw UsageError("\"" + options.since + "\" is no position: say EPOCH:LSN, or an LSN");
  }
  return options;
}

std::optional<InspectInvocation> InspectVerbs::invocation() const {
  if (tail_->parsed()) return tail_options();
  if (!schema_->parsed()) return std::nullopt;
  using Form = SchemaOptions::Form;
  if (form_ == "types") return SchemaOptions{Form::kTypes};
  return SchemaOptions{form_ == "asyncapi" ? Form::kAsyncApi : Form::kOpenApi};
}

}  // namespace tillcast::app
