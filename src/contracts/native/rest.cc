#include "contracts/native/rest.h"

#include "commerce/idempotency.h"
#include "commerce/sessions.h"
#include "contracts/native/rest_etag.h"

namespace tillcast::contracts {

void RestReply::send(Outcome<RestAnswer> answer) const {
  if (!answer) return send(to_response(problem_answer(answer.error())));
  if (!answer->validator.empty() && names_etag(if_none_match_, answer->validator)) {
    answer->status = 304;
    answer->json.clear();
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
                 const RestReply reply(http_reply, parts_.counters,
                                       request ? request->if_none_match : std::string());
                 if (!request) return reply.send(request.error());
                 try {
                   handler(*std::move(request), reply);
                 } catch (const std::exception& error) {
                   reply.send(internal_error(error.what()));
                 }
               });
}

void Rest::get(std::string_view pattern, Read read) {
  route("GET", pattern,
        [this, read = std::move(read)](RestRequest request, const RestReply& reply) {
          this->read(std::move(request), reply, read);
        });
}

void Rest::read(RestRequest request, const RestReply& reply, Read read) {
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
       command = std::move(command)](storage::Transaction& transaction) -> Outcome<RestAnswer> {
        const auto caller = who(transaction, request);
        if (!caller) return caller.error();
        return command(Context{transaction, *caller, parts_.clock.unix_ms(), parts_.ids}, request);
      },
      [reply = std::move(reply)](Outcome<RestAnswer> answer) { reply.send(std::move(answer)); });
}

void Rest::submit_once(RestRequest request, RestReply reply, int success, RecordCommand command) {
  submit(std::move(request), std::move(reply),
         [success, command = std::move(command)](const Context& context,
                                                 const RestRequest& asked) -> Outcome<RestAnswer> {
           // What a DELETE names in its query is as much of the request as a body is.
           const std::string content = asked.query + '\n' + asked.body;
           const Record record = commerce::idempotent(
               context, {asked.method, asked.path, asked.idempotency_key, content},
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
