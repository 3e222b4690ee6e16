// A review followed through a small network for text, layer by layer: words, their embeddings, runs
// of words, the strongest run of each unit, the answer. The reader changes the words; the width of
// the runs decides whether “not” can mean anything.
//
// The same network also learns to fill a gap: then the texts themselves are the labels.

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "data/reviews.h"
#include "demos/walk.h"
#include "ui/pictures.h"
#include "ui/plot.h"

namespace grad::demos {

std::unique_ptr<Demo> make_sentence_walk();

namespace {

enum Layer { input, embedded, runs, strongest, scores, answer };
constexpr std::array layer_names = {"Input",       "1 Embedding", "2 Runs of words",
                                    "3 Strongest", "4 Scores",    "5 Answer"};
enum Task { sentiment, missing_word };
constexpr std::array task_names = {"Sentiment", "Missing word"};
constexpr std::array before_names = {"\u2013", "not", "very", "not very"};
constexpr std::array adjectives = {"good", "great", "fine", "bad", "awful", "dull"};
constexpr int good_ones = 3;
enum Joint { one_part, with_and, with_but };
constexpr std::array joint_names = {"\u2013", "and", "but"};

constexpr int places = 13;  // the most words of a review
constexpr int features = 8, units = 12;
constexpr int widest = 5;

enum {
  layer_at,
  unit_at,
  before1_at,
  word1_at,
  joint_at,
  before2_at,
  word2_at,
  keep_at,
  gap_at,
  task_at,
  window_at,
  rate_at
};
constexpr std::array<Parameter, 12> declared = {{
    {.name = "layer",
     .label = "Layer",
     .min = input,
     .max = answer,
     .initial = runs,
     .step = 1,
     .description = "the layer whose output is shown",
     .choices = layer_names,
     .view = true},
    {.name = "unit",
     .label = "Unit",
     .min = 1,
     .max = units,
     .initial = 1,
     .step = 1,
     .description = "the unit that is explained",
     .view = true},
    {.name = "before1",
     .label = "The film was …",
     .min = 0,
     .max = 3,
     .initial = 0,
     .step = 1,
     .description = "what stands before the first adjective",
     .choices = before_names,
     .view = true},
    {.name = "word1",
     .label = "… and then",
     .min = 0,
     .max = 5,
     .initial = 0,
     .step = 1,
     .description = "the first adjective",
     .choices = adjectives,
     .view = true},
    {.name = "joint",
     .label = "Joined by",
     .min = one_part,
     .max = with_but,
     .initial = one_part,
     .step = 1,
     .description = "whether a second part follows, and by which word",
     .choices = joint_names,
     .view = true},
    {.name = "before2",
     .label = "The food was …",
     .min = 0,
     .max = 3,
     .initial = 0,
     .step = 1,
     .description = "what stands before the second adjective, if there is a second part",
     .choices = before_names,
     .view = true},
    {.name = "word2",
     .label = "… and at last",
     .min = 0,
     .max = 5,
     .initial = 3,
     .step = 1,
     .description = "the second adjective, if there is a second part",
     .choices = adjectives,
     .view = true},
    {.name = "keep",
     .label = "Keep the first words",
     .min = 0,
     .max = places,
     .initial = places,
     .step = 1,
     .description = "words beyond these are left out; with 0 the sentence is empty",
     .view = true},
    {.name = "gap",
     .label = "Gap at word",
     .min = 1,
     .max = places,
     .initial = 4,
     .step = 1,
     .description = "the word that is hidden, where a missing word is to be found",
     .view = true},
    {.name = "task",
     .label = "It learns",
     .min = sentiment,
     .max = missing_word,
     .initial = sentiment,
     .step = 1,
     .description = "Sentiment: from reviews labelled positive or negative. Missing word: from "
                    "the same reviews without labels, one word hidden in each.",
     .choices = task_names},
    {.name = "window",
     .label = "Words in a run",
     .min = 1,
     .max = widest,
     .initial = 3,
     .step = 1,
     .description = "how many neighbouring words a unit of layer 2 sees at once",
     .swept = true},
    {.name = "rate",
     .label = "Learning rate",
     .min = 0.0001,
     .max = 1,
     .initial = 0.02,
     .logarithmic = true,
     .decimals = 4,
     .description = "of Adam; it falls evenly to 0",
     .more = true},
}};

constexpr std::int64_t all_held_out = 300, batch_size = 32;
constexpr data::ReviewOptions grammar = {.typo = 0};
constexpr double single_share = 0.4;  // of the reviews have one part
constexpr std::uint64_t vocabulary_seed = 1'951, held_out_seed = 20'140'825;
constexpr std::uint64_t weights_stream = 1, training_stream = 2;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::int32_t nothing = 0, gap_word = 1;  // entries that are no words

using Words = std::vector<std::int32_t>;

std::string percent(double share) { return ui::format_number(100 * share, 1) + "\u202f%"; }
std::string whole(std::int64_t count) { return ui::format_number(static_cast<double>(count), 0); }
std::string decimal(double value) { return ui::format_number(value, 2); }

struct Word {
  std::string text;
  bool adjective;  ///< reviews end in one
};

/// All words of the grammar, in alphabetical order, after nothing and the gap.
std::vector<Word> all_words() {
  Rng rng(vocabulary_seed);
  std::vector<std::string> all, last;
  for (const std::string& text : data::reviews(1'000, grammar, rng).text) {
    const std::vector<std::string> words = data::words(text);
    all.insert(all.end(), words.begin(), words.end());
    last.push_back(words.back());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  std::vector<Word> words = {{"·", false}, {"___", false}};
  for (const std::string& text : all)
    words.push_back({text, std::find(last.begin(), last.end(), text) != last.end()});
  return words;
}

const std::vector<Word>& vocabulary() {
  static const std::vector<Word> words = all_words();
  return words;
}

const std::string& text_of(std::int32_t entry) {
  return vocabulary()[static_cast<std::size_t>(entry)].text;
}

std::int32_t entry_of(std::string_view word) {
  const auto found = std::find_if(vocabulary().begin(), vocabulary().end(),
                                  [&](const Word& each) { return each.text == word; });
  return static_cast<std::int32_t>(found - vocabulary().begin());
}

Words entries_of(std::string_view text) {
  Words entries;
  for (const std::string& word : data::words(text)) entries.push_back(entry_of(word));
  return entries;
}

/// A sentence as a row of the network's input: `places` numbers of words.
void put(const Words& sentence, real* row) {
  std::fill_n(row, places, real(nothing));
  std::transform(sentence.begin(), sentence.end(), row, [](std::int32_t e) { return real(e); });
}

/// Labelled sentences: reviews of two parts, or the second part alone, which has the sentiment.
struct Sentences {
  std::vector<Words> words;
  std::vector<std::int32_t> label;
};
Sentences sentences(std::int64_t n, Rng& rng) {
  const data::Reviews reviews = data::reviews(n, grammar, rng);
  Sentences all{.words = {}, .label = reviews.label};
  for (const std::string& text : reviews.text) {
    Words words = entries_of(text);
    if (static_cast<double>(rng.uniform()) < single_share)
      words.erase(words.begin(), std::find(words.begin() + 1, words.end(), entry_of("the")));
    all.words.push_back(std::move(words));
  }
  return all;
}

/// “not” before every adjective put in where it is not and taken out where it is, which turns the
/// sentiment round: the word after "was" decides.
Words with_nots_switched(const Words& words) {
  const std::int32_t was = entry_of("was"), negation = entry_of("not");
  Words switched;
  for (std::size_t i = 0; i < words.size(); i++) {
    if (words[i] == negation) continue;
    switched.push_back(words[i]);
    if (words[i] == was && (i + 1 == words.size() || words[i + 1] != negation))
      switched.push_back(negation);
  }
  return switched;
}

/// The largest answer of each unit to any run of words: (n, runs, units) to (n, units).
struct MaxOverRuns {
  static constexpr const char* kind = "MaxOverRuns";
  Tensor operator()(const Tensor& x) const { return max(x, Axes{1}); }
};

class SentenceWalk final : public Walk {
 public:
  std::span<const Parameter> parameters() const override { return declared; }
  const char* task() const override {
    return "Follow one review from its words to the answer. What does “not” change, and where?";
  }

  std::optional<Goal> goal() const override {
    return Goal{
        "After training, find a unit whose strongest run of words holds “not” and an adjective",
        trained() && !diverged() && layer_ == runs && finds_not_with_adjective()};
  }

  void start(std::span<const double> values, std::uint64_t seed) override {
    task_ = static_cast<int>(values[task_at]);
    window_ = static_cast<int>(values[window_at]);
    const auto words = static_cast<int>(vocabulary().size());
    const Rng rng(seed);
    Rng weights = rng.split(weights_stream);
    training_ = rng.split(training_stream);
    make_held_out();
    flips_ = unknown;
    begin(nn::Sequential({nn::Embedding(words, features, weights),
                          nn::Conv1d(features, units, window_, weights), nn::ReLU{}, MaxOverRuns{},
                          nn::Linear(units, task_ == sentiment ? 2 : words, weights)}),
          values[rate_at]);
    show(values);
  }

  void show(std::span<const double> values) override {
    const auto at = [&](std::size_t i) { return static_cast<int>(values[i]); };
    layer_ = at(layer_at);
    unit_ = at(unit_at) - 1;
    joint_ = at(joint_at);
    before_last_ = at(joint_ == one_part ? before1_at : before2_at);
    last_ = at(joint_ == one_part ? word1_at : word2_at);
    std::string text = part("film", at(before1_at), at(word1_at));
    if (joint_ != one_part)
      text += std::string(" ") + joint_names[static_cast<std::size_t>(joint_)] + " " +
              part("food", at(before2_at), at(word2_at));
    agree_ = positive(at(before1_at), at(word1_at)) == positive(at(before2_at), at(word2_at));
    sentence_ = entries_of(text);
    cut_ = at(keep_at) < std::ssize(sentence_);
    if (cut_) sentence_.resize(static_cast<std::size_t>(at(keep_at)));
    gap_ = std::min(at(gap_at), static_cast<int>(sentence_.size())) - 1;
    look();
  }

  std::vector<Readout> readouts() const override {
    const bool labels = task_ == sentiment;
    return {
        {.name = "accuracy", .label = "Right, now", .value = accuracy(), .plot = "curve"},
        {.name = "accuracy_before", .label = "Right, untrained", .value = accuracy_before()},
        {.name = "positive",
         .label = labels ? "Positive, now" : "Hidden word, now",
         .value = now().probability(asked())},
        {.name = "positive_before",
         .label = labels ? "Positive, untrained" : "Hidden word, untrained",
         .value = before().probability(asked())},
        {.name = "flips",
         .label = "Answers that “not” turns",
         .value = flips_,
         .may_stay_unknown = true},
        {.name = "adjectives",
         .label = "On adjectives, now",
         .value = labels ? unknown : adjective_share(now()),
         .may_stay_unknown = true},
    };
  }

  std::string narrate() const override {
    std::string text = progress();
    if (!std::isnan(accuracy()))
      text += " Right on " + percent(accuracy()) + " of " + whole(all_held_out) +
              " held-out reviews; untrained it was " + percent(accuracy_before()) + ".";
    if (!std::isnan(flips_))
      text += " Switching every “not” turns " + percent(flips_) +
              " of its answers, and should turn all.";
    if (silent())
      text += " All 12 units answer 0 to this sentence, so only biases are left to answer.";
    if (sentence_.empty())
      return text +
             " The sentence is empty: the answer comes from biases and from the entry that "
             "stands for nothing.";
    return text + " It " + says(now()) + (task_ == sentiment ? truth() : "");
  }

  void draw(ui::Ui& ui) override {
    ui.heading("layer", std::string(layer_ == input ? "" : "Layer ") +
                            layer_names[static_cast<std::size_t>(layer_)] + ": " + shape());
    ui.text("sentence", "“" + words_of(shown(), 0, shown().size()) + "”", ui.narrow() ? 2 : 1);
    ui.text("what", what(), ui.narrow() ? 4 : 2);
    draw_layer(ui);
    constexpr std::array<float, 2> halves = {0.5F, 0.5F};
    ui.begin_columns(halves);
    if (layer_ != answer)
      draw_answer(ui, 190);
    else
      draw_votes(ui, 190);
    ui.next_column();
    draw_curve(ui, task_ == sentiment ? 0.5 : 1.0 / static_cast<double>(vocabulary().size()), 190);
    ui.end_columns();
  }

 private:
  // ---- Reviews ----

  Examples examples(std::int64_t n, Rng& rng) const {
    const Sentences drawn = sentences(n, rng);
    Examples made{Array({n, places}), drawn.label};
    for (std::int64_t i = 0; i < n; i++) {
      Words words = drawn.words[static_cast<std::size_t>(i)];
      if (task_ == missing_word) {
        std::int32_t& hidden = words[rng.below(static_cast<std::uint32_t>(words.size()))];
        made.y[static_cast<std::size_t>(i)] = std::exchange(hidden, gap_word);
      }
      put(words, made.x.data() + i * places);
    }
    return made;
  }

  Examples next_batch() override { return examples(batch_size, training_); }
  std::int64_t held_out_count() const override { return all_held_out; }
  const Examples& held_out(std::int64_t /*count*/) override { return held_out_; }

  void make_held_out() {
    Rng rng(held_out_seed);
    held_out_ = examples(all_held_out, rng);
    if (task_ != sentiment) return;
    switched_ = Array(held_out_.x.shape());
    for (std::int64_t i = 0; i < all_held_out; i++) {
      Words words;
      for (std::int64_t place = 0; place < places; place++)
        if (const real entry = held_out_.x[i * places + place]; entry != real(nothing))
          words.push_back(static_cast<std::int32_t>(entry));
      put(with_nots_switched(words), switched_.data() + i * places);
    }
  }

  void on_measured() override {
    look();
    if (task_ != sentiment || !just_measured()) return;
    const NoGrad no_grad;
    const std::vector<std::int32_t> plain = answers(now().network(Tensor(held_out_.x)).value());
    const std::vector<std::int32_t> turned = answers(now().network(Tensor(switched_)).value());
    std::int64_t count = 0;
    for (std::size_t i = 0; i < plain.size(); i++) count += plain[i] != turned[i];
    flips_ = static_cast<double>(count) / static_cast<double>(all_held_out);
  }

  static std::string part(const char* subject, int before, int word) {
    std::string text = std::string("the ") + subject + " was ";
    if (before > 0) text += std::string(before_names[static_cast<std::size_t>(before)]) + " ";
    return text + adjectives[static_cast<std::size_t>(word)];
  }

  static bool positive(int before, int word) { return (word < good_ones) == (before % 2 == 0); }

  // ---- What the network makes of the sentence ----

  /// The sentence as the network gets it: with the gap, if one is to be filled.
  Words shown() const {
    Words words = sentence_;
    if (task_ == missing_word && gap_ >= 0) words[static_cast<std::size_t>(gap_)] = gap_word;
    return words;
  }

  void look() {
    Array x({1, places});
    put(shown(), x.data());
    look_at(x);
  }

  /// The class whose probability is reported: positive, or the hidden word.
  std::int64_t asked() const {
    if (task_ == sentiment) return 1;
    return gap_ < 0 ? nothing : sentence_[static_cast<std::size_t>(gap_)];
  }

  static double adjective_share(const Moment& moment) {
    const std::vector<Word>& all = vocabulary();
    double share = 0;
    for (std::size_t i = 0; i < all.size(); i++)
      if (all[i].adjective) share += moment.probability(static_cast<std::int64_t>(i));
    return share;
  }

  int run_count() const { return places - window_ + 1; }

  /// The run that a unit of layer 2 answers most to, and how strongly.
  std::pair<int, double> strongest_run(const Moment& moment, int unit) const {
    const Array& maps = moment.layer(2);
    int best = 0;
    for (int run = 1; run < run_count(); run++)
      if (maps[run * units + unit] > maps[best * units + unit]) best = run;
    return {best, static_cast<double>(maps[best * units + unit])};
  }

  std::string run_text(int run) const {
    return words_of(shown(), static_cast<std::size_t>(run), static_cast<std::size_t>(window_));
  }

  static std::string words_of(const Words& words, std::size_t first, std::size_t count) {
    std::string text;
    for (std::size_t i = first; i < first + count; i++) {
      if (!text.empty()) text += ' ';
      text += text_of(i < words.size() ? words[i] : nothing);
    }
    return text;
  }

  bool silent() const {
    const Array& found = now().layer(3);
    return std::all_of(found.data(), found.data() + units, [](real value) { return value == 0; });
  }

  bool finds_not_with_adjective() const {
    const auto [run, value] = strongest_run(now(), unit_);
    const std::string text = " " + run_text(run) + " ";
    return value > 0 && text.find(" not ") != std::string::npos &&
           std::any_of(adjectives.begin(), adjectives.end(), [&](const char* word) {
             return text.find(" " + std::string(word) + " ") != std::string::npos;
           });
  }

  // ---- In words ----

  std::string shape() const {
    const auto words = static_cast<std::int64_t>(vocabulary().size());
    const std::int64_t classes = task_ == sentiment ? 2 : words;
    switch (layer_) {
      case input:
        return "13 numbers of words";
      case embedded:
        return "13 × 8 numbers, " + whole(words * features) + " parameters";
      case runs:
        return whole(run_count()) + " × 12 numbers, " + whole((window_ * features + 1) * units) +
               " parameters";
      case strongest:
        return "12 numbers, no parameters";
      case scores:
        return whole(classes) + " numbers, " + whole((units + 1) * classes) + " parameters";
      default:
        return whole(classes) + " probabilities, no parameters";
    }
  }

  std::string says(const Moment& moment) const {
    const std::int64_t best = moment.answer();
    const std::string sure = percent(moment.probability(best));
    if (task_ == sentiment)
      return std::string("says ") + (best == 1 ? "positive" : "negative") + " with " + sure + ".";
    return "fills the gap with “" + text_of(static_cast<std::int32_t>(best)) + "”, with " + sure +
           ".";
  }

  std::string truth() const {
    if (cut_) return " Cut sentences like this one it has not learned from.";
    if (joint_ == with_and && !agree_)
      return " Parts that disagree are never joined by “and” in what it learned from.";
    if (joint_ == with_but && agree_)
      return " Parts that agree are never joined by “but” in what it learned from.";
    return positive(before_last_, last_) ? " By the grammar it is positive."
                                         : " By the grammar it is negative.";
  }

  std::string what() const {
    switch (layer_) {
      case input:
        return "Each word stands for its place in a list of " +
               whole(static_cast<std::int64_t>(vocabulary().size())) +
               " entries. These numbers are names: 12 is not more than 11.";
      case embedded:
        return "Each word fetches its own row of 8 numbers from a table. The same word always "
               "fetches the same row, wherever it stands.";
      case runs:
        return "Each unit looks at " + whole(window_) +
               (window_ == 1 ? " word" : " neighbouring words") + " at a time, multiplies their " +
               whole(window_ * features) +
               " numbers by its weights, adds up, and ReLU turns what is below 0 into 0.";
      case strongest:
        return "Of each unit only the largest answer is kept, wherever in the sentence it was. "
               "Nothing is learned here.";
      case scores:
        return "Each class adds up the 12 numbers of layer 3, each times a weight, and a bias.";
      default:
        return "Softmax turns the scores into probabilities. Now it " + says(now()) +
               " Before training it " + says(before());
    }
  }

  std::string unit_words(const Moment& moment) const {
    const auto [run, value] = strongest_run(moment, unit_);
    const std::string name = "Unit " + whole(unit_ + 1);
    if (!(value > 0)) return name + " answers 0 to every run.";
    std::string text = name + " answers most, " + decimal(value) + ", to “" + run_text(run) + "”";
    if (task_ != sentiment) return text + ".";
    const double vote = this->vote(moment, unit_);
    return text + ", which moves the answer by " + decimal(std::abs(vote)) + " towards " +
           (vote > 0 ? "positive." : "negative.");
  }

  /// What a unit adds to the score for positive less that for negative; for a missing word, to the
  /// score of the word that is asked for.
  double vote(const Moment& moment, int unit) const {
    const Array& weights = moment.network.layers()[4].as<nn::Linear>()->weight.value();
    const auto weight = [&](std::int64_t label) {
      return static_cast<double>(weights[label * units + unit]);
    };
    const auto value = static_cast<double>(moment.layer(3)[unit]);
    return value * (task_ == sentiment ? weight(1) - weight(0) : weight(asked()));
  }

  // ---- The figures ----

  void draw_layer(ui::Ui& ui) const {
    if (layer_ == input) return draw_input(ui);
    if (layer_ == answer) return draw_answer(ui, 240);
    if (layer_ >= strongest) return draw_votes(ui, 240);
    constexpr std::array<float, 2> halves = {0.5F, 0.5F};
    ui.begin_columns(halves);
    draw_moment(ui, "maps.before", "Before training", before());
    ui.next_column();
    draw_moment(ui, "maps.now", moment_now(), now());
    ui.end_columns();
  }

  void draw_input(ui::Ui& ui) const {
    const Words words = shown();
    ui::PicturesOptions options;
    options.title = "Number of each word in the list";
    options.summary = what();
    options.side = 34;
    options.table.columns = {"Place", "Word", "Number"};
    std::vector<ui::Tile> tiles;
    for (std::size_t i = 0; i < places; i++) {
      const std::int32_t entry = i < words.size() ? words[i] : nothing;
      const std::string& word = text_of(entry);
      const float share = static_cast<float>(entry) / static_cast<float>(vocabulary().size());
      tiles.push_back({{{1, 1, {ui::sequential_color(share)}}}, whole(entry) + " " + word});
      options.table.rows.push_back({whole(static_cast<std::int64_t>(i) + 1), word, whole(entry)});
    }
    ui::pictures(ui, "words", options, tiles);
  }

  void draw_moment(ui::Ui& ui, const std::string& id, const std::string& title,
                   const Moment& moment) const {
    if (layer_ == embedded)
      draw_embedding(ui, id, title, moment);
    else
      draw_runs(ui, id, title, moment);
  }

  void draw_embedding(ui::Ui& ui, const std::string& id, const std::string& title,
                      const Moment& moment) const {
    const Words words = shown();
    const Array& rows = moment.layer(0);
    double most = 1e-6;
    for (const real value : rows.span())
      most = std::max(most, std::abs(static_cast<double>(value)));
    ui::PicturesOptions options;
    options.title = title;
    options.summary = "The 8 numbers of each word, blue below 0 and orange above, the largest " +
                      decimal(most) + ".";
    options.side = 14;
    options.table.columns = {"Word"};
    for (int f = 1; f <= features; f++) options.table.columns.push_back("Number " + whole(f));
    std::vector<ui::Tile> tiles;
    for (std::size_t i = 0; i < std::max<std::size_t>(words.size(), 1); i++) {
      const std::int32_t entry = i < words.size() ? words[i] : nothing;
      ui::Tile tile{{{1, features}}, text_of(entry)};
      options.table.rows.push_back({tile.caption});
      for (std::size_t f = 0; f < features; f++) {
        const auto value = static_cast<double>(rows[static_cast<std::int64_t>(i * features + f)]);
        tile.pictures[0].pixels.push_back(
            ui::diverging_color(ui.theme(), static_cast<float>(value / most)));
        options.table.rows.back().push_back(decimal(value));
      }
      tiles.push_back(std::move(tile));
    }
    ui::pictures(ui, id, options, tiles);
    ui.muted(id + ".words", options.summary, 2);
  }

  void draw_runs(ui::Ui& ui, const std::string& id, const std::string& title,
                 const Moment& moment) const {
    const Array& maps = moment.layer(2);
    const auto scale = static_cast<double>(
        std::max(real(1e-6), *std::max_element(maps.data(), maps.data() + maps.size())));
    ui::PicturesOptions options;
    options.title = title + ": a row a unit, a square a run";
    options.side = 100;
    options.table.columns = {"Unit", "Strongest run", "Answer"};
    std::vector<ui::Tile> tiles;
    for (int unit = 0; unit < units; unit++) {
      const auto [run, value] = strongest_run(moment, unit);
      ui::Picture row{run_count(), 1};
      for (int r = 0; r < run_count(); r++) {
        const double share = static_cast<double>(maps[r * units + unit]) / scale;
        row.pixels.push_back(ui::sequential_color(static_cast<float>(std::round(share * 63) / 63)));
      }
      const std::string found = value > 0 ? run_text(run) : "nothing";
      options.table.rows.push_back({whole(unit + 1), found, decimal(value)});
      tiles.push_back({{std::move(row)}, whole(unit + 1) + "  " + found, unit == unit_});
    }
    options.summary =
        unit_words(moment) + " Answers run from dark, 0, to yellow, " + decimal(scale) + ".";
    ui::pictures(ui, id, options, tiles);
    ui.muted(id + ".words", unit_words(moment), 3);
  }

  /// The strongest answers, or what comes of them in the score.
  void draw_votes(ui::Ui& ui, float height) const {
    const bool votes = layer_ >= scores;
    std::vector<std::string> names;
    std::vector<double> old, present;
    double low = 0, high = 0.5;
    for (int unit = 0; unit < units; unit++) {
      names.push_back(whole(unit + 1));
      old.push_back(votes ? vote(before(), unit) : static_cast<double>(before().layer(3)[unit]));
      present.push_back(votes ? vote(now(), unit) : static_cast<double>(now().layer(3)[unit]));
      low = std::min({low, old.back(), present.back()});
      high = std::max({high, old.back(), present.back()});
    }
    const std::string title =
        !votes ? "Strongest answer of each unit: squares before training, circles now"
        : task_ == sentiment
            ? "What each unit adds for positive: squares before training, circles now"
            : "What each unit adds for the hidden word: squares before training, circles now";
    draw_bars(ui, "votes",
              {title, what() + " " + unit_words(now()), "", names, old, present, 1.1 * low - 0.05,
               1.1 * high},
              height);
  }

  /// Both classes, or the words that are likeliest now.
  void draw_answer(ui::Ui& ui, float height) const {
    std::vector<std::int64_t> labels;
    const auto classes = static_cast<std::int64_t>(now().probabilities.size());
    for (std::int64_t label = 0; label < classes; label++) labels.push_back(label);
    std::stable_sort(labels.begin(), labels.end(), [&](std::int64_t a, std::int64_t b) {
      return task_ == missing_word && now().probabilities[a] > now().probabilities[b];
    });
    labels.resize(std::min<std::size_t>(labels.size(), ui.narrow() ? 4 : 6));
    std::vector<std::string> names;
    std::vector<double> old, present;
    for (const std::int64_t label : labels) {
      names.push_back(task_ == missing_word ? text_of(static_cast<std::int32_t>(label))
                      : label == 1          ? "positive"
                                            : "negative");
      old.push_back(before().probability(label));
      present.push_back(now().probability(label));
    }
    draw_bars(ui, "answer",
              {"Answer: squares before training, circles now",
               "Now it " + says(now()) + " Before training it " + says(before()), "", names, old,
               present, 0, 1.05, 3},
              height);
  }

  int task_ = sentiment, window_ = 3;
  int layer_ = runs, unit_ = 0, joint_ = one_part, before_last_ = 0, last_ = 0, gap_ = -1;
  bool agree_ = false, cut_ = false;
  Words sentence_;
  Examples held_out_;
  Array switched_;  ///< the same with every “not” switched
  double flips_ = unknown;
  Rng training_;
};

}  // namespace

std::unique_ptr<Demo> make_sentence_walk() { return std::make_unique<SentenceWalk>(); }

}  // namespace grad::demos
