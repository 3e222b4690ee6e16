#include "data/tables.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tensor/check.h"
#include "tensor/math.h"

namespace grad::data {

namespace {

constexpr real kMissing = std::numeric_limits<real>::quiet_NaN();

// Index of a category drawn with these shares, which add up to 1.
int draw(std::initializer_list<double> shares, Rng& rng) {
  auto left = static_cast<double>(rng.uniform());
  int index = 0;
  for (const double share : shares) {
    left -= share;
    if (left < 0) return index;
    ++index;
  }
  return index - 1;
}

bool chance(double probability, Rng& rng) {
  return static_cast<double>(rng.uniform()) < probability;
}

// The product of two uniform numbers, drawn in a fixed order: small ones are likelier.
real small(Rng& rng) {
  const real first = rng.uniform();
  return first * rng.uniform();
}

real rounded(real number) { return std::floor(number + real(0.5)); }
real positive(real number) { return std::max(number, real(0)); }

/// One row at a time into a table.
class Rows {
 public:
  Rows(Table& table, std::int64_t n) : table_(table) {
    check(n >= 0 && n <= std::numeric_limits<int>::max(),
          [&] { return "[tables] cannot make " + std::to_string(n) + " rows"; });
    table.x = Array({n, static_cast<std::int64_t>(table.columns.size())});
  }
  void add(std::initializer_list<real> numbers) {
    std::copy(numbers.begin(), numbers.end(),
              table_.x.data() + table_.size() * static_cast<std::int64_t>(table_.columns.size()));
  }
  // Class 1 with a probability whose log-odds are given.
  void answer(real log_odds, Rng& rng) {
    const real probability = math::sigmoid(log_odds);
    table_.label.push_back(rng.uniform() < probability);
    table_.target.push_back(probability);
  }
  void answer(real number) { table_.target.push_back(number); }

 private:
  Table& table_;
};

bool has_missing(const Table& table, std::int64_t column) {
  const auto width = static_cast<std::int64_t>(table.columns.size());
  for (std::int64_t i = 0; i < table.size(); ++i)
    if (std::isnan(table.x[i * width + column])) return true;
  return false;
}

// Of the numbers that are there; 0 if there are none.
real median(const Table& table, std::int64_t column) {
  const auto width = static_cast<std::int64_t>(table.columns.size());
  std::vector<real> numbers;
  for (std::int64_t i = 0; i < table.size(); ++i)
    if (!std::isnan(table.x[i * width + column])) numbers.push_back(table.x[i * width + column]);
  if (numbers.empty()) return 0;
  std::sort(numbers.begin(), numbers.end());
  return (numbers[(numbers.size() - 1) / 2] + numbers[numbers.size() / 2]) / 2;
}

}  // namespace

Table credit_risk(std::int64_t n, Rng& rng) {
  Table table{.columns = {{"age", "years"},
                          {"income", "thousand a year"},
                          {"debt", "share of the income"},
                          {"late payments", "in two years"},
                          {"job", "", {"permanent", "temporary", "self-employed"}},
                          {"purpose", "", {"car", "furniture", "study", "travel"}}},
              .x = {},
              .question = "Will the loan default?",
              .answers = {"repaid", "default"},
              .label = {},
              .target = {}};
  Rows rows(table, n);
  for (std::int64_t i = 0; i < n; ++i) {
    const real age = rounded(rng.uniform(20, 70));
    const int job = draw({0.65, 0.2, 0.15}, rng), purpose = draw({0.4, 0.3, 0.2, 0.1}, rng);
    const real log_income = real(0.45) * rng.normal() - (job == 1 ? real(0.3) : 0);
    const real income = rounded(400 * math::exp(log_income)) / 10;
    const real debt = real(0.35) * math::exp(real(0.6) * rng.normal());
    int late = 0;
    while (late < 8 && chance(0.4, rng)) ++late;
    const bool hidden = chance(job == 2 ? 0.25 : 0.05, rng);
    const real excess = positive(std::min(debt, real(1.5)) - real(1) / 3);
    rows.add({age, hidden ? kMissing : income, debt, static_cast<real>(late),
              static_cast<real>(job), static_cast<real>(purpose)});
    rows.answer(real(-2.6) - real(0.8) * log_income + 2 * excess +
                    real(0.7) * static_cast<real>(std::min(late, 4)) +
                    (job == 1 ? real(0.3) + 4 * excess : 0) + (hidden ? real(0.5) : 0),
                rng);
  }
  return table;
}

Table house_prices(std::int64_t n, Rng& rng) {
  Table table{.columns = {{"area", "square metres"},
                          {"distance", "km from the centre"},
                          {"built", "year"},
                          {"condition", "", {"poor", "fair", "good"}},
                          {"garden", "", {"no", "yes"}},
                          {"house number"}},
              .x = {},
              .question = "What does the house cost, in thousands?",
              .answers = {},
              .label = {},
              .target = {}};
  Rows rows(table, n);
  for (std::int64_t i = 0; i < n; ++i) {
    const real log_area = real(0.35) * rng.normal();
    const real distance = 20 * small(rng);
    const real age = rounded(rng.uniform(0, 120));
    const int condition = draw({0.2, 0.5, 0.3}, rng);
    const bool garden = chance(0.2 + 0.03 * static_cast<double>(distance), rng);
    const bool unknown = chance(0.1, rng);
    const real number = rounded(rng.uniform(1, 120));
    rows.add({rounded(110 * math::exp(log_area)), distance, unknown ? kMissing : 2025 - age,
              static_cast<real>(condition), garden ? real(1) : real(0), number});
    const real from_sixty = (age - 60) / 60;
    const real log_price = real(0.85) * log_area - real(0.04) * distance +
                           real(0.12) * static_cast<real>(condition) +
                           (garden ? real(0.01) * distance : 0) +
                           real(0.15) * from_sixty * from_sixty + real(0.1) * rng.normal();
    rows.answer(350 * math::exp(log_price));
  }
  return table;
}

Table churn(std::int64_t n, Rng& rng) {
  Table table{.columns = {{"age", "years"},
                          {"months", "as a customer"},
                          {"price", "a month"},
                          {"complaints", "in a year"},
                          {"contract", "", {"monthly", "yearly"}},
                          {"paying", "", {"card", "transfer", "invoice"}}},
              .x = {},
              .question = "Will the customer leave within the year?",
              .answers = {"stays", "leaves"},
              .label = {},
              .target = {}};
  Rows rows(table, n);
  for (std::int64_t i = 0; i < n; ++i) {
    const real age = rounded(rng.uniform(18, 80));
    const bool unknown = chance(0.05, rng);
    const real months = 1 + std::floor(71 * small(rng));
    const real price = rounded(rng.uniform(10, 60));
    int complaints = 0;
    while (complaints < 6 && chance(0.35, rng)) ++complaints;
    const int contract = draw({0.6, 0.4}, rng), paying = draw({0.5, 0.3, 0.2}, rng);
    rows.add({unknown ? kMissing : age, months, price, static_cast<real>(complaints),
              static_cast<real>(contract), static_cast<real>(paying)});
    rows.answer(real(0.4) - real(0.6) * math::log(months) +
                    static_cast<real>(std::max(complaints - 1, 0)) +
                    (contract == 1 ? real(-1.2) : real(0.05) * (price - 35)),
                rng);
  }
  return table;
}

Array encode(const Table& table, const Table& fitted_to) {
  const auto width = static_cast<std::int64_t>(table.columns.size());
  const auto same_name = [](const TableColumn& a, const TableColumn& b) {
    return a.name == b.name && a.categories == b.categories;
  };
  check(std::equal(table.columns.begin(), table.columns.end(), fitted_to.columns.begin(),
                   fitted_to.columns.end(), same_name),
        "[encode] the tables have different columns");
  const auto features = static_cast<std::int64_t>(encoded_names(fitted_to).size());
  Array encoded = Array::zeros({table.size(), features});
  std::int64_t at = 0;
  for (std::int64_t c = 0; c < width; ++c) {
    const auto categories = static_cast<std::int64_t>(table.columns[c].categories.size());
    const bool marks_missing = categories == 0 && has_missing(fitted_to, c);
    const real middle = categories == 0 ? median(fitted_to, c) : 0;
    for (std::int64_t i = 0; i < table.size(); ++i) {
      const real number = table.x[i * width + c];
      real* row = encoded.data() + i * features + at;
      if (categories > 0) {
        if (!std::isnan(number)) row[static_cast<std::int64_t>(number)] = 1;
        continue;
      }
      row[0] = std::isnan(number) ? middle : number;
      if (marks_missing) row[1] = std::isnan(number) ? real(1) : real(0);
    }
    at += categories > 0 ? categories : 1 + marks_missing;
  }
  return encoded;
}

std::vector<std::string> encoded_names(const Table& fitted_to) {
  check(fitted_to.size() > 0, "[encode] needs rows to fit to");
  std::vector<std::string> names;
  for (std::size_t c = 0; c < fitted_to.columns.size(); ++c) {
    const TableColumn& column = fitted_to.columns[c];
    for (const std::string& category : column.categories)
      names.push_back(column.name + ": " + category);
    if (!column.categories.empty()) continue;
    names.push_back(column.name);
    if (has_missing(fitted_to, static_cast<std::int64_t>(c)))
      names.push_back(column.name + " missing");
  }
  return names;
}

Table rows(const Table& table, std::int64_t first, std::int64_t count) {
  check(first >= 0 && count >= 0 && first + count <= table.size(), [&] {
    return "[rows] no " + std::to_string(count) + " rows from " + std::to_string(first) + " in " +
           std::to_string(table.size());
  });
  const auto width = static_cast<std::int64_t>(table.columns.size());
  Table part = table;
  part.x = Array::from(table.x.span().subspan(first * width, count * width), {count, width});
  const auto cut = [&](auto& list) {
    if (list.empty()) return;
    list.erase(list.begin() + (first + count), list.end());
    list.erase(list.begin(), list.begin() + first);
  };
  cut(part.label);
  cut(part.target);
  return part;
}

}  // namespace grad::data
