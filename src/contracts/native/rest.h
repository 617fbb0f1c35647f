// The layer under the routes of the REST contract: it takes a request apart, finds out who asks,
// runs the route's command or read on the thread where that belongs, and answers what the caller
// may see.
//
// A write runs on the commit thread, its identity read in the same transaction, and is answered
// when it is durable. A read runs on a reader thread in one snapshot. Loops only parse and write
// bytes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "auth/outside_tokens.h"
#include "auth/password.h"
#include "auth/tokens.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/random.h"
#include "commerce/context.h"
#include "commerce/enrichment.h"
#include "contracts/native/request_counters.h"
#include "contracts/native/request_limits.h"
#include "contracts/native/response_cache.h"
#include "contracts/native/rest_answer.h"
#include "contracts/native/rest_request.h"
#include "pictures/picture_worker.h"
#include "realtime/server.h"
#include "storage/commit_thread.h"
#include "storage/reader_pool.h"

namespace tillcast::contracts {

class BulkWorker;

/// What the routes work with. All of it outlives the server.
struct RestParts {
  storage::CommitThread& commits;
  storage::ReaderPool& readers;
  auth::PasswordThread& passwords;
  /// Null if no outside issuer is configured.
  auth::OutsideTokens* outside;
  const auth::TokenKey& key;
  const Clock& clock;
  Random& random;
  IdSource& ids;
  RequestCounters& counters;
  RequestLimits& limits;
  ResponseCache& cache;
  pictures::PictureWorker& pictures;
  /// The session's cookie is for HTTPS alone.
  bool secure_cookies;
  /// Is told of an exception that a route let out: a bug, answered with 500. Any thread.
  std::function<void(std::string_view what)> report_bug;
  /// Which worker does the enrichments that are started from now on.
  std::string_view enrichment_worker = commerce::kBuiltinWorker;
  /// Brings many records at once; null on a server that brings none.
  BulkWorker* bulk = nullptr;
};

/// How a dialect says no.
using RefusalShape = RestAnswer (*)(const Problem& problem);

/// Where the answer to one request goes. A value; one call of send(), from any thread.
class RestReply {
 public:
  RestReply(realtime::HttpReply reply, RequestCounters& counters, RefusalShape refusal,
            std::string if_none_match)
      : reply_(reply),
        counters_(&counters),
        refusal_(refusal),
        if_none_match_(std::move(if_none_match)) {}

  /// A list that the client has already (If-None-Match) is answered by 304.
  void send(Outcome<RestAnswer> answer) const;
  void send(protocol::HttpResponse response) const;

  [[nodiscard]] bool client_has(std::string_view etag) const;

  /// The loop that the request came to.
  [[nodiscard]] realtime::Shard& shard() const { return reply_.shard(); }

 private:
  realtime::HttpReply reply_;
  RequestCounters* counters_;
  RefusalShape refusal_;
  std::string if_none_match_;
};

/// A body that a route has no use for.
struct NoBody {};
inline Outcome<NoBody> no_body(std::string_view) { return NoBody{}; }

/// Adds routes to a server. Set up on one thread before the server starts; the routes then run on
/// all threads. It must live as long as the server.
class Rest {
 public:
  using Queries = storage::Queries;
  using Principal = auth::Principal;
  using Context = commerce::Context;
  using Record = Outcome<commerce::RecordImage>;
  using Read = std::function<Outcome<RestAnswer>(Queries&, const Principal&, const RestRequest&)>;
  /// As Read, for what everybody may see: also says what the answer was made from.
  using PublicRead = std::function<Outcome<RestAnswer>(Queries&, const Principal&,
                                                       const RestRequest&, Dependencies&)>;
  using Command = std::function<Outcome<RestAnswer>(const Context&, const RestRequest&)>;
  using Handler = std::function<void(RestRequest, RestReply)>;
  /// What a written record is answered with. On the commit thread, in the write's transaction.
  using Shape = std::function<Outcome<RestAnswer>(const Context&, const commerce::RecordImage&)>;

  Rest(realtime::Server& server, RestParts parts, RefusalShape refusal = problem_answer)
      : server_(server), parts_(std::move(parts)), refusal_(refusal) {}
  Rest(const Rest&) = delete;
  Rest& operator=(const Rest&) = delete;

  /// A route that sends its answer itself, from whatever thread it has come to.
  void route(std::string_view method, std::string_view pattern, Handler handler);

  /// The same for a picture as the body; it may be larger than other bodies.
  void route_picture(std::string_view method, std::string_view pattern, Handler handler);

  /// A read: `read` runs in one snapshot, on a reader thread.
  void get(std::string_view pattern, Read read);

  /// A read of what everybody may see. To those who show no credential it is answered from memory,
  /// on the loop that they came to, as long as nothing that it was made from has changed.
  void get_public(std::string_view pattern, PublicRead read);

  /// A write of one record. `parse(body)` runs on the loop and gives an Outcome<Body>; then
  /// `run(context, request, body)` gives Outcome<RecordImage> on the commit thread, once a
  /// Idempotency-Key. `success` is the status of the answer; 204 leaves the record out.
  template <class Parse, class Run>
  void write(std::string_view method, std::string_view pattern, int success, Parse parse, Run run) {
    write_as(method, pattern, native_shape(success), std::move(parse), std::move(run));
  }

  /// The same with an answer in a dialect's words.
  template <class Parse, class Run>
  // NOLINTNEXTLINE(performance-unnecessary-value-param): the route keeps it.
  void write_as(std::string_view method, std::string_view pattern, Shape shape, Parse parse,
                Run run) {
    route(method, pattern, [this, shape, parse, run](RestRequest request, RestReply reply) {
      this->run_write(std::move(request), reply, shape, parse, run);
    });
  }
  /// What such a route does with one request.
  template <class Parse, class Run>
  void run_write(RestRequest request, const RestReply& reply, const Shape& shape,
                 const Parse& parse, const Run& run) {
    using Body = typename std::invoke_result_t<Parse, std::string_view>::value_type;
    Outcome<Body> body = parse(request.body);
    if (!body) return reply.send(body.error());
    submit_once(std::move(request), reply, shape,
                [run, value = *std::move(body)](const Context& context, const RestRequest& asked)
                    -> Record { return run(context, asked, value); });
  }

  using RecordCommand = std::function<Record(const Context&, const RestRequest&)>;
  /// Runs `command` on the commit thread as the caller, once an Idempotency-Key, and sends what
  /// `shape` makes of its record.
  void submit_once(RestRequest request, RestReply reply, Shape shape, RecordCommand command);
  /// The record as the caller may see it; for a `success` of 204 nothing.
  static Shape native_shape(int success);
  /// Runs `command` on the commit thread as the caller and sends its answer when it is durable.
  void submit(RestRequest request, RestReply reply, Command command);
  /// Runs `read` in a snapshot as the caller and sends its answer.
  void read(RestRequest request, const RestReply& reply, Read read);
  /// Runs `read` in a snapshot as the caller and gives what it found to `next`, on the reader
  /// thread; a refusal is sent.
  template <class T>
  void read_then(const RestRequest& request, const RestReply& reply,
                 std::function<Outcome<T>(Queries&, const Principal&)> read,
                 std::function<void(T)> next);

  /// 503 `storage_failed`.
  static Problem storage_failed();

  [[nodiscard]] const RestParts& parts() const { return parts_; }
  /// `METHOD PATTERN` of every route that was added.
  [[nodiscard]] const std::vector<std::string>& routes() const { return routes_; }

 private:
  void add_route(std::string_view method, std::string_view pattern, BodyType body_type,
                 Handler handler);
  void read_and_keep(RestRequest request, const RestReply& reply, std::string key,
                     const PublicRead& read);
  /// Who asks; 429 if the user asks too often.
  Outcome<Principal> who(Queries& queries, const RestRequest& request) const;
  Outcome<Principal> who(storage::Transaction& transaction, const RestRequest& request) const;
  Outcome<Principal> within_limits(Outcome<Principal> caller) const;

  /// 500 `internal`, for an exception that a route let out. The commit thread does this for
  /// commands.
  [[nodiscard]] Problem internal_error(std::string_view what) const;

  realtime::Server& server_;
  RestParts parts_;
  RefusalShape refusal_;
  std::vector<std::string> routes_;
};

template <class T>
void Rest::read_then(const RestRequest& request, const RestReply& reply,
                     std::function<Outcome<T>(Queries&, const Principal&)> read,
                     std::function<void(T)> next) {
  parts_.readers.post(
      [this, request, reply, read = std::move(read), next = std::move(next)](Queries* queries) {
        if (queries == nullptr) return reply.send(storage_failed());
        try {
          const auto caller = who(*queries, request);
          if (!caller) return reply.send(caller.error());
          auto found = read(*queries, *caller);
          if (!found) return reply.send(found.error());
          next(*std::move(found));
        } catch (const storage::StorageFailure&) {
          throw;
        } catch (const std::exception& error) {
          reply.send(internal_error(error.what()));
        }
      });
}

}  // namespace tillcast::contracts
