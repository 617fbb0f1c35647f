#include "contracts/native/rest.h"

#include "commerce/idempotency.h"
#include "commerce/sessions.h"
#include "contracts/native/rest_etag.h"
#include "realtime/shard.h"

namespace tillcast::contracts {

namespace {

std::shared_ptr<const CachedAnswer> cached_answer(const RestAnswer& answer,
                                                  const Dependencies& dependencies, Lsn changed) {
  auto kept = std::make_shared<CachedAnswer>();
  kept->response = to_response(answer);
  kept->cells = dependencies.cells();
  kept->changed = changed;
  kept->etag = answer.validator;
  if (!answer.validator.empty()) {
    RestAnswer unchanged{304, {}, answer.headers, answer.validator};
    kept->unchanged =
        std::make_shared<const protocol::HttpResponse>(to_response(std::move(unchanged)));
  }
  return kept;
}

}  // namespace

void RestReply::send(Outcome<RestAnswer> answer) const {
  if (!answer) return send(to_response(refusal_(answer.error())));
  if (!answer->validator.empty() && names_etag(if_none_match_, answer->validator)) {
    answer->status = 304;
    answer->json.clear();
  }
  send(to_response(*std::move(answer)));
}

bool RestReply::client_has(std::string_view etag) const { return names_etag(if_none_match_, etag); }

void RestReply::send(protocol::HttpResponse response) const {
  counters_->count(response.status);
  reply_.send(std::move(response));
}

void Rest::route(std::string_view method, std::string_view pattern, Handler handler) {
  add_route(method, pattern, BodyType::kJson, std::move(handler));
}

void Rest::route_picture(std::string_view method, std::string_view pattern, Handler handler) {
  add_route(method, pattern, BodyType::kPicture, std::move(handler));
}

void Rest::add_route(std::string_view method, std::string_view pattern, BodyType body_type,
                     Handler handler) {
  routes_.push_back(std::string(method).append(" ").append(pattern));
  server_.http(
      method, pattern,
      [this, body_type, handler = std::move(handler)](realtime::HttpContext& context,
                                                      realtime::HttpReply http_reply) {
        auto request = take_request(context, server_.options().cors_origins, body_type);
        const RestReply reply(http_reply, parts_.counters, refusal_,
                              request ? request->if_none_match : std::string());
        if (!request) return reply.send(request.error());
        try {
          handler(*std::move(request), reply);
        } catch (const std::exception& error) {
          reply.send(internal_error(error.what()));
        }
      },
      body_type == BodyType::kPicture ? limits::kPictureBodyBytesMax : 0);
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

void Rest::get_public(std::string_view pattern, PublicRead read) {
  route("GET", pattern,
        [this, read = std::move(read)](RestRequest request, const RestReply& reply) {
          if (request.credential.kind != auth::Credential::Kind::kNone) {
            return this->read(
                std::move(request), reply,
                [read](Queries& queries, const Principal& who, const RestRequest& asked) {
                  Dependencies unused;
                  return read(queries, who, asked, unused);
                });
          }
          std::string key = ResponseCache::key_of(request.path, request.query);
          const auto kept = parts_.cache.find(reply.shard().index(), key);
          if (kept == nullptr) {
            read_and_keep(std::move(request), reply, std::move(key), read);
          } else if (kept->unchanged && reply.client_has(kept->etag)) {
            parts_.cache.count_unchanged();
            reply.send(*kept->unchanged);
          } else {
            reply.send(kept->response);
          }
        });
}

void Rest::read_and_keep(RestRequest request, const RestReply& reply, std::string key,
                         const PublicRead& read) {
  this->read(std::move(request), reply,
             [this, reply, key = std::move(key), read](Queries& queries, const Principal& who,
                                                       const RestRequest& asked) {
               Dependencies dependencies;
               Outcome<RestAnswer> answer = read(queries, who, asked, dependencies);
               if (!answer || answer->status != 200) return answer;
               const Position snapshot = storage::log_position(queries);
               const auto changed = parts_.cache.last_change(dependencies, snapshot.lsn);
               if (!changed) return answer;
               if (!answer->validator.empty()) {
                 answer->validator = '"' + Position{snapshot.epoch, *changed}.to_string() + '"';
               }
               auto kept = cached_answer(*answer, dependencies, *changed);
               reply.shard().post([this, key, kept](realtime::Shard& loop) {
                 parts_.cache.keep(loop.index(), key, kept);
               });
               return answer;
             });
}

void Rest::submit(RestRequest request, RestReply reply, Command command) {
  parts_.commits.submit<RestAnswer>(
      [this, request = std::move(request),
       command = std::move(command)](storage::Transaction& transaction) -> Outcome<RestAnswer> {
        const auto caller = who(transaction, request);
        if (!caller) return caller.error();
        return command(Context{transaction, *caller, parts_.clock.unix_ms(), parts_.ids}, request);
      },
      [reply](Outcome<RestAnswer> answer) { reply.send(std::move(answer)); },
      {&reply.shard(), [&shard = reply.shard()](std::function<void()> work) {
         shard.post([work = std::move(work)](realtime::Shard&) { work(); });
       }});
}

Rest::Shape Rest::native_shape(int success) {
  return [success](const Context& context,
                   const commerce::RecordImage& record) -> Outcome<RestAnswer> {
    if (success == 204) return no_content();
    return record_answer(context.who, record, success);
  };
}

void Rest::submit_once(RestRequest request, RestReply reply, Shape shape, RecordCommand command) {
  submit(std::move(request), std::move(reply),
         [shape = std::move(shape), command = std::move(command)](
             const Context& context, const RestRequest& asked) -> Outcome<RestAnswer> {
           // What a DELETE names in its query is as much of the request as a body is.
           const std::string content = asked.query + '\n' + asked.body;
           const Record record = commerce::idempotent(
               context, {asked.method, asked.path, asked.idempotency_key, content},
               [&] { return command(context, asked); });
           if (!record) return record.error();
           return shape(context, *record);
         });
}

Outcome<auth::Principal> Rest::who(Queries& queries, const RestRequest& request) const {
  return within_limits(
      commerce::authenticate(queries, request.credential, parts_.key, parts_.clock.unix_ms()));
}

Outcome<auth::Principal> Rest::who(storage::Transaction& transaction,
                                   const RestRequest& request) const {
  return within_limits(
      commerce::authenticate(transaction, request.credential, parts_.key, parts_.clock.unix_ms()));
}

Outcome<auth::Principal> Rest::within_limits(Outcome<auth::Principal> caller) const {
  if (!caller || !caller->signed_in()) return caller;
  auto refusal = parts_.limits.by_user(caller->user_id, parts_.clock.steady_ms());
  if (refusal) return *std::move(refusal);
  return caller;
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
