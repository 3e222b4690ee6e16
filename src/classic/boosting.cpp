#include "classic/boosting.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "classic/model.h"
#include "tensor/check.h"

namespace grad::classic {

namespace {

constexpr double ranking_share = 0.05;      // of the work, roughly
constexpr std::int64_t work_per_rank = 16;  // sorting, in visits a number

}  // namespace

Boosting::Boosting(const char* name, const BoostingOptions& o) : options_(o) {
  const std::string who = "[" + std::string(name) + "] ";
  check(o.rounds >= 1 && o.rounds <= 10'000,
        [&] { return who + std::to_string(o.rounds) + " rounds are not in [1,10000]"; });
  check(o.learning_rate > 0 && o.learning_rate <= 1, [&] {
    return who + "learning rate " + std::to_string(o.learning_rate) + " is not in (0,1]";
  });
  check(o.bins >= 2 && o.bins <= Columns::most_ranks,
        [&] { return who + std::to_string(o.bins) + " bins are not in [2,65536]"; });
  check(o.tree.max_leaves >= 2 && o.tree.max_depth >= 0 && o.tree.min_samples_leaf >= 1 &&
            o.tree.l2 >= 0 && std::isfinite(o.tree.l2),
        who + "needs max_leaves >= 2, max_depth and l2 >= 0, min_samples_leaf >= 1");
  check(o.validation_share >= 0 && o.validation_share <= 0.5 && o.patience >= 1,
        who + "needs a validation share in [0,0.5] and patience >= 1");
}

void Boosting::begin_boosting(const Array& examples, std::vector<std::vector<int>> groups,
                              Rng rng) {
  examples_ = examples;
  count_ = examples.shape()[0];
  columns_ = Columns(examples, options_.bins);
  hold_out(std::move(groups), rng);
  growing_ = false;
  progress_ = 0;
  trees_.clear();
  gains_.assign(static_cast<std::size_t>(examples.shape()[1]), 0);
  training_losses_.clear();
  validation_losses_.clear();
  best_rounds_ = 0;
}

void Boosting::hold_out(std::vector<std::vector<int>> groups, Rng rng) {
  fitted_.clear();
  held_out_.clear();
  for (std::vector<int>& rows : groups) {
    if (rows.empty()) continue;
    rng.shuffle(rows);
    const double wanted = static_cast<double>(rows.size()) * options_.validation_share;
    const auto held = std::min(static_cast<std::ptrdiff_t>(std::floor(wanted + 0.5)),
                               static_cast<std::ptrdiff_t>(rows.size()) - 1);
    held_out_.insert(held_out_.end(), rows.begin(), rows.begin() + held);
    fitted_.insert(fitted_.end(), rows.begin() + held, rows.end());
  }
  std::sort(fitted_.begin(), fitted_.end());
  std::sort(held_out_.begin(), held_out_.end());
}

void Boosting::start_sums(const std::vector<real>& start) {
  sums_ = static_cast<int>(start.size());
  totals_.resize(static_cast<std::size_t>(count_) * start.size());
  for (std::size_t i = 0; i < totals_.size(); ++i) totals_[i] = start[i % start.size()];
  see(totals_);
}

double Boosting::boost() {
  std::int64_t work = slice_work;
  for (; work > 0 && !columns_.done(); work -= work_per_rank * count_) {
    columns_.add();
    progress_ = ranking_share * static_cast<double>(columns_.added()) /
                static_cast<double>(examples_.shape()[1]);
  }
  while (work > 0 && columns_.done() && progress_ < 1) {
    if (!growing_) start_tree();
    if (!grower_.step(work)) end_tree();
    work -= count_;
  }
  return progress_;
}

void Boosting::start_tree() {
  const int sum = static_cast<int>(trees_.size()) % sums_;
  Derivatives both = derivatives(sum, fitted_);
  grower_.start(columns_, options_.tree, fitted_, std::move(both.gradients),
                std::move(both.curvatures));
  growing_ = true;
}

void Boosting::end_tree() {
  growing_ = false;
  const auto sum = static_cast<std::int64_t>(trees_.size()) % sums_;
  Tree tree = std::move(grower_.tree());
  for (real& value : tree.values) value *= static_cast<real>(options_.learning_rate);
  for (const GradientTreeGrower::Leaf& leaf : grower_.leaves())
    for (const std::int32_t row : leaf.rows) totals_[row * sums_ + sum] += tree.values[leaf.node];
  const std::int64_t features = examples_.shape()[1];
  for (const std::int32_t row : held_out_)
    totals_[row * sums_ + sum] += tree.values[tree.leaf(examples_.data() + row * features)];
  grower_.add_gains(gains_);
  trees_.push_back(std::move(tree));
  if (sum + 1 == sums_) end_round();
}

void Boosting::end_round() {
  see(totals_);
  training_losses_.push_back(mean_loss(fitted_));
  const auto round = static_cast<int>(training_losses_.size());
  bool stop = round == options_.rounds;
  if (held_out_.empty()) {
    best_rounds_ = round;
  } else {
    validation_losses_.push_back(mean_loss(held_out_));
    if (best_rounds_ == 0 || validation_losses_.back() < validation_losses_[best_rounds_ - 1])
      best_rounds_ = round;
    stop = stop || round - best_rounds_ >= options_.patience;
  }
  progress_ = stop ? 1 : ranking_share + (1 - ranking_share) * round / options_.rounds;
  if (!stop) return;
  trees_.resize(static_cast<std::size_t>(best_rounds_) * static_cast<std::size_t>(sums_));
  columns_ = {};
  examples_ = {};
}

std::vector<double> Boosting::importances() const {
  const double sum = std::accumulate(gains_.begin(), gains_.end(), 0.0);
  std::vector<double> shares = gains_;
  if (sum > 0)
    for (double& share : shares) share /= sum;
  return shares;
}

void Boosting::exchange_trees(State& state, std::int64_t features, int sums) {
  state.trees("trees", trees_, 1, features);
  if (!state.reading()) return;
  sums_ = sums;
  best_rounds_ = rounds();
  check(trees_.size() == static_cast<std::size_t>(best_rounds_) * static_cast<std::size_t>(sums) &&
            best_rounds_ > 0,
        "The model's \"trees\" are no whole number of rounds.");
  gains_.assign(static_cast<std::size_t>(features), 0);
}

}  // namespace grad::classic
