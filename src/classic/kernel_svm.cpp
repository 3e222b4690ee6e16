#include "classic/kernel_svm.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "tensor/check.h"

namespace grad::classic {

namespace {

constexpr std::int64_t most_rows = 50'000;

double variance(const Array& x) {
  double mean = 0, sum = 0;
  for (const real number : x.span()) mean += static_cast<double>(number);
  mean /= static_cast<double>(x.size());
  for (const real number : x.span()) {
    const double difference = static_cast<double>(number) - mean;
    sum += difference * difference;
  }
  return sum / static_cast<double>(x.size());
}

}  // namespace

KernelSvm::KernelSvm(const KernelSvmOptions& options) : options_(options) {
  check(options.c > 0 && std::isfinite(options.c) && options.gamma >= 0 &&
            std::isfinite(options.gamma),
        "[KernelSvm] needs c > 0 and gamma >= 0, both finite");
  check(options.tolerance > 0 && options.tolerance <= 1 && options.iterations >= 1,
        "[KernelSvm] needs a tolerance in (0,1] and iterations >= 1");
}

void KernelSvm::check_fits(const data::Dataset& train) const {
  check(train.size() <= most_rows, [&] {
    return "[KernelSvm] " + std::to_string(train.size()) + " examples are more than " +
           std::to_string(most_rows) + ": its time grows with their square";
  });
}

void KernelSvm::begin(Rng) {
  std::vector<bool> occurs(classes());
  for (const std::int32_t label : labels()) occurs[label] = true;
  pairs_.clear();
  for (int a = 0; a < classes(); ++a)
    for (int b = a + 1; b < classes(); ++b)
      if (occurs[a] && occurs[b]) pairs_.emplace_back(a, b);
  const double spread = variance(examples());
  gamma_ = options_.gamma;
  if (gamma_ == 0) gamma_ = spread > 0 ? 1 / (static_cast<double>(features()) * spread) : 1;
  smo_.reset();
  machines_.clear();
  unmet_ = 0;
}

void KernelSvm::slice() {
  std::int64_t work = slice_work;
  while (work > 0 && !finished()) {
    if (!smo_) start_pair();
    const bool more = smo_->step(work);
    const bool used_up = smo_->steps() >= options_.iterations;
    if (more && !used_up) continue;
    unmet_ += more;
    end_pair();
  }
}

void KernelSvm::start_pair() {
  const auto [positive, negative] = pairs_[machines_.size()];
  pair_rows_.clear();
  for (std::int64_t i = 0; i < count(); ++i)
    if (labels()[i] == positive || labels()[i] == negative)
      pair_rows_.push_back(static_cast<std::int32_t>(i));
  Array x({static_cast<std::int64_t>(pair_rows_.size()), features()});
  std::vector<double> y;
  for (std::size_t i = 0; i < pair_rows_.size(); ++i) {
    std::copy_n(example(pair_rows_[i]), features(),
                x.data() + static_cast<std::int64_t>(i) * features());
    y.push_back(labels()[pair_rows_[i]] == positive ? 1 : -1);
  }
  smo_.emplace(x, std::move(y), options_.c, gamma_, options_.tolerance);
}

void KernelSvm::end_pair() {
  const auto [positive, negative] = pairs_[machines_.size()];
  Machine machine{positive, negative, smo_->rho(), {}, {}};
  for (std::size_t i = 0; i < pair_rows_.size(); ++i) {
    const double alpha = smo_->alphas()[i];
    if (alpha == 0) continue;
    machine.rows.push_back(pair_rows_[i]);
    machine.factors.push_back(labels()[pair_rows_[i]] == positive ? alpha : -alpha);
  }
  machines_.push_back(std::move(machine));
  smo_.reset();
  if (machines_.size() == pairs_.size()) end();
  report(static_cast<double>(machines_.size()) / static_cast<double>(pairs_.size()));
}

// Collects the support vectors of all pairs; machines then count among those.
void KernelSvm::end() {
  std::vector<std::int32_t> place(labels().size(), -1);
  for (const Machine& machine : machines_)
    for (const std::int32_t row : machine.rows) place[row] = 0;
  support_.clear();
  for (std::size_t row = 0; row < place.size(); ++row) {
    if (place[row] < 0) continue;
    place[row] = static_cast<std::int32_t>(support_.size());
    support_.push_back(static_cast<std::int32_t>(row));
  }
  for (Machine& machine : machines_)
    for (std::int32_t& row : machine.rows) row = place[row];
  const auto size = static_cast<std::int64_t>(support_.size());
  support_vectors_ = Array({size, features()});
  for (std::int64_t i = 0; i < size; ++i)
    std::copy_n(example(support_[i]), features(), support_vectors_.data() + i * features());
  squares_ = row_squares(support_vectors_.data(), size, features());
}

void KernelSvm::score(const real* x, std::int64_t rows, real* scores) const {
  const auto size = static_cast<std::int64_t>(support_.size());
  const std::int64_t block = std::clamp<std::int64_t>(slice_work / size, 8, 256);
  Array kernel({std::min(block, rows), size});
  std::fill_n(scores, rows * classes(), real(0));
  for (std::int64_t first = 0; first < rows; first += block) {
    const std::int64_t some = std::min(block, rows - first);
    rbf_kernel(gamma_, features(), x + first * features(), some, support_vectors_.data(), size,
               squares_.data(), kernel.data());
    for (std::int64_t i = 0; i < some; ++i) {
      const real* row = kernel.data() + i * size;
      real* own = scores + (first + i) * classes();
      for (const Machine& machine : machines_) {
        double f = -machine.rho;
        for (std::size_t s = 0; s < machine.rows.size(); ++s)
          f += machine.factors[s] * static_cast<double>(row[machine.rows[s]]);
        if (classes() == 2) {
          own[0] = static_cast<real>(f);
          own[1] = static_cast<real>(-f);
        } else {
          own[f > 0 ? machine.positive : machine.negative] += 1;
        }
      }
    }
  }
}

void KernelSvm::exchange(State& state) {
  constexpr std::int32_t most = (1 << 24) - 1;
  std::vector<double> rho, factors;
  std::vector<std::int32_t> positive, negative, sizes, rows;
  for (const Machine& machine : machines_) {
    rho.push_back(machine.rho);
    positive.push_back(machine.positive);
    negative.push_back(machine.negative);
    sizes.push_back(static_cast<std::int32_t>(machine.rows.size()));
    rows.insert(rows.end(), machine.rows.begin(), machine.rows.end());
    factors.insert(factors.end(), machine.factors.begin(), machine.factors.end());
  }
  state.number("gamma", gamma_);
  state.rows("support", support_vectors_, features());
  const std::int64_t size = support_vectors_.shape()[0];
  state.numbers("rho", rho);
  const auto count = static_cast<std::int64_t>(rho.size());
  state.whole("positive", positive, 0, classes() - 1, count);
  state.whole("negative", negative, 0, classes() - 1, count);
  state.whole("sizes", sizes, 0, most, count);
  std::int64_t total = 0;
  for (const std::int32_t part : sizes) total += part;
  state.whole("rows", rows, 0, static_cast<std::int32_t>(size - 1), total);
  state.numbers("factors", factors, total);
  if (!state.reading()) return;
  check(gamma_ >= 0, "The model's \"gamma\" is negative.");
  machines_.clear();
  auto row = rows.begin();
  auto factor = factors.begin();
  for (std::size_t m = 0; m < rho.size(); ++m) {
    machines_.push_back(
        {positive[m], negative[m], rho[m], {row, row + sizes[m]}, {factor, factor + sizes[m]}});
    row += sizes[m];
    factor += sizes[m];
  }
  support_.clear();
  for (std::int32_t i = 0; i < size; ++i) support_.push_back(i);
  squares_ = row_squares(support_vectors_.data(), size, features());
}

}  // namespace grad::classic
