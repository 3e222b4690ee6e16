#include "data/csv.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "tensor/check.h"

namespace grad::data {

namespace {

constexpr std::size_t kMostColumns = 10'000, kMostFields = 50'000'000, kMostCategories = 1000;
constexpr real kMissing = std::numeric_limits<real>::quiet_NaN();

std::string quoted(std::string_view text) {
  constexpr std::size_t shown = 40;
  return '"' + std::string(text.substr(0, shown)) + (text.size() > shown ? "…\"" : "\"");
}

/// Cuts a text into records of fields.
class CsvReader {
 public:
  CsvReader(std::string_view text, std::string_view name, char separator)
      : text_(text), name_(name), separator_(separator) {}

  std::int64_t line() const { return line_; }
  bool at_end() const { return at_ >= text_.size(); }
  /// The next record; `fields` keeps its strings' memory.
  void read(std::vector<std::string>& fields) {
    std::size_t count = 0;
    do {
      if (count == fields.size()) fields.emplace_back();
      if (count >= kMostColumns)
        fail_at(line_, "more than " + std::to_string(kMostColumns) + " fields in a row");
      field(fields[count++]);
    } while (take(separator_));
    fields.resize(count);
    take('\r');
    if (take('\n')) ++line_;
  }
  [[noreturn]] void fail_at(std::int64_t line, const std::string& what) const {
    fail(std::string(name_) + ":" + std::to_string(line) + ": " + what + ".");
  }

 private:
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool ends_line(std::size_t at) const {
    return text_[at] == '\n' || (text_[at] == '\r' && text_.substr(at + 1).starts_with('\n'));
  }
  void field(std::string& out) {
    out.clear();
    if (take('"')) {
      quoted_field(out);
      return;
    }
    const std::size_t first = at_;
    while (!at_end() && text_[at_] != separator_ && !ends_line(at_)) ++at_;
    out = text_.substr(first, at_ - first);
  }
  void quoted_field(std::string& out) {
    const std::int64_t opened = line_;
    for (;;) {
      const std::size_t quote = text_.find('"', at_);
      if (quote == text_.npos) fail_at(opened, "the quote that opens here is never closed");
      const std::string_view part = text_.substr(at_, quote - at_);
      line_ += std::count(part.begin(), part.end(), '\n');
      out += part;
      at_ = quote + 1;
      if (!take('"')) break;
      out += '"';
    }
    if (!at_end() && text_[at_] != separator_ && !ends_line(at_))
      fail_at(line_, "text follows the closing quote of " + quoted(out));
  }

  std::string_view text_, name_;
  char separator_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
};

char separator_of(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char candidate : {',', ';', '\t'}) {
    std::ptrdiff_t count = 0;
    bool inside = false;
    for (const char c : line) {
      if (c == '"') inside = !inside;
      count += c == candidate && !inside;
    }
    if (count > most) {
      most = count;
      best = candidate;
    }
  }
  return best;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool is_missing(std::string_view text) {
  constexpr std::array<std::string_view, 7> marks = {"", "NA", "N/A", "NaN", "nan", "null", "?"};
  return std::find(marks.begin(), marks.end(), text) != marks.end();
}

/// The number a text spells: nothing if it is none, infinite if it is beyond a float or says so.
std::optional<double> number_in(const std::string& text) {
  const std::string_view word = trimmed(text);
  std::string lower;
  for (const char c : word.substr(0, 10)) lower += static_cast<char>(c | 0x20);
  const std::string_view name = lower.starts_with('-') ? std::string_view(lower).substr(1) : lower;
  if (name == "inf" || name == "infinity") return std::numeric_limits<double>::infinity();
  if (word.empty() || word.size() > 100 ||
      word.find_first_not_of("0123456789+-.eE") != word.npos)  // no hexadecimal numbers
    return {};
  const std::string exact(word);
  char* end = nullptr;
  const double number = std::strtod(exact.c_str(), &end);
  if (end != exact.c_str() + exact.size()) return {};
  const bool fits = std::abs(number) <= static_cast<double>(std::numeric_limits<real>::max());
  return fits ? number : std::numeric_limits<double>::infinity();
}

/// What the first reading finds out about a column.
struct ColumnKind {
  bool any = false, numbers = true;
  std::int64_t infinite_line = 0;  // 0: nowhere

  void see(const std::string& field, std::int64_t line) {
    if (is_missing(trimmed(field))) return;
    any = true;
    if (!numbers) return;
    const std::optional<double> number = number_in(field);
    numbers = number.has_value();
    if (numbers && std::isinf(*number) && infinite_line == 0) infinite_line = line;
  }
};

struct Survey {
  std::vector<std::string> names;
  std::vector<ColumnKind> kinds;
  std::vector<std::int64_t> lines;
};

/// Calls see(fields, line) for every row that counts, all of which have `columns` fields.
template <class See>
void each_row(CsvReader reader, std::size_t columns, See see) {
  std::vector<std::string> fields;
  while (!reader.at_end()) {
    const std::int64_t line = reader.line();
    reader.read(fields);
    if (columns > 1 && fields.size() == 1 && fields[0].empty()) continue;
    if (fields.size() != columns)
      reader.fail_at(line, std::to_string(fields.size()) + " field(s) where the first row has " +
                               std::to_string(columns));
    see(fields, line);
  }
}

void name_columns(std::vector<std::string>& names, bool header, const CsvReader& reader) {
  std::unordered_set<std::string> seen;
  for (std::size_t c = 0; c < names.size(); ++c) {
    std::string name(header ? trimmed(names[c]) : std::string_view());
    if (name.empty()) name = "column " + std::to_string(c + 1);
    if (!seen.insert(name).second) reader.fail_at(1, "two columns are called " + quoted(name));
    names[c] = std::move(name);
  }
}

void check_survey(const Survey& survey, const CsvReader& reader, std::string_view name) {
  check(!survey.lines.empty(), [&] { return std::string(name) + ": it has no rows."; });
  for (std::size_t c = 0; c < survey.kinds.size(); ++c) {
    const ColumnKind& kind = survey.kinds[c];
    check(kind.any, [&] {
      return std::string(name) + ": column " + quoted(survey.names[c]) + " has no values.";
    });
    if (kind.numbers && kind.infinite_line > 0)
      reader.fail_at(kind.infinite_line,
                     "an infinite number, or one too large, in column " + quoted(survey.names[c]));
  }
}

}  // namespace

Csv parse_csv(std::string_view text, std::string_view name, const CsvOptions& options) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::size_t zero = text.find('\0');
  check(zero == text.npos, [&] {
    return std::string(name) + ": not a text: byte " + std::to_string(zero) + " is zero.";
  });
  check(!text.empty(), [&] { return std::string(name) + ": the file is empty."; });
  CsvReader reader(text, name, options.separator != 0 ? options.separator : separator_of(text));

  Survey survey;
  CsvReader head = reader;
  head.read(survey.names);
  name_columns(survey.names, options.header, reader);
  const std::size_t columns = survey.names.size();
  if (options.header) reader = head;
  survey.kinds.resize(columns);
  each_row(reader, columns, [&](const std::vector<std::string>& fields, std::int64_t line) {
    survey.lines.push_back(line);
    if (survey.lines.size() * columns > kMostFields)
      reader.fail_at(line, "more than " + std::to_string(kMostFields) + " fields");
    for (std::size_t c = 0; c < columns; ++c) survey.kinds[c].see(fields[c], line);
  });
  check_survey(survey, reader, name);

  Csv csv{std::string(name), {}, {}, std::move(survey.lines)};
  csv.x = Array({csv.rows(), static_cast<std::int64_t>(columns)});
  for (std::string& column : survey.names) csv.columns.push_back({std::move(column)});
  std::vector<std::unordered_map<std::string, std::size_t>> codes(columns);
  real* out = csv.x.data();
  each_row(reader, columns, [&](const std::vector<std::string>& fields, std::int64_t) {
    for (std::size_t c = 0; c < columns; ++c, ++out) {
      const std::string word(trimmed(fields[c]));
      *out = kMissing;
      if (is_missing(word)) continue;
      if (survey.kinds[c].numbers) {
        *out = static_cast<real>(*number_in(word));
        continue;
      }
      std::vector<std::string>& categories = csv.columns[c].categories;
      const auto [found, is_new] = codes[c].try_emplace(word, categories.size());
      if (is_new) categories.push_back(word);
      *out = static_cast<real>(found->second);
    }
  });
  return csv;
}

namespace {

std::size_t column_named(const Csv& csv, std::string_view name) {
  const auto found = std::find_if(csv.columns.begin(), csv.columns.end(),
                                  [&](const TableColumn& column) { return column.name == name; });
  if (found == csv.columns.end()) {
    std::string known;
    for (std::size_t c = 0; c < csv.columns.size() && c < 10; ++c)
      known += (c == 0 ? "" : ", ") + csv.columns[c].name;
    fail(csv.name + ": there is no column " + quoted(name) + "; it has " + known +
         (csv.columns.size() > 10 ? " …." : "."));
  }
  return static_cast<std::size_t>(found - csv.columns.begin());
}

real field_at(const Csv& csv, std::int64_t row, std::size_t column) {
  return csv.x[row * std::ssize(csv.columns) + static_cast<std::int64_t>(column)];
}

// " (line 7 has "12x")": the first field of a column of texts that is not a number.
std::string example_text(const Csv& csv, std::size_t column) {
  const std::vector<std::string>& categories = csv.columns[column].categories;
  for (std::int64_t row = 0; row < csv.rows(); ++row) {
    const real code = field_at(csv, row, column);
    if (std::isnan(code)) continue;
    const std::string& text = categories[static_cast<std::size_t>(code)];
    if (!number_in(text))
      return " (line " + std::to_string(csv.lines[row]) + " has " + quoted(text) + ")";
  }
  return "";
}

void check_target(const Csv& csv, std::size_t column, Target kind) {
  const std::string& name = csv.columns[column].name;
  check(kind == Target::classes || csv.columns[column].categories.empty(), [&] {
    return csv.name + ": column " + quoted(name) +
           " is to be predicted as a number, but holds texts" + example_text(csv, column) + ".";
  });
  for (std::int64_t row = 0; row < csv.rows(); ++row)
    check(!std::isnan(field_at(csv, row, column)), [&] {
      return csv.name + ":" + std::to_string(csv.lines[row]) + ": " + quoted(name) +
             ", which is to be predicted, is missing.";
    });
}

// The different values of a column, as they are called, in order.
std::vector<std::pair<std::string, real>> classes_of(const Csv& csv, std::size_t column) {
  std::vector<real> values;
  for (std::int64_t row = 0; row < csv.rows(); ++row) values.push_back(field_at(csv, row, column));
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  check(values.size() <= kMostCategories, [&] {
    return csv.name + ": column " + quoted(csv.columns[column].name) + " has " +
           std::to_string(values.size()) + " different values, too many to be classes.";
  });
  std::vector<std::pair<std::string, real>> classes;
  const std::vector<std::string>& categories = csv.columns[column].categories;
  for (const real value : values) {
    char number[32];
    std::snprintf(number, sizeof number, "%.9g", static_cast<double>(value));
    classes.emplace_back(categories.empty() ? number : categories[static_cast<std::size_t>(value)],
                         value);
  }
  if (!categories.empty()) std::sort(classes.begin(), classes.end());
  return classes;
}

void add_classes(Table& table, const Csv& csv, std::size_t column) {
  std::unordered_map<real, std::int32_t> label;
  for (auto& [name, value] : classes_of(csv, column)) {
    label.emplace(value, static_cast<std::int32_t>(table.answers.size()));
    table.answers.push_back(std::move(name));
  }
  for (std::int64_t row = 0; row < csv.rows(); ++row)
    table.label.push_back(label.at(field_at(csv, row, column)));
  table.target.assign(table.label.size(), kMissing);
}

std::vector<std::size_t> kept_columns(const Csv& csv, std::size_t target,
                                      std::span<const std::string_view> without) {
  std::vector<bool> kept(csv.columns.size(), true);
  kept[target] = false;
  for (const std::string_view name : without) kept[column_named(csv, name)] = false;
  std::vector<std::size_t> columns;
  for (std::size_t c = 0; c < kept.size(); ++c) {
    if (!kept[c]) continue;
    columns.push_back(c);
    const std::size_t texts = csv.columns[c].categories.size();
    check(texts <= kMostCategories, [&] {
      return csv.name + ": column " + quoted(csv.columns[c].name) + " has " +
             std::to_string(texts) + " different texts" + example_text(csv, c) +
             ", too many for categories: leave the column out or mend its numbers.";
    });
  }
  check(!columns.empty(), [&] {
    return csv.name + ": no column is left beside " + quoted(csv.columns[target].name) + ".";
  });
  return columns;
}

}  // namespace

Table table_of(const Csv& csv, std::string_view target, Target kind,
               std::span<const std::string_view> without) {
  const std::size_t answer = column_named(csv, target);
  check_target(csv, answer, kind);
  Table table;
  table.question = std::string(target);
  if (kind == Target::classes) {
    add_classes(table, csv, answer);
  } else {
    for (std::int64_t row = 0; row < csv.rows(); ++row)
      table.target.push_back(field_at(csv, row, answer));
  }
  const std::vector<std::size_t> kept = kept_columns(csv, answer, without);
  for (const std::size_t c : kept) table.columns.push_back(csv.columns[c]);
  table.x = Array({csv.rows(), std::ssize(kept)});
  real* out = table.x.data();
  for (std::int64_t row = 0; row < csv.rows(); ++row)
    for (const std::size_t c : kept) *out++ = field_at(csv, row, c);
  return table;
}

}  // namespace grad::data
