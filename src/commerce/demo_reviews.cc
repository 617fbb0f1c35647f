#include "commerce/demo_reviews.h"

#include <utility>

namespace tillcast::commerce {
namespace {

bool mentions(std::string_view words, std::string_view capital, std::string_view small) {
  return words.find(capital) != words.npos || words.find(small) != words.npos;
}

std::string capitalised(std::string_view clause) {
  std::string text(clause);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

void replace(std::string& text, std::string_view mark, std::string_view words) {
  const std::size_t at = text.find(mark);
  if (at != std::string::npos) text.replace(at, mark.size(), words);
}

}  // namespace

ReviewWriter::ReviewWriter(const ReviewVoice& voice, DemoRandom& random)
    : voice_(voice), random_(random) {
  for (std::size_t stars = 0; stars < uses_.size(); ++stars) {
    uses_[stars].assign(voice.templates[stars].size(), 0);
  }
}

void ReviewWriter::start(const CatalogueRow& row) {
  row_ = &row;
  for (std::size_t stars = 0; stars < used_here_.size(); ++stars) {
    used_here_[stars].assign(voice_.templates[stars].size(), false);
  }
  good_next_ = 0;
  flaw_used_ = false;
  use_used_ = false;
  for (const CategoryWords& words : voice_.categories) {
    if (words.category != row.article.category) continue;
    closings_left_[0].assign(words.disliked.begin(), words.disliked.end());
    closings_left_[1].assign(words.liked.begin(), words.liked.end());
    random_.shuffle(closings_left_[0]);
    random_.shuffle(closings_left_[1]);
  }
}

bool ReviewWriter::can_say(std::string_view words) const {
  if (mentions(words, "{Good}", "{good}") && good_next_ >= row_->opinion.good.size()) return false;
  if (mentions(words, "{Flaw}", "{flaw}") && flaw_used_) return false;
  return !(mentions(words, "{use}", "{use}") && use_used_);
}

/// One of the templates that the shop has used least, or the number of templates if none is left.
std::size_t ReviewWriter::pick_template(std::size_t stars) {
  const std::span<const std::string_view> templates = voice_.templates.at(stars);
  std::vector<std::size_t> best;
  for (std::size_t at = 0; at < templates.size(); ++at) {
    if (used_here_[stars][at] || !can_say(templates[at])) continue;
    if (!best.empty() && uses_[stars][at] > uses_[stars][best.front()]) continue;
    if (!best.empty() && uses_[stars][at] < uses_[stars][best.front()]) best.clear();
    best.push_back(at);
  }
  return best.empty() ? templates.size() : best[random_.index(best.size())];
}

std::string ReviewWriter::fill(std::string_view words) {
  const Opinion& opinion = row_->opinion;
  std::string text(words);
  if (mentions(words, "{Good}", "{good}")) {
    const std::string_view clause = opinion.good[good_next_++];
    replace(text, "{Good}", capitalised(clause));
    replace(text, "{good}", clause);
  }
  if (mentions(words, "{Flaw}", "{flaw}")) {
    flaw_used_ = true;
    replace(text, "{Flaw}", capitalised(opinion.flaw));
    replace(text, "{flaw}", opinion.flaw);
  }
  if (mentions(words, "{use}", "{use}")) {
    use_used_ = true;
    replace(text, "{use}", opinion.use);
  }
  replace(text, "{noun}", opinion.noun);
  return text;
}

/// Some reviews end with a sentence that any product of the category could get.
void ReviewWriter::maybe_add_closing(std::string& text, int rating, std::string_view words) {
  // Who never got the thing, or got it broken, does not go on about its taste.
  const bool about_product = rating > 3 || mentions(words, "{Flaw}", "{flaw}");
  if (rating == 3 || !about_product || !random_.one_in(2)) return;
  std::vector<std::string_view>& left = closings_left_[rating > 3 ? 1 : 0];
  if (left.empty()) return;
  text += ' ';
  text += left.back();
  left.pop_back();
}

WrittenReview ReviewWriter::write(int rating) {
  for (; rating < 5; ++rating) {
    const auto stars = static_cast<std::size_t>(rating - 1);
    if (pick_template(stars) < voice_.templates[stars].size()) break;
  }
  const auto stars = static_cast<std::size_t>(rating - 1);
  const std::size_t at = pick_template(stars);
  used_here_[stars].at(at) = true;
  ++uses_[stars].at(at);
  std::string text = fill(voice_.templates[stars][at]);
  maybe_add_closing(text, rating, voice_.templates[stars][at]);
  return {rating, std::move(text)};
}

}  // namespace tillcast::commerce
