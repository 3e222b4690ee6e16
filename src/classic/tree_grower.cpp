#include "classic/tree_grower.h"

#include <algorithm>
#include <numeric>

namespace grad::classic {

TreeGrower::TreeGrower(const Columns& columns, const std::vector<std::int32_t>& labels, int classes,
                       const TreeOptions& options)
    : columns_(columns),
      labels_(&labels),
      options_(options),
      classes_(classes),
      counts_(classes),
      left_(classes),
      order_(columns.features()) {
  const std::int64_t features = columns.features();
  if (options_.max_features == 0 || options_.max_features > features)
    options_.max_features = features;
}

TreeGrower::TreeGrower(const Columns& columns, const std::vector<real>& targets,
                       const TreeOptions& options)
    : columns_(columns), options_(options), classes_(1), order_(columns.features()) {
  const std::int64_t features = columns.features();
  if (options_.max_features == 0 || options_.max_features > features)
    options_.max_features = features;
  for (const real target : targets) mean_ += static_cast<double>(target);
  mean_ /= static_cast<double>(targets.size());
  for (const real target : targets) targets_.push_back(static_cast<double>(target) - mean_);
}

void TreeGrower::start(const std::vector<std::uint16_t>& weights, Rng rng) {
  rng_ = rng;
  weights_ = weights;
  tree_ = Tree{.outputs = classes_};
  tree_.nodes.emplace_back();
  decrease_.assign(columns_.features(), 0);
  rows_.clear();
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i] > 0) rows_.push_back(static_cast<std::int32_t>(i));
  other_rows_.resize(rows_.size());
  keys_.resize(rows_.size());
  sorted_.resize(rows_.size());
  std::iota(order_.begin(), order_.end(), 0);
  waiting_ = {{0, 0, static_cast<std::int64_t>(rows_.size()), 0}};
  settled_ = 0;
  open_ = false;
}

bool TreeGrower::step(std::int64_t& work) {
  while (work > 0 && (open_ || !waiting_.empty())) {
    if (!open_) {
      const Task task = waiting_.back();
      waiting_.pop_back();
      open(task);
      work -= task.end - task.begin;
    }
    while (open_ && work > 0) {
      const bool more = try_next_feature();
      work -= 5 * (task_.end - task_.begin);
      if (!more) close();
    }
  }
  return open_ || !waiting_.empty();
}

// Takes a node's examples together; leaves it open if it is to be split.
void TreeGrower::open(const Task& task) {
  task_ = task;
  tree_.values.resize(tree_.nodes.size() * classes_);
  of_numbers() ? add_targets() : count_labels();
  tree_.nodes[task.node].examples = static_cast<std::int32_t>(size_);
  open_ = may_split();
  if (!open_) {
    settled_ += task.end - task.begin;
    return;
  }
  tried_ = 0;
  varies_ = false;
  best_ = {.score = -1, .feature = -1, .low = 0, .high = 0};
}

void TreeGrower::count_labels() {
  std::fill(counts_.begin(), counts_.end(), 0);
  for (std::int64_t i = task_.begin; i < task_.end; ++i)
    counts_[(*labels_)[rows_[i]]] += weights_[rows_[i]];
  size_ = squares_ = 0;
  for (const std::int64_t count : counts_) {
    size_ += count;
    squares_ += count * count;
  }
  pure_ = squares_ == size_ * size_;
  for (int c = 0; c < classes_; ++c)
    tree_.values[static_cast<std::size_t>(task_.node) * classes_ + c] =
        static_cast<real>(counts_[c]) / static_cast<real>(size_);
}

void TreeGrower::add_targets() {
  size_ = 0;
  sum_ = 0;
  pure_ = true;
  for (std::int64_t i = task_.begin; i < task_.end; ++i) {
    const std::int32_t row = rows_[i];
    size_ += weights_[row];
    sum_ += static_cast<double>(weights_[row]) * targets_[row];
    pure_ = pure_ && targets_[row] == targets_[rows_[task_.begin]];
  }
  tree_.values[task_.node] = static_cast<real>(mean_ + sum_ / static_cast<double>(size_));
}

bool TreeGrower::may_split() const {
  const std::int64_t rows = task_.end - task_.begin;
  const bool deep = options_.max_depth > 0 && task_.depth >= options_.max_depth;
  return !pure_ && !deep && rows >= options_.min_samples_split &&
         rows >= 2 * std::int64_t{options_.min_samples_leaf};
}

// The next in a random order, drawn as far as it is needed; in order where all are tried.
std::int64_t TreeGrower::draw_feature() {
  const std::int64_t features = columns_.features(), place = tried_++;
  if (options_.max_features < features) {
    const auto left = static_cast<std::uint32_t>(features - place);
    std::swap(order_[place], order_[place + rng_.below(left)]);
  }
  return order_[place];
}

// Returns whether there is another feature to try: as in scikit-learn, the search goes on beyond
// max_features until some feature varies.
bool TreeGrower::try_next_feature() {
  const std::int64_t feature = draw_feature();
  const std::uint16_t* ranks = columns_.ranks(feature);
  const std::int64_t n = task_.end - task_.begin;
  const std::int32_t* rows = rows_.data() + task_.begin;
  const std::int32_t* labels = of_numbers() ? nullptr : labels_->data();
  int smallest = ranks[rows[0]], largest = smallest;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int32_t row = rows[i];
    const std::uint16_t rank = ranks[row];
    keys_[i] = Key(rank, labels ? labels[row] : row, weights_[row]);
    smallest = std::min<int>(smallest, rank);
    largest = std::max<int>(largest, rank);
  }
  if (smallest < largest) {
    varies_ = true;
    sort_keys(smallest, largest);
    of_numbers() ? scan_targets(feature) : scan_labels(feature);
  }
  return tried_ < columns_.features() && (tried_ < options_.max_features || !varies_);
}

// By counting where ranks are few, else by comparing. Keys of one rank keep the order of their rows
// in the first case; in both it is the same on every machine.
void TreeGrower::sort_keys(int smallest, int largest) {
  const std::int64_t n = task_.end - task_.begin, ranks = largest - smallest + 1;
  if (ranks > 4 * n) {
    std::copy_n(keys_.begin(), n, sorted_.begin());
    std::sort(sorted_.begin(), sorted_.begin() + n);
    return;
  }
  starts_.assign(ranks + 1, 0);
  for (std::int64_t i = 0; i < n; ++i) ++starts_[keys_[i].rank() - smallest + 1];
  for (std::int64_t r = 1; r < ranks; ++r) starts_[r] += starts_[r - 1];
  for (std::int64_t i = 0; i < n; ++i) sorted_[starts_[keys_[i].rank() - smallest]++] = keys_[i];
}

// Moves one key after the other to the left half. With c examples of a class, w more change Σ c² by
// w (2c + w): whole numbers, so that the order of rows changes nothing.
void TreeGrower::scan_labels(std::int64_t feature) {
  const std::int64_t n = task_.end - task_.begin, least = options_.min_samples_leaf;
  std::fill(left_.begin(), left_.end(), 0);
  std::int64_t left_size = 0, left_squares = 0, right_squares = squares_;
  for (std::int64_t i = 0; i < n; ++i) {
    const Key key = sorted_[i];
    if (i >= least && n - i >= least && key.rank() != sorted_[i - 1].rank()) {
      const double score =
          static_cast<double>(left_squares) / static_cast<double>(left_size) +
          static_cast<double>(right_squares) / static_cast<double>(size_ - left_size);
      if (score > best_.score) best_ = {score, feature, sorted_[i - 1].rank(), key.rank()};
    }
    std::int64_t& left = left_[key.content()];
    const std::int64_t weight = key.weight(), right = counts_[key.content()] - left;
    left_squares += weight * (2 * left + weight);
    right_squares -= weight * (2 * right - weight);
    left += weight;
    left_size += weight;
  }
}

// The same for numbers: Σ (t - mean)² of both halves is Σ t² less the score.
void TreeGrower::scan_targets(std::int64_t feature) {
  const std::int64_t n = task_.end - task_.begin, least = options_.min_samples_leaf;
  std::int64_t left_size = 0;
  double left = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const Key key = sorted_[i];
    if (i >= least && n - i >= least && key.rank() != sorted_[i - 1].rank()) {
      const double right = sum_ - left;
      const double score = left * left / static_cast<double>(left_size) +
                           right * right / static_cast<double>(size_ - left_size);
      if (score > best_.score) best_ = {score, feature, sorted_[i - 1].rank(), key.rank()};
    }
    left += static_cast<double>(key.weight()) * targets_[key.content()];
    left_size += key.weight();
  }
}

// Splits the open node at the best place, or leaves it a leaf.
void TreeGrower::close() {
  open_ = false;
  if (best_.feature < 0) {
    settled_ += task_.end - task_.begin;
    return;
  }
  const std::uint16_t* ranks = columns_.ranks(best_.feature);
  std::int64_t left = task_.begin, right = task_.begin;
  for (std::int64_t i = task_.begin; i < task_.end; ++i) {
    const std::int32_t row = rows_[i];
    if (ranks[row] <= best_.low) {
      rows_[left++] = row;
    } else {
      other_rows_[right++] = row;
    }
  }
  std::copy(other_rows_.begin() + task_.begin, other_rows_.begin() + right, rows_.begin() + left);

  const double whole = of_numbers() ? sum_ * sum_ : static_cast<double>(squares_);
  decrease_[best_.feature] += std::max(best_.score - whole / static_cast<double>(size_), 0.0);
  const auto child = static_cast<std::int32_t>(tree_.nodes.size());
  Tree::Node& node = tree_.nodes[task_.node];
  node.feature = static_cast<std::int32_t>(best_.feature);
  node.threshold = columns_.threshold(best_.feature, best_.low, best_.high);
  node.child = child;
  tree_.nodes.resize(tree_.nodes.size() + 2);
  waiting_.push_back({child + 1, left, task_.end, task_.depth + 1});
  waiting_.push_back({child, task_.begin, left, task_.depth + 1});
}

std::vector<double> TreeGrower::importances() const {
  double sum = 0;
  for (const double decrease : decrease_) sum += decrease;
  std::vector<double> shares = decrease_;
  if (sum > 0)
    for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace grad::classic
