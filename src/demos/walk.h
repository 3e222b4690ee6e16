#pragma once

// What the two layer walks share: a small network that learns in the page, kept twice, as it began
// and as it is now, so that every layer can be shown before and after training.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "demos/demo.h"
#include "nn/module.h"
#include "optim/optimizer.h"

namespace grad::demos {

/// Examples and their classes.
struct Examples {
  Array x;
  std::vector<std::int32_t> y = {};
  std::int64_t size() const { return static_cast<std::int64_t>(y.size()); }
};

/// A network at one time, and what its layers make of the input that is looked at.
struct Moment {
  nn::Sequential network;
  std::vector<Tensor> layers;  ///< the output of each layer, for one input
  Array probabilities;         ///< (classes)

  /// Follows x, a batch of one, through the network.
  void look_at(const Array& x);
  const Array& layer(std::size_t i) const { return layers[i].value(); }
  const Array& scores() const { return layers.back().value(); }
  std::int64_t answer() const;  ///< the class of the largest score
  double probability(std::int64_t label) const { return static_cast<double>(probabilities[label]); }
};

class Walk : public Demo {
 public:
  bool step() override;

 protected:
  /// Begins training with Adam at this rate; what is looked at must be set afterwards (look_at).
  void begin(const nn::Sequential& network, double rate);
  /// The input to be followed, a batch of one.
  void look_at(const Array& x);

  virtual Examples next_batch() = 0;
  /// How many examples are never learned from, a multiple of 60.
  virtual std::int64_t held_out_count() const = 0;
  /// The first `count` of them at least, the same in every run.
  virtual const Examples& held_out(std::int64_t count) = 0;
  /// The network has changed or been measured.
  virtual void on_measured() {}

  /// Whether the last step completed a measurement.
  bool just_measured() const { return measured() && measured_at_.back() == updates_; }
  bool trained() const { return updates_ == total_updates && measured(); }
  bool diverged() const { return diverged_; }
  int updates() const { return updates_; }
  /// Share of the held-out examples that are right; NaN until measured.
  double accuracy() const;
  double accuracy_before() const;
  const Moment& before() const { return before_; }
  const Moment& now() const { return now_; }

  /// "After 120 of 400 updates", or why training has stopped.
  std::string progress() const;
  /// "After 120 updates".
  std::string moment_now() const;
  /// Accuracy on held-out examples against updates.
  void draw_curve(ui::Ui& ui, double chance, float height) const;
  /// One value for each name, before training and now.
  struct Bars {
    std::string title, summary, label;
    std::span<const std::string> names;
    std::span<const double> before, now;
    double min, max;
    int decimals = 2;
  };
  void draw_bars(ui::Ui& ui, const char* id, const Bars& bars, float height) const;

  static constexpr int total_updates = 400;

 private:
  bool measured() const { return slices_ >= slices_needed(); }
  int slices_needed() const;
  void measure_slice();
  void update();

  Moment before_, now_;
  std::optional<optim::Adam> optimizer_;
  double rate_ = 0;
  int updates_ = 0, slices_ = 0, right_ = 0;
  bool diverged_ = false;
  double loss_ = 0;
  std::vector<double> measured_at_, accuracies_;
};

/// The classes with the largest score, of (n, classes).
std::vector<std::int32_t> answers(const Array& scores);

}  // namespace grad::demos
