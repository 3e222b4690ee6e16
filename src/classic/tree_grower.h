#pragma once

#include <cstdint>
#include <vector>

#include "classic/columns.h"
#include "classic/tree.h"
#include "tensor/rng.h"

namespace grad::classic {

/// Grows one tree after the other over the same columns, a bounded amount of work at a time. Its
/// scratch memory is kept from tree to tree.
class TreeGrower {
 public:
  /// Of classes, by Gini's impurity. `columns` (all added) and `labels` must outlive it.
  TreeGrower(const Columns& columns, const std::vector<std::int32_t>& labels, int classes,
             const TreeOptions& options);
  /// Of numbers, by their squared distance from the mean. `columns` must outlive it.
  TreeGrower(const Columns& columns, const std::vector<real>& targets, const TreeOptions& options);

  /// Begins a tree of the rows, each counted weights[row] times (0: left out).
  void start(const std::vector<std::uint16_t>& weights, Rng rng);
  /// Grows on for about `work` visits of a number, which it counts down. Returns whether the tree
  /// is unfinished.
  bool step(std::int64_t& work);
  /// Share of the rows that have come to their leaves.
  double share() const { return static_cast<double>(settled_) / static_cast<double>(rows_.size()); }
  /// The finished tree: its values are the shares of the classes, or the mean of the targets.
  Tree& tree() { return tree_; }
  /// How much splits by each feature lowered the impurity, examples times decrease, as shares of
  /// their sum (all 0 without a split).
  std::vector<double> importances() const;

 private:
  /// A node that waits, and its part of rows_.
  struct Task {
    std::int32_t node;
    std::int64_t begin, end;
    int depth;
  };
  /// A row as the search for a split sees it, in one number that sorts by rank: with its label, or
  /// with its index where there are targets.
  class Key {
   public:
    Key() = default;
    Key(std::uint16_t rank, std::int32_t content, std::uint16_t weight)
        : bits_(std::uint64_t{rank} << 48 | static_cast<std::uint64_t>(content) << 16 | weight) {}
    int rank() const { return static_cast<int>(bits_ >> 48); }
    std::int32_t content() const { return static_cast<std::int32_t>(bits_ >> 16 & 0xffffffff); }
    std::int64_t weight() const { return static_cast<std::int64_t>(bits_ & 0xffff); }
    bool operator<(Key other) const { return bits_ < other.bits_; }

   private:
    std::uint64_t bits_;
  };
  struct Split {
    double score;  // Σ over both halves of Σ count² / size, or (Σ target)² / size: larger is purer
    std::int64_t feature;
    int low, high;  // the ranks on both sides
  };

  void open(const Task& task);
  bool may_split() const;
  bool try_next_feature();
  std::int64_t draw_feature();
  void sort_keys(int smallest, int largest);
  void scan_labels(std::int64_t feature);
  void scan_targets(std::int64_t feature);
  void count_labels();
  void add_targets();
  bool of_numbers() const { return labels_ == nullptr; }
  void close();

  const Columns& columns_;
  const std::vector<std::int32_t>* labels_ = nullptr;
  std::vector<double> targets_;  // less their mean
  double mean_ = 0;
  TreeOptions options_;
  int classes_;
  Rng rng_;
  Tree tree_;
  std::vector<double> decrease_;  // of impurity, by feature
  std::vector<std::uint16_t> weights_;
  std::vector<std::int32_t> rows_, other_rows_;
  std::vector<Task> waiting_;
  std::int64_t settled_ = 0;

  // The node that is being split.
  bool open_ = false;
  Task task_{};
  std::vector<std::int64_t> counts_, left_;  // examples by class
  std::int64_t size_ = 0, squares_ = 0;      // Σ count, Σ count²
  double sum_ = 0;                           // Σ target
  bool pure_ = false;
  std::vector<std::int64_t> order_;  // of features: those tried come first
  std::int64_t tried_ = 0;
  bool varies_ = false;  // some feature tried does
  Split best_{};
  std::vector<Key> keys_, sorted_;
  std::vector<std::int32_t> starts_;  // of each rank among the sorted keys
};

}  // namespace grad::classic
