#pragma once

// Tables as text: CSV as RFC 4180 describes it.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/tables.h"
#include "tensor/array.h"

namespace grad::data {

struct CsvOptions {
  char separator = 0;  ///< 0: of comma, semicolon and tab the most frequent one in the first line
  bool header = true;  ///< else the columns are called "column 1", "column 2" …
};

/// A file as it was read.
struct Csv {
  std::string name;                  ///< what errors call it
  std::vector<TableColumn> columns;  ///< categories in the order of their first appearance
  Array x;                           ///< (rows, columns) as Table::x: NaN where missing
  std::vector<std::int64_t> lines;   ///< where each row begins, counted from 1
  std::int64_t rows() const { return static_cast<std::int64_t>(lines.size()); }
};

/// Lines end by LF or CRLF; fields may be quoted ("a ""b"", c") and then hold separators and line
/// ends; a byte order mark is skipped, and so are empty lines in files of more than one column. A
/// column holds numbers if all its fields do, else categories. Missing are empty fields, NA, N/A,
/// NaN, nan, null and "?". Throws Error naming the line: a row with more or fewer fields than the
/// first, a quote that is never closed or followed by text, an infinite number, a zero byte, two
/// columns of one name; and for a file without rows, a column without any value, more than 10,000
/// columns or 50 million fields.
Csv parse_csv(std::string_view text, std::string_view name, const CsvOptions& options = {});

enum class Target { classes, number };

/// Takes one column out as what is to be predicted: its different texts or numbers, in order, as
/// classes (Table::target is NaN then: nobody knows the probabilities), or its numbers. `without`:
/// columns to leave out. Throws Error for columns that are not there, a missing or textual target,
/// more than 1,000 classes, no column left, and for a column with more than 1,000 different texts,
/// which is rather a name or a mistyped number than a category.
Table table_of(const Csv& csv, std::string_view target, Target kind,
               std::span<const std::string_view> without = {});

}  // namespace grad::data
