#pragma once

// Tables of numbers and categories as businesses have them, made by known rules: so that what a
// model finds can be compared with what is there. Nothing in them describes real people; the sizes
// of effects are made up, as the formulas in tables.cpp say.

#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "tensor/array.h"
#include "tensor/rng.h"

namespace grad::data {

struct TableColumn {
  std::string name;
  std::string unit = {};                     ///< of a number; empty if it has none
  std::vector<std::string> categories = {};  ///< empty: the column holds numbers
};

/// Rows of numbers and categories with what is to be predicted.
struct Table {
  std::vector<TableColumn> columns;
  Array x;  ///< (n, columns): numbers, or indices of categories; NaN where missing
  std::string question;
  std::vector<std::string> answers;  ///< of the classes; empty: a number is predicted
  std::vector<std::int32_t> label;   ///< the class of each row (empty for numbers)
  std::vector<real> target;          ///< the number, or the true probability of class 1
  std::int64_t size() const { return static_cast<std::int64_t>(target.size()); }
};

// n rows, drawn one after the other: the first m are the same for every n >= m. They throw Error
// for n < 0. Same n and state of rng, same bits.

/// Will a loan default? About one in five does. Income matters by its logarithm, debt from a third
/// of the income on, late payments up to four; a temporary job hurts much more where debt is high
/// (an interaction). One income in twelve is missing, among the self-employed one in four: that it
/// is missing tells something. Age and the purpose of the loan do not matter.
Table credit_risk(std::int64_t n, Rng& rng);
/// What does a house cost, in thousands? The logarithm of the price is a sum of terms: area by its
/// logarithm, distance from the centre, condition, a garden that is worth more far out (an
/// interaction), old houses and new ones dearer than those 60 years old; and noise of 0.1. One year
/// of building in ten is missing by chance.
Table house_prices(std::int64_t n, Rng& rng);
/// Will a customer leave within the year? About one in four does. Months as a customer matter by
/// their logarithm, a yearly contract protects, complaints count only above one, a high price only
/// without a yearly contract (an interaction). One age in twenty is missing by chance; age and the
/// way of paying do not matter.
Table churn(std::int64_t n, Rng& rng);

/// Numbers alone, for models that need them: a category becomes one column for each of its values
/// (1 where it is that one, all 0 where it is missing), a number with missing values gets a column
/// that is 1 where it is missing, and the median of `fitted_to` in their place. Give the training
/// part as `fitted_to` for both parts. Throws Error unless both have the same columns and
/// `fitted_to` has rows.
Array encode(const Table& table, const Table& fitted_to);
/// The names of encode()'s columns: "income", "income missing", "job: temporary".
std::vector<std::string> encoded_names(const Table& fitted_to);
/// The rows [first, first + count) of a table. Throws Error unless there are such.
Table rows(const Table& table, std::int64_t first, std::int64_t count);

}  // namespace grad::data
