#include "contracts/native/rest.h"

#include "commerce/idempotency.h"
#include "commerce/sessions.h"
#include "contracts/native/rest_etag.h"

namespace tillcast::contracts {

namespace {

/// The same answer without its body, for a client that has it.
protocol::HttpResponse not_modified(RestAnswer answer) {
  answer.status = 304;
  answer.json.clear();
  return to_response(std::move(answer));
}

const std::string* list_etag(const RestAnswer& answer) {
  // Only lists may be kept by caches; a record's ETag is its version, which is not of these bytes.
  const std::string* etag = nullptr;
  bool may_be_kept = false;
  for (const auto& [name, value] : answer.headers) {
    if (name == "ETag") etag = &value;
    may_be_kept |= name == "Cache-Control";
  }
  return may_be_kept ? etag : nullptr;
}

bool says_session_ended(const Problem& problem) {
  return problem.code == "unauthenticated" || problem.code == "token_expired";
}

}  // namespace

void RestReply::send(Outcome<RestAnswer> answer) const {
  if (!answer) {
    const Problem problem = answer.error();
    RestAnswer refusal = problem_answer(problem);
    if (came_with_cookie_ && says_session_ended(problem)) {
      refusal.headers.emplace_back("Set-Cookie", no_session_cookie());
    }
    return send(to_response(std::move(refusal)));
  }
  const std::string* etag = list_etag(*answer);
  if (etag != nullptr && names_etag(if_none_match_, *etag)) {
    return send(not_modified(*std::move(answer)));
  }
  send(to_response(*std::move(answer)));
}

void RestReply::send(protocol::HttpResponse response) const {
  counters_->count(response.status);
  reply_.send(std::move(response));
}

void Rest::route(std::string_view method, std::string_view pattern, Handler handler) {
  server_.http(method, pattern,
               [this, handler = std::move(handler)](realtime::HttpContext& context,
                                                    realtime::HttpReply http_reply) {
                 auto request = take_request(context);
                 if (!request) {
                   return RestReply(http_reply, parts_.counters, {}, false).send(request.error());
                 }
                 const RestReply reply(
                     http_reply, parts_.counters, request->if_none_match,
                     request->credential.kind == auth::Credential::Kind::kSessionCookie);
                 try {
                   handler(*std::move(request), reply);
                 } catch (const std::exception& error) {
                   reply.send(internal_error(error.what()));
                 }
               });
}

void Rest::get(std::string_view pattern, Read read) {
  route("GET", pattern, [this, read = std::move(read)](RestRequest request, RestReply reply) {
    this->read(std::move(request), std::move(reply), read);
  });
}

void Rest::read(RestRequest request, RestReply reply, Read read) {
  const auto asked = std::make_shared<const RestRequest>(std::move(request));
  read_then<RestAnswer>(
      *asked, reply,
      [asked, read = std::move(read)](Queries& queries, const Principal& caller) {
        return read(queries, caller, *asked);
      },
      [reply](RestAnswer answer) { reply.send(std::move(answer)); });
}

void Rest::submit(RestRequest request, RestReply reply, Command command) {
  parts_.commits.submit<RestAnswer>(
      [this, request = std::move(request),
       command = std::move(command)](storage::Transaction& transaction) {
        return guarded<RestAnswer>([&]() -> Outcome<RestAnswer> {
          const auto caller = who(transaction, request);
          if (!caller) return caller.error();
          return command(Context{transaction, *caller, parts_.clock.unix_ms(), parts_.ids},
                         request);
        });
      },
      [reply = std::move(reply)](Outcome<RestAnswer> answer) { reply.send(std::move(answer)); });
}

void Rest::submit_once(RestRequest request, RestReply reply, int success, RecordCommand command) {
  submit(std::move(request), std::move(reply),
         [success, command = std::move(command)](const Context& context,
                                                 const RestRequest& asked) -> Outcome<RestAnswer> {
           const Record record = commerce::idempotent(
               context, {asked.method, asked.path, asked.idempotency_key, asked.body},
               [&] { return command(context, asked); });
           if (record && success == 204) return no_content();
           return record_answer(context.who, record, success);
         });
}

Outcome<auth::Principal> Rest::who(Queries& queries, const RestRequest& request) const {
  return commerce::authenticate(queries, request.credential, parts_.key, parts_.clock.unix_ms());
}

Problem Rest::internal_error(std::string_view what) const {
  parts_.report_bug(what);
  return {500, "internal", "The server failed at this request. Its log says why.", {}, {}};
}

Problem Rest::storage_failed() {
  return {
      503, "storage_failed", "The server cannot read its data now. Try again in a moment.", {}, {}};
}

}  // namespace tillcast::contracts
