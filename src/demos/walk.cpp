#include "demos/walk.h"

#include <algorithm>
#include <limits>

#include "kernels/kernels.h"
#include "ui/plot.h"

namespace grad::demos {

namespace {

/// After so many updates the held-out examples are answered.
constexpr std::array measured_after = {0, 10, 20, 40, 70, 100, 150, 200, 300, 400};
constexpr int slice = 60;          // examples
constexpr double most_loss = 100;  // where guessing costs 4 at most
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr int before_color = 3, now_color = 0;

std::string whole(std::int64_t count) { return ui::format_number(static_cast<double>(count), 0); }

std::string counted(std::int64_t updates) {
  return whole(updates) + (updates == 1 ? " update" : " updates");
}

Array part_of(const Array& all, std::int64_t first, std::int64_t count) {
  Array part(all.shape().with(0, count));
  std::copy_n(all.data() + first * (all.size() / all.shape()[0]), part.size(), part.data());
  return part;
}

}  // namespace

std::vector<std::int32_t> answers(const Array& scores) {
  const std::int64_t classes = scores.shape()[1];
  std::vector<std::int32_t> best;
  for (const real* row = scores.data(); row < scores.data() + scores.size(); row += classes)
    best.push_back(static_cast<std::int32_t>(std::max_element(row, row + classes) - row));
  return best;
}

// ---- Moment -------------------------------------------------------------------------------------

void Moment::look_at(const Array& x) {
  const NoGrad no_grad;
  layers = network.trace(Tensor(x));
  probabilities = softmax(layers.back()).value();
}

std::int64_t Moment::answer() const { return answers(scores())[0]; }

// ---- Training -----------------------------------------------------------------------------------

void Walk::begin(const nn::Sequential& network, double rate) {
  before_.network = network.clone();
  now_.network = network;
  optimizer_.emplace(now_.network.parameters(), optim::AdamOptions{});
  rate_ = rate;
  updates_ = slices_ = right_ = 0;
  diverged_ = false;
  measured_at_.clear();
  accuracies_.clear();
}

void Walk::look_at(const Array& x) {
  kernels::select(kernels::Class::deterministic);
  before_.look_at(x);
  now_.look_at(x);
}

bool Walk::step() {
  if (!measured())
    measure_slice();
  else if (updates_ < total_updates && !diverged_)
    update();
  return !measured() || (updates_ < total_updates && !diverged_);
}

int Walk::slices_needed() const { return static_cast<int>(held_out_count() / slice); }

void Walk::measure_slice() {
  const NoGrad no_grad;
  const std::int64_t first = std::int64_t{slices_} * slice;
  const Examples& examples = held_out(first + slice);
  const std::vector<std::int32_t> said =
      answers(now_.network(Tensor(part_of(examples.x, first, slice))).value());
  for (std::size_t i = 0; i < said.size(); i++)
    right_ += said[i] == examples.y[static_cast<std::size_t>(first) + i];
  if (++slices_ < slices_needed()) return;
  measured_at_.push_back(updates_);
  accuracies_.push_back(right_ / static_cast<double>(held_out_count()));
  on_measured();
}

void Walk::update() {
  const Examples batch = next_batch();
  optimizer_->options().lr = real(rate_ * (total_updates - updates_) / total_updates);
  optimizer_->zero_grad();
  const Tensor loss = cross_entropy(now_.network(Tensor(batch.x)), batch.y);
  loss_ = static_cast<double>(loss.item());
  diverged_ = !(loss_ < most_loss);  // NaN included
  if (!diverged_) {
    loss.backward();
    optimizer_->step();
    updates_++;
  }
  if (diverged_ ||
      std::find(measured_after.begin(), measured_after.end(), updates_) != measured_after.end())
    slices_ = right_ = 0;
  on_measured();
}

double Walk::accuracy() const { return accuracies_.empty() ? unknown : accuracies_.back(); }
double Walk::accuracy_before() const { return accuracies_.empty() ? unknown : accuracies_.front(); }

std::string Walk::progress() const {
  if (diverged_)
    return "The rate is too large: after " + counted(updates_) + " the loss is " +
           ui::format_number(loss_, 0) + ", so training has stopped.";
  return "After " + whole(updates_) + " of " + counted(total_updates) + ".";
}

std::string Walk::moment_now() const {
  return updates_ == 0 ? "Now: still untrained" : "Now, after " + counted(updates_);
}

// ---- Figures ------------------------------------------------------------------------------------

void Walk::draw_curve(ui::Ui& ui, double chance, float height) const {
  ui::PlotOptions options;
  options.title = "Right on " + whole(held_out_count()) + " examples that it never learns from";
  options.summary =
      "Share of held-out examples that are answered rightly, against updates. " + progress();
  options.x = {.label = "updates", .min = 0, .max = total_updates, .ticks = {0, 200, 400}};
  options.y = {.min = 0, .max = 1, .ticks = {0, 0.5, 1}};
  options.height = height;
  ui::Plot plot(ui, "curve", options);
  if (!plot.open()) return;
  const std::array<double, 2> ends = {0, total_updates}, guessing = {chance, chance};
  plot.line("guessing", ends, guessing, ui.theme().muted, true);
  plot.line("right", measured_at_, accuracies_, ui::data_color(now_color));
  plot.points("", measured_at_, accuracies_, ui::data_color(now_color), ui::Marker::circle, 4);
  ui::Table table{.columns = {"Updates", "Share right"}, .rows = {}};
  for (std::size_t i = 0; i < measured_at_.size(); i++)
    table.rows.push_back(
        {ui::format_number(measured_at_[i], 0), ui::format_number(accuracies_[i], 3)});
  if (table.rows.empty()) table.rows.push_back({"0", "\u2013"});
  plot.table(std::move(table));
}

void Walk::draw_bars(ui::Ui& ui, const char* id, const Bars& bars, float height) const {
  ui::PlotOptions options;
  options.title = bars.title;
  options.summary = bars.summary;
  options.x = {.min = -0.5, .max = static_cast<double>(bars.names.size()) - 0.5};
  for (std::size_t i = 0; i < bars.names.size(); i++) {
    options.x.ticks.push_back(static_cast<double>(i));
    options.x.names.push_back(bars.names[i]);
  }
  options.y = {.label = bars.label, .min = bars.min, .max = bars.max};
  options.height = height;
  ui::Plot plot(ui, id, options);
  if (!plot.open()) return;
  ui::Table table{.columns = {"", "Before training", "Now"}, .rows = {}};
  table.columns[0] = "Of";
  plot.horizontal("", 0, ui.theme().hairline);
  std::vector<double> at, to_left, to_right;
  for (std::size_t i = 0; i < bars.names.size(); i++) {
    const auto x = static_cast<double>(i);
    to_left.push_back(x - 0.14);
    to_right.push_back(x + 0.14);
    const std::array<double, 2> stem = {x + 0.14, x + 0.14}, height_now = {0, bars.now[i]};
    const std::array<double, 2> old = {x - 0.14, x - 0.14}, height_before = {0, bars.before[i]};
    plot.line("", old, height_before, ui::data_color(before_color), true);
    plot.line("", stem, height_now, ui::data_color(now_color));
    table.rows.push_back({bars.names[i], ui::format_number(bars.before[i], bars.decimals),
                          ui::format_number(bars.now[i], bars.decimals)});
  }
  plot.points("", to_left, bars.before, ui::data_color(before_color), ui::Marker::square, 4);
  plot.points("", to_right, bars.now, ui::data_color(now_color), ui::Marker::circle, 4.5F);
  plot.table(std::move(table));
}

}  // namespace grad::demos
