#include "models/examples.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "data/digits.h"
#include "data/handwriting.h"
#include "data/reviews.h"
#include "data/shapes.h"
#include "models/registry.h"
#include "tensor/check.h"

namespace grad::models {

namespace {

using data::Dataset;

void check_sizes(std::int64_t train, std::int64_t test, std::int64_t there) {
  check(train >= 1 && test >= 1 && train <= there - test, [&] {
    return std::to_string(train) + " examples to train and " + std::to_string(test) +
           " to test are needed, at least one of each, but there are " + std::to_string(there) +
           ".";
  });
}

std::vector<std::string> numbers_as_names(int classes) {
  std::vector<std::string> names;
  for (int c = 0; c < classes; ++c) names.push_back(std::to_string(c));
  return names;
}

/// The first `train` and the next `test`: generated sets are in random order already.
Problem cut(const Examples& all, std::int64_t train, std::int64_t test) {
  std::vector<int> rows(static_cast<std::size_t>(train + test));
  std::iota(rows.begin(), rows.end(), 0);
  const std::span<const int> order(rows);
  return {take(all, order.first(static_cast<std::size_t>(train))),
          take(all, order.subspan(static_cast<std::size_t>(train)))};
}

Examples of(const Dataset& set) {
  return {.x = set.x, .y = set.y, .class_names = numbers_as_names(set.classes)};
}
Examples of(const data::Regression& set) { return {.x = set.x, .target = set.target}; }

template <Dataset (*draw)(std::int64_t, real, Rng&)>
Problem noisy(std::int64_t train, std::int64_t test, Rng& rng) {
  return cut(of(draw(train + test, real(0.1), rng)), train, test);
}

Dataset two_blobs(std::int64_t n, real noise, Rng& rng) {
  return data::blobs(n, 3 * noise, rng, 3);
}
Dataset board(std::int64_t n, real noise, Rng& rng) {
  return data::checkerboard(n, noise / 10, rng);
}
Dataset rings(std::int64_t n, real noise, Rng& rng) { return data::circles(n, noise, rng); }
Dataset arms(std::int64_t n, real noise, Rng& rng) { return data::spirals(n, noise / 4, rng); }

template <int classes>
Problem shapes(std::int64_t train, std::int64_t test, Rng& rng) {
  const data::ShapePictures pictures = data::shape_pictures(train + test, rng, classes);
  const auto names = data::kTenShapeNames.begin();
  return cut({.x = pictures.x, .y = pictures.shape, .class_names = {names, names + classes}}, train,
             test);
}

template <Dataset (*draw)(std::int64_t, Rng&, const data::HandwritingOptions&)>
Problem handwriting(std::int64_t train, std::int64_t test, Rng& rng) {
  return cut(of(draw(train + test, rng, {})), train, test);
}

Problem letters(std::int64_t train, std::int64_t test, Rng& rng) {
  Problem problem = handwriting<data::handwritten_letters>(train, test, rng);
  for (Examples* part : {&problem.train, &problem.test})
    for (std::size_t c = 0; c < data::handwritten_letter_names.size(); ++c)
      part->class_names[c] = data::handwritten_letter_names[c];
  return problem;
}

template <data::Curve which>
Problem curve(std::int64_t train, std::int64_t test, Rng& rng) {
  return cut(of(data::curve_points(which, train + test, real(0.1), rng)), train, test);
}

Problem sawtooth(std::int64_t train, std::int64_t test, Rng& rng) {
  return cut(of(data::sawtooth_points(train + test, 3, real(0.02), rng)), train, test);
}

Problem swiss_roll(std::int64_t train, std::int64_t test, Rng& rng) {
  return cut(of(data::swiss_roll(train + test, real(0.1), rng)), train, test);
}

/// Where each text stands among others; NaN for one that does not.
std::vector<real> places_of(const std::vector<std::string>& texts,
                            const std::vector<std::string>& others) {
  std::vector<real> places;
  for (const std::string& text : texts) {
    const auto found = std::find(others.begin(), others.end(), text);
    places.push_back(found == others.end() ? std::numeric_limits<real>::quiet_NaN()
                                           : static_cast<real>(found - others.begin()));
  }
  return places;
}

/// `train` and the rest encoded as numbers.
Problem encoded(const data::Table& train, const data::Table& test) {
  const data::Table encoding = encoding_of(train);
  const auto examples = [&](const data::Table& part) {
    Examples all{.x = data::encode(part, encoding),
                 .y = part.label,
                 .class_names = train.answers,
                 .feature_names = data::encoded_names(encoding),
                 .encoding = encoding};
    if (train.answers.empty()) all.target = part.target;
    return all;
  };
  return {examples(train), examples(test)};
}

template <data::Table (*draw)(std::int64_t, Rng&)>
Problem table(std::int64_t train, std::int64_t test, Rng& rng) {
  const data::Table all = draw(train + test, rng);
  return encoded(data::rows(all, 0, train), data::rows(all, train, test));
}

Problem reviews(std::int64_t train, std::int64_t test, Rng& rng) {
  const data::Reviews all = data::reviews(train + test, {}, rng);
  const auto cut_at = all.text.begin() + train;
  const std::vector<std::string> train_texts(all.text.begin(), cut_at);
  const std::vector<std::string> test_texts(cut_at, all.text.end());
  const data::BagOfWords bag(train_texts, 1, 2);
  const auto label = all.label.begin() + train;
  const auto examples = [&](const std::vector<std::string>& texts, auto begin, auto end) {
    return Examples{.x = bag.counts(texts),
                    .y = {begin, end},
                    .class_names = {"negative", "positive"},
                    .feature_names = bag.names()};
  };
  return {examples(train_texts, all.label.begin(), label),
          examples(test_texts, label, all.label.end())};
}

constexpr ExamplesEntry entries[] = {
    {"digits", "handwritten digits that we make, 28 × 28", handwriting<data::handwritten_digits>},
    {"letters", "handwritten letters A to J that we make, 28 × 28", letters},
    {"small-digits", "digits in changing light, 12 × 12", noisy<data::digits>},
    {"shapes", "coloured, textured shapes on a ground, 32 × 32", shapes<6>},
    {"ten-shapes", "the same with four more shapes", shapes<10>},
    {"xor", "four quarters of a square in two classes", noisy<data::xor_points>},
    {"moons", "two half circles", noisy<data::moons>},
    {"circles", "two circles, one in the other", noisy<rings>},
    {"spirals", "two arms of a spiral", noisy<arms>},
    {"blobs", "three normal clouds", noisy<two_blobs>},
    {"checkerboard", "a board of 4 × 4 squares", noisy<board>},
    {"credit-risk", "will a loan default? (table)", table<data::credit_risk>},
    {"churn", "will a customer leave? (table)", table<data::churn>},
    {"reviews", "is a review positive? (words counted)", reviews},
    {"house-prices", "what does a house cost? (table; a number)", table<data::house_prices>},
    {"line", "a straight line (a number)", curve<data::Curve::line>},
    {"sine", "two waves (a number)", curve<data::Curve::sine>},
    {"step", "a step (a number)", curve<data::Curve::step>},
    {"bump", "Runge's bump (a number)", curve<data::Curve::bump>},
    {"chirp", "a wave that grows faster (a number)", curve<data::Curve::chirp>},
    {"sawtooth", "four teeth (a number)", sawtooth},
    {"swiss-roll", "the place along a rolled-up sheet (a number)", swiss_roll},
};

}  // namespace

Examples take(const Examples& all, std::span<const int> rows) {
  Examples part = all;
  part.x =
      data::take({all.x, std::vector<std::int32_t>(static_cast<std::size_t>(all.size())), 1}, rows)
          .x;
  part.y.clear();
  part.target.clear();
  for (const int row : rows) {
    if (!all.y.empty()) part.y.push_back(all.y[static_cast<std::size_t>(row)]);
    if (!all.target.empty()) part.target.push_back(all.target[static_cast<std::size_t>(row)]);
  }
  return part;
}

Problem split(const Examples& all, std::int64_t train, std::int64_t test, Rng& rng) {
  check_sizes(train, test, all.size());
  std::vector<int> order(static_cast<std::size_t>(all.size()));
  std::iota(order.begin(), order.end(), 0);
  rng.shuffle(order);
  order.resize(static_cast<std::size_t>(train + test));
  const std::span<const int> rows(order);
  return {take(all, rows.first(static_cast<std::size_t>(train))),
          take(all, rows.subspan(static_cast<std::size_t>(train)))};
}

Problem split(const data::Table& table, std::int64_t train, std::int64_t test, Rng& rng) {
  check_sizes(train, test, table.size());
  std::vector<int> order(static_cast<std::size_t>(table.size()));
  std::iota(order.begin(), order.end(), 0);
  rng.shuffle(order);
  const std::int64_t width = table.x.shape()[1];
  data::Table shuffled = table;
  shuffled.x = Array(table.x.shape());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto from = static_cast<std::size_t>(order[i]);
    std::copy_n(table.x.data() + order[i] * width, width,
                shuffled.x.data() + static_cast<std::int64_t>(i) * width);
    shuffled.target[i] = table.target[from];
    if (!table.label.empty()) shuffled.label[i] = table.label[from];
  }
  return encoded(data::rows(shuffled, 0, train), data::rows(shuffled, train, test));
}

data::Table encoding_of(const data::Table& fitted_to) {
  constexpr real missing = std::numeric_limits<real>::quiet_NaN();
  const auto width = static_cast<std::int64_t>(fitted_to.columns.size());
  data::Table nothing = fitted_to;  // one row without any value: encoded, it shows the medians
  nothing.x = Array::full({1, width}, missing);
  nothing.label.clear();
  nothing.target = {0};
  const Array medians = data::encode(nothing, fitted_to);
  data::Table two = nothing;
  two.x = Array::zeros({2, width});
  two.target = {0, 0};
  std::int64_t at = 0;
  for (std::int64_t j = 0; j < width; ++j) {
    const auto categories =
        static_cast<std::int64_t>(fitted_to.columns[static_cast<std::size_t>(j)].categories.size());
    if (categories > 0) {
      at += categories;
      continue;
    }
    bool marked = false;
    for (std::int64_t i = 0; i < fitted_to.size() && !marked; ++i)
      marked = std::isnan(fitted_to.x[i * width + j]);
    two.x.data()[j] = medians[at];
    two.x.data()[width + j] = marked ? missing : medians[at];
    at += marked ? 2 : 1;
  }
  return two;
}

Examples encode_as(const data::Table& table, const data::Table& encoding,
                   const std::vector<std::string>& class_names) {
  const auto from = static_cast<std::int64_t>(table.columns.size());
  const auto width = static_cast<std::int64_t>(encoding.columns.size());
  data::Table like = encoding;
  like.x = Array({table.size(), width});
  like.target = table.target;
  for (std::int64_t j = 0; j < width; ++j) {
    const data::TableColumn& column = encoding.columns[static_cast<std::size_t>(j)];
    const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                    [&](const auto& other) { return other.name == column.name; });
    check(found != table.columns.end(), [&] {
      return "There is no column \"" + column.name + "\", from which the model has learned.";
    });
    check(found->categories.empty() == column.categories.empty(), [&] {
      return "The column \"" + column.name + "\" holds " +
             (column.categories.empty() ? "texts where the model has learned from numbers."
                                        : "numbers where the model has learned from texts.");
    });
    const std::vector<real> places = places_of(found->categories, column.categories);
    const std::int64_t source = found - table.columns.begin();
    for (std::int64_t i = 0; i < table.size(); ++i) {
      const real number = table.x[i * from + source];
      const bool known = places.empty() || std::isnan(number);
      like.x.data()[i * width + j] = known ? number : places[static_cast<std::size_t>(number)];
    }
  }
  Examples all{.x = data::encode(like, encoding),
               .class_names = class_names,
               .feature_names = data::encoded_names(encoding),
               .encoding = encoding};
  if (class_names.empty()) {
    all.target = table.target;
    return all;
  }
  const std::vector<real> places = places_of(table.answers, class_names);
  for (const std::int32_t label : table.label) {
    const real place = places[static_cast<std::size_t>(label)];
    check(!std::isnan(place), [&] {
      return "The model has not learned the class \"" +
             table.answers[static_cast<std::size_t>(label)] + "\", only " + one_of(class_names) +
             ".";
    });
    all.y.push_back(static_cast<std::int32_t>(place));
  }
  return all;
}

std::span<const ExamplesEntry> all_examples() { return entries; }

Problem make_examples(std::string_view name, std::int64_t train, std::int64_t test,
                      std::uint64_t seed) {
  constexpr std::int64_t most = 1'000'000;
  std::vector<std::string> names;
  for (const ExamplesEntry& entry : entries) {
    names.emplace_back(entry.name);
    if (name != entry.name) continue;
    check(train >= 1 && test >= 1 && train <= most && test <= most,
          "Training and test examples must be from 1 to 1,000,000.");
    Rng rng = Rng(seed).split(1);  // not the stream that a model fitted with this seed draws from
    return entry.make(train, test, rng);
  }
  fail("There is no data set called \"" + std::string(name) + "\", only " + one_of(names) + ".");
}

}  // namespace grad::models
