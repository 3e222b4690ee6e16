#include "classic/gradient_tree.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace grad::classic {

namespace {

// A half with less curvature is not split off: its value would be a quotient of near zeros.
constexpr double least_curvature = 1e-3;
constexpr double least_gain = 1e-7;  // below it, rounding decides

}  // namespace

void GradientTreeGrower::start(const Columns& columns, const GradientTreeOptions& options,
                               std::span<const std::int32_t> rows, std::vector<real> gradients,
                               std::vector<real> curvatures) {
  columns_ = &columns;
  options_ = options;
  offsets_.assign(1, 0);
  for (std::int64_t f = 0; f < columns.features(); ++f)
    offsets_.push_back(offsets_.back() + columns.count(f));
  rows_.assign(rows.begin(), rows.end());
  other_rows_.resize(rows_.size());
  gradients_ = std::move(gradients);
  curvatures_ = std::move(curvatures);
  node_gradients_.resize(rows_.size());
  node_curvatures_.resize(rows_.size());
  open_.clear();
  splits_.clear();
  tree_ = Tree{.outputs = 1};
  tree_.nodes.emplace_back();
  tree_.values.emplace_back();
  begun_ = false;
}

bool GradientTreeGrower::step(std::int64_t& work) {
  if (!begun_) {
    begun_ = true;
    Open root{.node = 0,
              .begin = 0,
              .end = static_cast<std::int64_t>(rows_.size()),
              .depth = 0,
              .sum = {},
              .histogram = {},
              .best = {}};
    root.histogram = count(root.begin, root.end, work);
    // Every feature's bins together hold all rows.
    for (std::int64_t b = 0; b < offsets_[1]; ++b) root.sum += root.histogram[b];
    finish_leaf(root, false);
    open_.push_back(std::move(root));
  }
  while (work > 0) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < open_.size(); ++i)
      if (open_[i].best.gain > open_[best].best.gain) best = i;
    const bool full = open_.size() >= static_cast<std::size_t>(options_.max_leaves);
    if (full || open_[best].best.feature < 0) {
      for (Open& leaf : open_) leaf.histogram = {};
      return false;
    }
    split(best, work);
  }
  return true;
}

double GradientTreeGrower::worth(const Bin& sum) const {
  return sum.gradient * sum.gradient / (sum.curvature + options_.l2);
}

// The histogram of a part of the rows.
std::vector<GradientTreeGrower::Bin> GradientTreeGrower::count(std::int64_t begin, std::int64_t end,
                                                               std::int64_t& work) {
  std::vector<Bin> histogram(static_cast<std::size_t>(offsets_.back()));
  for (std::int64_t i = begin; i < end; ++i) {
    node_gradients_[i] = gradients_[rows_[i]];
    node_curvatures_[i] = curvatures_[rows_[i]];
  }
  for (std::int64_t f = 0; f < columns_->features(); ++f) {
    if (columns_->count(f) == 1 && f > 0) continue;  // nothing to split, nobody reads its sums
    const std::uint16_t* ranks = columns_->ranks(f);
    Bin* bins = histogram.data() + offsets_[f];
    for (std::int64_t i = begin; i < end; ++i) {
      Bin& bin = bins[ranks[rows_[i]]];
      bin.gradient += static_cast<double>(node_gradients_[i]);
      bin.curvature += static_cast<double>(node_curvatures_[i]);
      ++bin.rows;
    }
  }
  work -= (end - begin) * columns_->features() + offsets_.back();
  return histogram;
}

// Gives a new leaf its value and its best split, if it may be split.
void GradientTreeGrower::finish_leaf(Open& leaf, bool last) {
  const double denominator = leaf.sum.curvature + options_.l2;
  Tree::Node& node = tree_.nodes[leaf.node];
  node.examples = static_cast<std::int32_t>(leaf.sum.rows);
  tree_.values[leaf.node] =
      denominator > 0 ? static_cast<real>(-leaf.sum.gradient / denominator) : real(0);
  const bool deep = options_.max_depth > 0 && leaf.depth >= options_.max_depth;
  if (!last && !deep && leaf.sum.rows >= 2 * std::int64_t{options_.min_samples_leaf})
    find_split(leaf);
  if (leaf.best.feature < 0) leaf.histogram = {};
}

void GradientTreeGrower::find_split(Open& leaf) {
  const double whole = worth(leaf.sum);
  leaf.best.gain = least_gain;
  for (std::int64_t f = 0; f < columns_->features(); ++f) {
    Bin left;
    int last = -1;  // rank that a row has
    for (int rank = 0; rank < columns_->count(f); ++rank) {
      const Bin& bin = leaf.histogram[offsets_[f] + rank];
      if (bin.rows == 0) continue;
      Bin right = leaf.sum;
      right -= left;
      if (right.rows < options_.min_samples_leaf) break;
      if (left.rows >= options_.min_samples_leaf && left.curvature >= least_curvature &&
          right.curvature >= least_curvature) {
        const double gain = worth(left) + worth(right) - whole;
        if (gain > leaf.best.gain) leaf.best = {gain, f, last};
      }
      left += bin;
      last = rank;
    }
  }
}

void GradientTreeGrower::split(std::size_t which, std::int64_t& work) {
  Open whole = std::move(open_[which]);
  const Split best = whole.best;
  splits_.emplace_back(best.feature, best.gain);

  const std::uint16_t* ranks = columns_->ranks(best.feature);
  std::int64_t left_end = whole.begin, right_end = whole.begin;
  for (std::int64_t i = whole.begin; i < whole.end; ++i) {
    const std::int32_t row = rows_[i];
    if (ranks[row] <= best.low) {
      rows_[left_end++] = row;
    } else {
      other_rows_[right_end++] = row;
    }
  }
  std::copy(other_rows_.begin() + whole.begin, other_rows_.begin() + right_end,
            rows_.begin() + left_end);

  const auto child = static_cast<std::int32_t>(tree_.nodes.size());
  tree_.nodes.resize(tree_.nodes.size() + 2);
  tree_.values.resize(tree_.nodes.size());
  Tree::Node& node = tree_.nodes[whole.node];
  node.feature = static_cast<std::int32_t>(best.feature);
  node.threshold = columns_->threshold(best.feature, best.low, best.low + 1);
  node.child = child;

  Open left{.node = child,
            .begin = whole.begin,
            .end = left_end,
            .depth = whole.depth + 1,
            .sum = {},
            .histogram = {},
            .best = {}};
  Open right{.node = child + 1,
             .begin = left_end,
             .end = whole.end,
             .depth = whole.depth + 1,
             .sum = {},
             .histogram = {},
             .best = {}};
  for (std::int64_t rank = 0; rank <= best.low; ++rank)
    left.sum += whole.histogram[offsets_[best.feature] + rank];
  right.sum = whole.sum;
  right.sum -= left.sum;

  const bool last = open_.size() + 1 >= static_cast<std::size_t>(options_.max_leaves);
  if (!last) {
    Open& smaller = left.sum.rows <= right.sum.rows ? left : right;
    Open& larger = left.sum.rows <= right.sum.rows ? right : left;
    smaller.histogram = count(smaller.begin, smaller.end, work);
    larger.histogram = std::move(whole.histogram);
    for (std::size_t b = 0; b < larger.histogram.size(); ++b)
      larger.histogram[b] -= smaller.histogram[b];
    work -= 2 * offsets_.back();
  }
  finish_leaf(left, last);
  finish_leaf(right, last);
  open_[which] = std::move(left);
  open_.push_back(std::move(right));
}

std::vector<GradientTreeGrower::Leaf> GradientTreeGrower::leaves() const {
  std::vector<Leaf> leaves;
  for (const Open& leaf : open_)
    leaves.push_back({leaf.node, std::span(rows_).subspan(leaf.begin, leaf.end - leaf.begin)});
  return leaves;
}

void GradientTreeGrower::add_gains(std::vector<double>& gains) const {
  for (const auto& [feature, gain] : splits_) gains[feature] += gain;
}

}  // namespace grad::classic
