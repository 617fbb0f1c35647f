#include "contracts/native/api_documents.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>
#include <utility>

#include "commerce/json_schema.h"
#include "commerce/schema.h"
#include "commerce/type_names.h"
#include "contracts/native/message_schemas.h"
#include "contracts/native/route_table.h"

namespace tillcast::contracts {

namespace {

using boost::json::array;
using boost::json::object;

std::string schema_path(std::string_view name) {
  return "#/components/schemas/" + std::string(name);
}

object reference(std::string path) { return {{"$ref", std::move(path)}}; }

object schemas() {
  object all;
  commerce::add_record_schemas(all);
  const boost::json::value messages = boost::json::parse(kMessageSchemas);
  for (const auto& [name, schema] : messages.as_object()) all[name] = schema;
  // Who registers says what a new user is, and a password.
  object registration = all["NewUser"].as_object();
  registration["properties"].as_object()["password"] = {{"type", "string"}, {"maxLength", 200}};
  registration["required"].as_array().emplace_back("password");
  all["Registration"] = std::move(registration);
  object by_kind;
  for (const commerce::KindSpec& kind : commerce::all_kinds()) {
    by_kind[kind.name] = {{"type", "array"},
                          {"items", reference(schema_path(commerce::type_name(kind.name)))}};
  }
  all["RecordsByKind"] = {{"type", "object"}, {"properties", std::move(by_kind)}};
  return all;
}

object info(std::string_view title, std::string_view description) {
  return {{"title", title}, {"version", kContractVersion}, {"description", description}};
}

// OpenAPI.

/// Calls `each(name)` for every word.
template <class Each>
void for_each_word(std::string_view words, const Each& each) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    each(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

object parameter(std::string_view in, std::string_view name, bool required, object schema) {
  return {{"name", name}, {"in", in}, {"required", required}, {"schema", std::move(schema)}};
}

object query_parameter(std::string_view name) {
  const bool required = name.ends_with('!');
  if (required) name.remove_suffix(1);
  object schema{{"type", "string"}};
  if (name == "limit" || name == "wait_s") {
    schema = {{"type", "integer"}, {"minimum", name == "limit" ? 1 : 0}};
  } else if (name == "since") {
    schema = reference(schema_path("Position"));
  } else if (name == "format") {
    schema["enum"] = array{"jsonl", "csv"};
  } else if (name == "sort") {
    schema["enum"] = array{"newest", "price", "-price", "name", "rating", "relevance"};
  }
  return parameter("query", name, required, std::move(schema));
}

array parameters_of(const RouteDoc& route) {
  array parameters;
  for (std::size_t at = route.path.find('{'); at != std::string_view::npos;
       at = route.path.find('{', at + 1)) {
    const std::string_view name = route.path.substr(at + 1, route.path.find('}', at) - at - 1);
    parameters.push_back(
        parameter("path", name, true,
                  name == "room" ? reference(schema_path("Room")) : object{{"type", "string"}}));
  }
  for_each_word(route.query,
                [&](std::string_view name) { parameters.push_back(query_parameter(name)); });
  const bool is_auth = route.path.starts_with("/api/v1/auth/");
  if (route.method != "GET" && route.caller == Caller::kSignedIn && !is_auth) {
    parameters.push_back(reference("#/components/parameters/IdempotencyKey"));
  }
  if (route.method == "PATCH" || route.body == "picture")
    parameters.push_back(reference("#/components/parameters/IfMatch"));
  return parameters;
}

object content(std::string_view type, object schema) {
  return {{type, object{{"schema", std::move(schema)}}}};
}

object page_of(std::string_view name) {
  return {{"type", "object"},
          {"required", array{"items"}},
          {"properties",
           {{"items", {{"type", "array"}, {"items", reference(schema_path(name))}}},
            {"next_cursor", {{"type", "string"}}}}}};
}

object answer_of(const RouteDoc& route) {
  object answer{{"description", route.summary}};
  if (route.answer.empty()) return answer;
  if (route.answer == "text") {
    answer["content"] = content("text/plain", {{"type", "string"}});
  } else if (route.answer == "webp") {
    answer["content"] = content("image/webp", {{"type", "string"}, {"format", "binary"}});
  } else if (route.answer == "rows") {
    answer["content"] = {{"application/x-ndjson", object{{"schema", {{"type", "string"}}}}},
                         {"text/csv", object{{"schema", {{"type", "string"}}}}}};
  } else if (route.answer.starts_with('[')) {
    answer["content"] =
        content("application/json", page_of(route.answer.substr(1, route.answer.size() - 2)));
  } else {
    answer["content"] = content("application/json", reference(schema_path(route.answer)));
  }
  return answer;
}

object picture_body() {
  const object bytes{{"type", "string"}, {"format", "binary"}};
  object types;
  for (const char* const type : {"image/jpeg", "image/png", "image/webp"}) {
    types[type] = {{"schema", bytes}};
  }
  types["multipart/form-data"] = {
      {"schema", {{"type", "object"}, {"properties", {{"image", bytes}}}}}};
  return {{"required", true}, {"content", std::move(types)}};
}

object operation_of(const RouteDoc& route) {
  object operation{{"summary", route.summary}};
  array parameters = parameters_of(route);
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (route.body == "picture") {
    operation["requestBody"] = picture_body();
  } else if (!route.body.empty()) {
    const bool optional = route.body.starts_with('?');
    const std::string_view name = route.body.substr(optional ? 1 : 0);
    operation["requestBody"] = {
        {"required", !optional},
        {"content", content("application/json", reference(schema_path(name)))}};
  }
  operation["responses"] = {{std::to_string(route.success), answer_of(route)},
                            {"default", reference("#/components/responses/Refusal")}};
  array security;
  // An empty requirement says that a caller may be nobody.
  if (route.caller == Caller::kAnyone) security.push_back(object{});
  security.push_back(object{{"bearer", array{}}});
  security.push_back(object{{"cookie", array{}}});
  operation["security"] = std::move(security);
  return operation;
}

object header_parameter(std::string_view name, std::string_view description) {
  object header = parameter("header", name, false, {{"type", "string"}});
  header["description"] = description;
  return header;
}

object shared_parts() {
  return {
      {"schemas", schemas()},
      {"parameters",
       {{"IdempotencyKey",
         header_parameter("Idempotency-Key",
                          "The same key again gives the first success again, for 24 hours.")},
        {"IfMatch", header_parameter("If-Match",
                                     "The version that is meant, in quotes; 412 if the record is "
                                     "another one by now.")}}},
      {"responses",
       {{"Refusal",
         {{"description", "Why it was refused"},
          {"content", content("application/problem+json", reference(schema_path("Problem")))}}}}},
      {"securitySchemes",
       {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
        {"cookie", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "tillcast_session"}}}}}};
}

// AsyncAPI.

struct LiveMessage {
  std::string_view name;
  std::string_view schema;
  std::string_view summary;
  bool from_client;
};

constexpr LiveMessage kLiveMessages[] = {
    {"join", "Join", "Follow a room; with since, from that position on", true},
    {"leave", "Leave", "Follow it no longer", true},
    {"auth", "Auth", "Go on as whom this token proves", true},
    {"joined", "Joined", "The answer to join: changes follow from position on", false},
    {"authenticated", "Authenticated", "The answer to auth", false},
    {"refused", "Refused", "The answer to what cannot be done; the connection stays", false},
    {"change", "Change", "One change of one room", false},
    {"reset", "Reset", "The room cannot be resumed", false},
    {"left", "Left", "The room may no longer be seen", false},
    {"expiring", "Expiring", "The token ends soon", false},
    {"error", "Error", "Why the server ends this connection", false},
};

object channel(std::string_view address, std::string_view description) {
  object messages;
  for (const LiveMessage& message : kLiveMessages) {
    messages[message.name] = reference("#/components/messages/" + std::string(message.name));
  }
  return {{"address", address}, {"description", description}, {"messages", std::move(messages)}};
}

/// As the server sees it: it receives what clients send.
object operation(std::string_view channel_name, bool from_client) {
  const std::string channel_path = "#/channels/" + std::string(channel_name);
  array messages;
  for (const LiveMessage& message : kLiveMessages) {
    if (message.from_client != from_client) continue;
    messages.push_back(reference(channel_path + "/messages/" + std::string(message.name)));
  }
  return {{"action", from_client ? "receive" : "send"},
          {"channel", reference(channel_path)},
          {"messages", std::move(messages)}};
}

object live_messages() {
  object messages;
  for (const LiveMessage& message : kLiveMessages) {
    messages[message.name] = {{"name", message.name},
                              {"summary", message.summary},
                              {"payload", reference(schema_path(message.schema))}};
  }
  return messages;
}

}  // namespace

std::string openapi_json() {
  object paths;
  for (const RouteDoc& route : kRoutes) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    object& path = paths[route.path].is_object() ? paths[route.path].as_object()
                                                 : paths[route.path].emplace_object();
    path[method] = operation_of(route);
  }
  const object document{
      {"openapi", "3.1.0"},
      {"info", info("Tillcast", "Shops, their products and orders, and rooms for those who poll.")},
      {"paths", std::move(paths)},
      {"components", shared_parts()}};
  return boost::json::serialize(document);
}

std::string asyncapi_json() {
  const object document{
      {"asyncapi", "3.0.0"},
      {"info", info("Tillcast live", "Rooms, and every change in them, in order.")},
      {"defaultContentType", "application/json"},
      {"channels",
       {{"socketio",
         channel("/socket.io/",
                 "Socket.IO, namespace /: the message's name is the event's, the payload its one "
                 "argument, answers are acknowledgements.")},
        {"websocket", channel("/live",
                              "Plain WebSocket: a message is an object with the name as its "
                              "`type`; a request may carry a `ref`, and its answer has the type "
                              "`answer` and the same `ref`.")},
        {"events", channel("/events",
                           "Server-sent events: the message's name is the event's, the payload its "
                           "data; the id is a position for Last-Event-ID.")}}},
      {"operations",
       {{"socketioReceive", operation("socketio", true)},
        {"socketioSend", operation("socketio", false)},
        {"websocketReceive", operation("websocket", true)},
        {"websocketSend", operation("websocket", false)},
        {"eventsSend", operation("events", false)}}},
      {"components", {{"messages", live_messages()}, {"schemas", schemas()}}}};
  return boost::json::serialize(document);
}

}  // namespace tillcast::contracts
