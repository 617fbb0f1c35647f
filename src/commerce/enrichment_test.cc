#include "commerce/enrichment.h"

#include "auth/job_token.h"
#include "commerce/enrichment_work.h"
#include "commerce/fields.h"
#include "commerce/testing.h"

namespace tillcast::commerce {
namespace {

using testing::code_of;

const auth::TokenKey kKey{std::string(auth::kTokenKeyBytes, 'k')};

class Enrichment : public testing::ShopTest {
 protected:
  Enrichment() : product_(bread(5)) {}

  Outcome<RecordImage> start(const auth::Principal& who, const std::string& product,
                             std::string_view worker = kBuiltinWorker) {
    return store_.run(
        who, [&](const Context& context) { return start_enrichment(context, product, worker); });
  }
  std::string started(std::string_view worker = kBuiltinWorker) {
    return start(owner_, product_, worker).value().id;
  }

  /// Runs a step of a worker in a transaction of its own.
  template <class Step>
  auto step(const Step& step) {
    std::optional<std::invoke_result_t<Step, storage::Transaction&>> result;
    store_.run(anonymous_, [&](const Context& context) -> Outcome<Done> {
      result.emplace(step(context.transaction));
      return Done{};
    });
    return *std::move(result);
  }
  TakenEnrichment take() {
    return step([&](storage::Transaction& transaction) {
      return take_enrichment(transaction, rules_, store_.now_ms);
    });
  }
  bool fail(const EnrichmentAttempt& attempt, const std::string& error, bool final = false) {
    return step([&](storage::Transaction& transaction) {
      return fail_enrichment(transaction, attempt, error, final, store_.now_ms);
    });
  }
  bool finish(const EnrichmentAttempt& attempt) {
    return step([&](storage::Transaction& transaction) {
      return finish_enrichment(transaction, attempt,
                               {{product::kGeneratedImageUrl, std::string("/images/made.webp")},
                                {product::kCaption, std::string("Fresh!")}},
                               store_.now_ms);
    });
  }
  bool hand_over(const EnrichmentAttempt& attempt) {
    return step([&](storage::Transaction& transaction) {
      return hand_over_enrichment(transaction, attempt);
    });
  }
  Outcome<RecordImage> report(const std::string& token, const std::string& product,
                              std::string_view body) {
    const auto values = parse_job_report(body);
    if (!values) return values.error();
    return store_.run(anonymous_, [&](const Context& context) {
      return report_enrichment(context, kKey, token, product, *values);
    });
  }
  std::string token(const EnrichmentWork& work) {
    return auth::sign_job_token(kKey, {work.attempt.job_id, work.product.id(), work.deadline_ms});
  }
  std::string status() { return store_.record(Kind::kProduct, product_).text(product::kStatus); }
  std::string state(const std::string& job) {
    return store_.record(Kind::kJob, job).text(job::kState);
  }

  std::string product_;
  EnrichmentRules rules_;
};

TEST_F(Enrichment, is_started_by_the_shops_people_and_seen_by_them) {
  EXPECT_EQ(code_of(start(anonymous_, product_)), "forbidden");
  EXPECT_EQ(code_of(start(stranger_, product_)), "forbidden");
  EXPECT_EQ(code_of(start(owner_, "no-such-product")), "not_found");
  EXPECT_EQ(status(), "active");
  const auto job = start(staff_, product_);
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(testing::json_member(job->json, "state"), "queued");
  EXPECT_EQ(testing::json_member(job->json, "product_id"), product_);
  EXPECT_EQ(testing::json_member(job->json, "worker"), "builtin");
  EXPECT_EQ(status(), "processing");
  ASSERT_EQ(changes_of("job").size(), 1U);
  EXPECT_EQ(changes_of("job")[0].shop_id, shop_);
  ASSERT_EQ(changes_of("product").size(), 1U);
  EXPECT_EQ(changes_of("product")[0].changed, "status");
}

TEST_F(Enrichment, of_one_product_runs_once_at_a_time) {
  const std::string job = started();
  EXPECT_EQ(code_of(start(owner_, product_)), "already_processing");
  EXPECT_EQ(store_.number("SELECT count(*) FROM jobs"), 1);
  EXPECT_TRUE(finish(take().work.value().attempt));
  EXPECT_EQ(state(job), "done");
  EXPECT_TRUE(start(owner_, product_).has_value()) << "again, after it has ended";
}

TEST_F(Enrichment, of_an_archived_product_is_refused_and_a_draft_is_shown) {
  change_product(owner_, product_, R"({"status":"archived"})").value();
  EXPECT_EQ(code_of(start(owner_, product_)), "archived");
  change_product(owner_, product_, R"({"status":"draft"})").value();
  EXPECT_TRUE(start(owner_, product_).has_value());
  EXPECT_TRUE(store_.record(Kind::kProduct, product_).is_public());
}

TEST_F(Enrichment, is_taken_by_one_worker_and_finished) {
  const std::string job = started();
  const auto taken = take();
  ASSERT_TRUE(taken.work.has_value());
  EXPECT_EQ(taken.work->attempt.job_id, job);
  EXPECT_EQ(taken.work->attempt.number, 1);
  EXPECT_EQ(taken.work->worker, "builtin");
  EXPECT_EQ(taken.work->product.id(), product_);
  EXPECT_EQ(taken.work->shop.id(), shop_);
  EXPECT_EQ(taken.work->deadline_ms, store_.now_ms + rules_.timeout_ms);
  EXPECT_EQ(taken.next_due_ms, store_.now_ms + limits::kEnrichmentLeaseMs);
  EXPECT_EQ(state(job), "running");
  EXPECT_FALSE(take().work.has_value()) << "it is taken";
  EXPECT_TRUE(finish(taken.work->attempt));
  const Record product = store_.record(Kind::kProduct, product_);
  EXPECT_EQ(product.text(product::kStatus), "enriched");
  EXPECT_EQ(product.text(product::kGeneratedImageUrl), "/images/made.webp");
  EXPECT_EQ(product.text(product::kCaption), "Fresh!");
  EXPECT_EQ(changes_of("stats").size(), 1U) << "told with every change of a product";
  EXPECT_FALSE(finish(taken.work->attempt)) << "it is over";
  EXPECT_EQ(take().next_due_ms, 0);
}

TEST_F(Enrichment, is_tried_again_later_and_later_then_failed) {
  const std::string job = started();
  std::int64_t wait_ms = limits::kEnrichmentRetryMs;
  for (std::int64_t attempt = 1; attempt < limits::kEnrichmentAttemptsMax; ++attempt) {
    const auto taken = take();
    ASSERT_EQ(taken.work.value().attempt.number, attempt);
    EXPECT_TRUE(fail(taken.work->attempt, "no answer"));
    EXPECT_EQ(state(job), "queued");
    EXPECT_EQ(store_.record(Kind::kJob, job).text(job::kError), "no answer");
    EXPECT_EQ(status(), "processing");
    const auto early = take();
    EXPECT_FALSE(early.work.has_value());
    EXPECT_EQ(early.next_due_ms, store_.now_ms + wait_ms);
    store_.now_ms += wait_ms;
    wait_ms = std::min(2 * wait_ms, limits::kEnrichmentRetryMsMax);
  }
  EXPECT_TRUE(fail(take().work.value().attempt, std::string(999, 'e') + "\xc3\xa9"));
  EXPECT_EQ(state(job), "failed");
  EXPECT_EQ(store_.record(Kind::kJob, job).text(job::kError), std::string(999, 'e'));
  EXPECT_EQ(status(), "failed");
}

TEST_F(Enrichment, that_cannot_get_better_fails_at_once) {
  const std::string job = started();
  EXPECT_TRUE(fail(take().work.value().attempt, "refused", true));
  EXPECT_EQ(state(job), "failed");
  EXPECT_EQ(status(), "failed");
}

TEST_F(Enrichment, of_a_server_that_died_is_taken_by_another_and_its_first_attempt_counts_no_more) {
  started();
  const auto first = take().work.value();
  store_.now_ms += limits::kEnrichmentLeaseMs;
  const auto second = take().work.value();
  EXPECT_EQ(second.attempt.number, 2);
  EXPECT_FALSE(finish(first.attempt));
  EXPECT_FALSE(fail(first.attempt, "late"));
  EXPECT_EQ(status(), "processing");
  EXPECT_TRUE(finish(second.attempt));
}

TEST_F(Enrichment, of_a_server_that_is_gone_is_due_at_the_next_start) {
  started();
  take();
  EXPECT_FALSE(take().work.has_value());
  step([&](storage::Transaction& transaction) {
    release_lost_enrichments(transaction, store_.now_ms);
    return true;
  });
  EXPECT_EQ(take().work.value().attempt.number, 2);
}

TEST_F(Enrichment, that_is_released_is_due_at_once) {
  started();
  const auto work = take().work.value();
  EXPECT_TRUE(step([&](storage::Transaction& transaction) {
    return release_enrichment(transaction, work.attempt, store_.now_ms);
  }));
  EXPECT_TRUE(take().work.has_value());
}

TEST_F(Enrichment, whose_attempts_all_died_fails) {
  const std::string job = started();
  for (std::int64_t attempt = 0; attempt < limits::kEnrichmentAttemptsMax; ++attempt) {
    ASSERT_TRUE(take().work.has_value());
    store_.now_ms += limits::kEnrichmentLeaseMs;
  }
  EXPECT_FALSE(take().work.has_value());
  EXPECT_EQ(state(job), "failed");
  EXPECT_EQ(status(), "failed");
}

TEST_F(Enrichment, of_a_product_that_was_removed_fails) {
  const std::string job = started();
  store_
      .run(owner_,
           [&](const Context& context) { return delete_product(context, product_, std::nullopt); })
      .value();
  EXPECT_FALSE(take().work.has_value());
  EXPECT_EQ(state(job), "failed");
}

TEST_F(Enrichment, keeps_what_its_people_set_in_the_meantime) {
  started();
  const auto work = take().work.value();
  change_product(owner_, product_, R"({"status":"archived"})").value();
  EXPECT_TRUE(finish(work.attempt));
  EXPECT_EQ(status(), "archived");
}

TEST_F(Enrichment, of_more_products_than_a_shop_may_have_waiting_is_refused) {
  store_
      .run(owner_,
           [&](const Context& context) -> Outcome<Done> {
             for (std::int64_t i = 0; i < limits::kEnrichmentsPerShopMax; ++i) {
               const std::string id = "p" + std::to_string(i);
               context.transaction.execute(
                   "INSERT INTO enrichments (job_id, product_id, shop_id, stage, attempt, due_at, "
                   "deadline_at, holder) VALUES ($1, $2, $3, 0, 0, 0, 0, 0)",
                   {std::string_view(id), std::string_view(id), std::string_view(shop_)});
             }
             return Done{};
           })
      .value();
  EXPECT_EQ(code_of(start(owner_, product_)), "too_many_enrichments");
}

TEST_F(Enrichment, by_an_outside_workflow_ends_with_its_report) {
  const std::string job = started(kWebhookWorker);
  const auto work = take().work.value();
  EXPECT_TRUE(hand_over(work.attempt));
  EXPECT_FALSE(fail(work.attempt, "late"));
  const std::string good = token(work);
  const auto halfway = report(good, product_, R"({"caption":"Soon","status":"processing"})");
  ASSERT_TRUE(halfway.has_value());
  EXPECT_EQ(testing::json_member(halfway->json, "caption"), "Soon");
  EXPECT_EQ(status(), "processing");
  const auto done = report(
      good, product_,
      R"({"generated_image_url":"https://cdn.example/a.png","caption":"Buy","status":"enriched"})");
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(testing::json_member(done->json, "status"), "enriched");
  EXPECT_EQ(testing::json_member(done->json, "generated_image_url"), "https://cdn.example/a.png");
  EXPECT_EQ(state(job), "done");
  EXPECT_EQ(code_of(report(good, product_, R"({"caption":"More"})")), "token_expired");
}

TEST_F(Enrichment, may_report_before_the_workflow_has_answered) {
  started(kWebhookWorker);
  const auto work = take().work.value();
  EXPECT_TRUE(report(token(work), product_, R"({"status":"failed"})").has_value());
  EXPECT_FALSE(hand_over(work.attempt));
  EXPECT_EQ(status(), "failed");
  EXPECT_EQ(state(work.attempt.job_id), "failed");
}

TEST_F(Enrichment, that_is_never_reported_fails_at_its_deadline) {
  const std::string job = started(kWebhookWorker);
  const auto work = take().work.value();
  hand_over(work.attempt);
  store_.now_ms = work.deadline_ms - 1;
  EXPECT_EQ(take().next_due_ms, work.deadline_ms);
  EXPECT_EQ(status(), "processing");
  store_.now_ms = work.deadline_ms;
  EXPECT_FALSE(take().work.has_value());
  EXPECT_EQ(status(), "failed");
  EXPECT_EQ(store_.record(Kind::kJob, job).text(job::kError),
            "The workflow did not report in time.");
  EXPECT_EQ(code_of(report(token(work), product_, R"({"status":"enriched"})")), "token_expired");
}

TEST_F(Enrichment, takes_a_token_for_its_own_product_and_fields_alone) {
  const std::string other = bread(1);
  started(kWebhookWorker);
  const auto work = take().work.value();
  const std::string good = token(work);
  EXPECT_EQ(code_of(report(good, other, R"({"caption":"X"})")), "forbidden");
  EXPECT_EQ(code_of(report("nonsense", product_, R"({"caption":"X"})")), "unauthenticated");
  for (const std::string_view body :
       {R"({"price_minor":1})", R"({"stock":9})", R"({"name":"X"})", R"({"image_url":"/x"})",
        R"({"status":"active"})", R"({"status":"archived"})",
        R"({"generated_image_url":"http://plain.example/a.png"})",
        R"({"generated_image_url":"/images/own.png"})",
        R"({"generated_image_url":"javascript:alert"})"}) {
    EXPECT_EQ(code_of(report(good, product_, body)), "validation_failed") << body;
  }
  EXPECT_EQ(status(), "processing");
}

}  // namespace
}  // namespace tillcast::commerce
