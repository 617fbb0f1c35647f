// Rows out of text: JSON Lines (one object a line) and CSV (RFC 4180).
#include <boost/json/object.hpp>
#include <charconv>
#include <istream>

#include "base/limits.h"
#include "commerce/bulk.h"
#include "commerce/fields.h"
#include "commerce/validate.h"

namespace tillcast::commerce {
namespace {

using Sink = std::function<void(std::int64_t, Outcome<BulkRow>)>;

Problem too_long() {
  return {422,
          "line_too_long",
          "A row has at most " + std::to_string(limits::kImportLineBytesMax) + " bytes.",
          {},
          {}};
}

/// The next line without its end; one that is too long is passed over and `fits` is false.
bool next_line(std::istream& in, std::string& line, bool& fits) {
  line.clear();
  fits = true;
  std::streambuf& bytes = *in.rdbuf();
  int c = bytes.sbumpc();
  if (c == std::istream::traits_type::eof()) return false;
  for (; c != std::istream::traits_type::eof() && c != '\n'; c = bytes.sbumpc()) {
    if (line.size() < limits::kImportLineBytesMax) {
      line += static_cast<char>(c);
    } else {
      fits = false;
    }
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return true;
}

/// The cells of one record, which may go over several lines of the text.
class CsvReader {
 public:
  explicit CsvReader(std::istream& in) : in_(in) {}

  /// False at the end. `line()` is where the record began.
  bool next(std::vector<std::string>& cells) {
    cells.assign(1, {});
    fits_ = closed_ = true;
    line_ += lines_;
    lines_ = 0;
    bool quoted = false;
    std::size_t bytes = 0;
    std::streambuf& text = *in_.rdbuf();
    if (text.sgetc() == std::istream::traits_type::eof()) return false;
    for (int c = text.sbumpc();; c = text.sbumpc()) {
      if (c == std::istream::traits_type::eof()) {
        closed_ = !quoted;
        lines_ += 1;
        return true;
      }
      if (c == '\n') ++lines_;
      if (quoted) {
        if (c != '"') {
          add(cells.back(), static_cast<char>(c), bytes);
        } else if (text.sgetc() == '"') {
          add(cells.back(), static_cast<char>(text.sbumpc()), bytes);
        } else {
          quoted = false;
        }
      } else if (c == '"' && cells.back().empty()) {
        quoted = true;
      } else if (c == ',') {
        cells.emplace_back();
      } else if (c == '\n') {
        return true;
      } else if (c != '\r' || text.sgetc() != '\n') {
        add(cells.back(), static_cast<char>(c), bytes);
      }
    }
  }
  [[nodiscard]] std::int64_t line() const { return line_; }
  [[nodiscard]] bool fits() const { return fits_; }
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  void add(std::string& cell, char c, std::size_t& bytes) {
    if (++bytes > limits::kImportLineBytesMax) {
      fits_ = false;
    } else {
      cell += c;
    }
  }

  std::istream& in_;
  std::int64_t line_ = 1;
  std::int64_t lines_ = 0;
  bool fits_ = true;
  bool closed_ = true;
};

/// A cell as the JSON that its field wants; text that is no number is told by the row's validation.
boost::json::value cell_value(std::string_view name, const std::string& cell) {
  const KindSpec& product = spec(Kind::kProduct);
  const FieldIndex index = find_field(product, name);
  if (index != kNoField && product.fields[index].type == FieldType::kInteger) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
    if (error == std::errc() && end == cell.data() + cell.size()) return number;
  }
  return boost::json::value(cell);
}

}  // namespace

void read_json_lines(std::istream& in, const Sink& row) {
  std::string line;
  bool fits = true;
  for (std::int64_t number = 1; next_line(in, line, fits); ++number) {
    if (!fits) {
      row(number, too_long());
    } else if (line.find_first_not_of(" \t") != std::string::npos) {
      row(number, parse_bulk_line(line));
    }
  }
}

void read_csv_products(std::istream& in, const Sink& row) {
  CsvReader reader(in);
  std::vector<std::string> names;
  std::vector<std::string> cells;
  if (!reader.next(names)) return;
  if (names[0].starts_with("\xEF\xBB\xBF")) names[0].erase(0, 3);
  while (reader.next(cells)) {
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (!reader.fits()) {
      row(reader.line(), too_long());
    } else if (!reader.closed() || cells.size() != names.size()) {
      row(reader.line(),
          Problem{422,
                  "bad_csv",
                  reader.closed()
                      ? "The first line names " + std::to_string(names.size()) +
                            " fields, and this row has " + std::to_string(cells.size()) + "."
                      : "A quote is not closed.",
                  {},
                  {}});
    } else {
      boost::json::object object;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (!cells[i].empty()) object[names[i]] = cell_value(names[i], cells[i]);
      }
      row(reader.line(), parse_bulk_object(object, Kind::kProduct));
    }
  }
}

}  // namespace tillcast::commerce
