#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <future>
#include <sstream>

#include "commerce/body_fields.h"
#include "commerce/bulk.h"
#include "commerce/export.h"
#include "commerce/json_text.h"
#include "commerce/problems.h"
#include "commerce/records.h"
#include "commerce/seed.h"
#include "commerce/validate.h"
#include "contracts/native/bulk_routes.h"

namespace tillcast::contracts {

namespace {

using auth::Principal;
using commerce::Done;
using storage::Queries;
using RowSink = BulkRowSink;
using Rows = BulkRows;

/// A refusal on its way out of a bulk's steps.
struct BulkRefused {
  Problem problem;
};

Problem too_many_jobs() {
  return {
      503, "busy", "Other imports, seeds or backups are waiting. Try again in a while.", {}, {}};
}

/// Each step is a command among the others, so orders go on between two of them.
commerce::BulkRun as_commands(storage::CommitThread& commits) {
  return [&commits](const std::function<void(storage::Transaction&)>& step) {
    std::promise<Outcome<Done>> answered;
    commits.submit<Done>(
        [&step](storage::Transaction& transaction) -> Outcome<Done> {
          try {
            step(transaction);
          } catch (const commerce::BulkBusy&) {
            return too_many_jobs();
          }
          return Done{};
        },
        [&answered](Outcome<Done> outcome) { answered.set_value(std::move(outcome)); });
    const Outcome<Done> outcome = answered.get_future().get();
    if (!outcome) throw BulkRefused{outcome.error()};
  };
}

Problem faults_problem(const std::vector<commerce::BulkFault>& faults) {
  std::vector<FieldError> errors;
  for (const commerce::BulkFault& fault : faults) {
    errors.push_back({"line " + std::to_string(fault.line), "row", fault.detail});
  }
  return commerce::validation_problem(std::move(errors));
}

struct Brought {
  std::int64_t rows = 0;
};

/// Stages the rows, checks and applies them. What an earlier one left half done is finished first.
Outcome<Brought> bring(const RestParts& parts, const commerce::BulkTarget& target,
                       const Rows& rows) {
  const commerce::BulkRun run = as_commands(parts.commits);
  try {
    commerce::apply_bulk(run, parts.ids, parts.clock);
    commerce::BulkStage stage(run, parts.ids, parts.clock, target);
    std::int64_t taken = 0;
    rows([&](std::int64_t line, Outcome<commerce::BulkRow> row) {
      ++taken;
      stage.add(line, std::move(row));
    });
    const auto faults = stage.finish();
    if (!faults.empty()) return faults_problem(faults);
    commerce::apply_bulk(run, parts.ids, parts.clock);
    return Brought{taken};
  } catch (const BulkRefused& refused) {
    return refused.problem;
  }
}

Outcome<RestAnswer> brought_answer(const Outcome<Brought>& brought) {
  if (!brought) return brought.error();
  return RestAnswer{200, commerce::JsonObject().integer("rows", brought->rows).finish(), {}, {}};
}

void fail(const Rest& rest, const RestReply& reply, std::string_view what) {
  rest.parts().report_bug(what);
  reply.send(Problem{500, "internal", "The server failed at this. Its log says why.", {}, {}});
}

void post_job(BulkWorker& worker, const Rest& rest, const RestReply& reply,
              std::function<Outcome<RestAnswer>()> job) {
  const bool taken = worker.post([&rest, reply, job = std::move(job)] {
    try {
      reply.send(job());
    } catch (const std::exception& error) {
      fail(rest, reply, error.what());
    }
  });
  if (!taken) reply.send(too_many_jobs());
}

/// `{"rows":[{"kind":"product",…},…]}` or `{"csv":"sku,name,…\n…"}`.
Outcome<Rows> parse_import(std::string_view body) {
  auto parsed = commerce::parse_object(body);
  if (!parsed) return parsed.error();
  const auto object = std::make_shared<const boost::json::object>(*std::move(parsed));
  const auto* rows = object->if_contains("rows");
  const auto* csv = object->if_contains("csv");
  if (object->size() == 1 && csv != nullptr && csv->is_string()) {
    return Rows([object](const RowSink& row) {
      std::istringstream text(std::string(object->at("csv").get_string()));
      commerce::read_csv_products(text, row);
    });
  }
  if (object->size() != 1 || rows == nullptr || !rows->is_array()) {
    return commerce::validation_problem(
        {{"rows", "required", "Give rows, a list of objects, or csv, a text, and nothing else."}});
  }
  return Rows([object](const RowSink& row) {
    std::int64_t line = 0;
    for (const auto& one : object->at("rows").get_array()) {
      ++line;
      if (const auto* fields = one.if_object()) {
        row(line, commerce::parse_bulk_object(*fields, std::nullopt));
      } else {
        row(line, Problem{422, "bad_row", "A row is a JSON object.", {}, {}});
      }
    }
  });
}

/// {count?, reviews?, categories?, seed?}
Outcome<commerce::SeedRequest> parse_seed(std::string_view body) {
  const auto parsed = commerce::parse_object(body.empty() ? "{}" : body);
  if (!parsed) return parsed.error();
  commerce::SeedRequest request;
  std::vector<FieldError> errors;
  for (const auto& [name, value] : *parsed) {
    const bool is_count = value.is_int64() && value.get_int64() >= 0;
    if (name == "count" && is_count) {
      request.products = value.get_int64();
    } else if (name == "reviews" && is_count) {
      request.reviews = value.get_int64();
    } else if (name == "seed" && is_count) {
      request.seed = static_cast<std::uint64_t>(value.get_int64());
    } else if (name == "categories" && value.is_array()) {
      for (const auto& category : value.get_array()) {
        request.categories.emplace_back(category.is_string() ? category.get_string() : "");
      }
    } else {
      errors.push_back({std::string(name), "value",
                        "Give count, reviews and seed as whole numbers, categories as a list."});
    }
  }
  if (request.products > kSeedByRestMax || request.reviews > 100 ||
      request.products * (1 + request.reviews) > kSeedByRestMax) {
    errors.push_back({"count", "too_large",
                      "Products and reviews are at most " + std::to_string(kSeedByRestMax) +
                          " together; make more by the command line."});
  }
  if (!errors.empty()) return commerce::validation_problem(std::move(errors));
  return request;
}

void import_rows(Rest& rest, BulkWorker& worker, const RestRequest& asked, const RestReply& reply) {
  auto rows = parse_import(asked.body);
  if (!rows) return reply.send(rows.error());
  rest.read_then<Principal>(
      asked, reply,
      [asked](Queries& queries, const Principal& who) {
        return manager_of(queries, who, asked.parameters[0]);
      },
      [&rest, &worker, asked, reply, rows = *std::move(rows)](const Principal& who) {
        post_job(worker, rest, reply, [&rest, asked, who, rows] {
          return brought_answer(
              bring(rest.parts(), {asked.parameters[0], who.user_id, "import"}, rows));
        });
      });
}

void seed(Rest& rest, BulkWorker& worker, const RestRequest& asked, const RestReply& reply) {
  auto wanted = parse_seed(asked.body);
  if (!wanted) return reply.send(wanted.error());
  struct Checked {
    Principal who;
    commerce::SeedRequest request;
  };
  rest.read_then<Checked>(
      asked, reply,
      [asked, wanted = *std::move(wanted)](Queries& queries,
                                           const Principal& who) -> Outcome<Checked> {
        const auto manager = manager_of(queries, who, asked.parameters[0]);
        if (!manager) return manager.error();
        commerce::SeedRequest request = wanted;
        request.shop_id = asked.parameters[0];
        request.reviewers = commerce::seed_reviewers(queries, request.reviews);
        auto checked = commerce::check_seed(std::move(request));
        if (!checked) return checked.error();
        return Checked{*manager, *std::move(checked)};
      },
      [&rest, &worker, reply](const Checked& checked) {
        post_job(worker, rest, reply, [&rest, checked] {
          return brought_answer(
              bring(rest.parts(), {checked.request.shop_id, checked.who.user_id, "seed"},
                    [&](const RowSink& row) { commerce::make_seed(checked.request, row); }));
        });
      });
}

Outcome<RestAnswer> export_shop(Queries& queries, const Principal& who, const RestRequest& asked) {
  const auto manager = manager_of(queries, who, asked.parameters[0]);
  if (!manager) return manager.error();
  const std::string format = query_text(asked, "format");
  if (!format.empty() && format != "jsonl" && format != "csv") {
    return Problem{400, "bad_query", "Say ?format=jsonl or ?format=csv.", {}, {}};
  }
  RestAnswer answer;
  bool fits = true;
  const auto line = [&](std::string_view text) {
    fits = fits && answer.json.size() + text.size() <= kExportBytesMax;
    if (fits) answer.json += text;
  };
  if (format == "csv") {
    commerce::export_csv_products(queries, asked.parameters[0], line);
  } else {
    commerce::export_json_lines(queries, asked.parameters[0], line);
  }
  if (!fits) {
    return Problem{413,
                   "export_too_large",
                   "This shop is too large for one answer: use `tillcast export`.",
                   {},
                   {}};
  }
  answer.headers.emplace_back("Content-Type",
                              format == "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson");
  return answer;
}

}  // namespace

Outcome<Principal> manager_of(Queries& queries, const Principal& who, std::string_view shop_id) {
  if (!commerce::read_record(queries, commerce::Kind::kShop, shop_id)) {
    return commerce::not_found("shop");
  }
  if (auth::may_manage(who, shop_id)) return who;
  return commerce::forbidden("Only the people of this shop may do this.");
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): they are kept.
void bring_rows(const Rest& rest, const RestReply& reply, commerce::BulkTarget target,
                BulkRows rows, std::function<void()> done) {
  const auto job = [&rest, reply, target = std::move(target), rows = std::move(rows),
                    done = std::move(done)] {
    try {
      const auto brought = bring(rest.parts(), target, rows);
      if (!brought) return reply.send(brought.error());
      done();
    } catch (const std::exception& error) {
      fail(rest, reply, error.what());
    }
  };
  if (!rest.parts().bulk->post(job)) reply.send(too_many_jobs());
}

void add_bulk_routes(Rest& rest, BulkWorker& worker, MakeBackup make_backup) {
  rest.route("POST", "/api/v1/shops/{id}/import",
             [&rest, &worker](const RestRequest& asked, const RestReply& reply) {
               import_rows(rest, worker, asked, reply);
             });
  rest.route("POST", "/api/v1/shops/{id}/seed",
             [&rest, &worker](const RestRequest& asked, const RestReply& reply) {
               seed(rest, worker, asked, reply);
             });
  rest.get("/api/v1/shops/{id}/export", export_shop);
  rest.route(
      "POST", "/api/v1/admin/backup",
      [&rest, &worker, make_backup = std::move(make_backup)](const RestRequest& asked,
                                                             const RestReply& reply) {
        rest.read_then<Done>(
            asked, reply,
            [](Queries&, const Principal& who) -> Outcome<Done> {
              if (!who.signed_in()) return commerce::unauthenticated();
              if (who.role == auth::Role::kAdmin) return Done{};
              return commerce::forbidden("Only admins make backups.");
            },
            [&rest, &worker, reply, make_backup](Done) {
              post_job(worker, rest, reply, [make_backup]() -> Outcome<RestAnswer> {
                const auto name = make_backup();
                if (!name) return name.error();
                return RestAnswer{201, commerce::JsonObject().text("file", *name).finish(), {}, {}};
              });
            });
      });
}

}  // namespace tillcast::contracts
