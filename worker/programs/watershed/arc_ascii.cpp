#include "worker/programs/watershed/arc_ascii.hpp"

#include "worker/programs/watershed/output_file.hpp"
#include "worker/programs/watershed/word_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>

namespace freshet::watershed {
namespace {

constexpr double default_nodata = -9999;
constexpr int elevation_nodata = -9999;
constexpr int direction_nodata = 255;
constexpr int other_nodata = 0;

template <class Number>
std::optional<Number> parse(std::string_view word) {
    Number number{};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
    return number;
}

std::string lower(std::string_view word) {
    std::string text(word);
    std::ranges::transform(
        text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    return text;
}

struct Header {
    Grid grid;
    double nodata = default_nodata;
    std::string first_value; ///< the word that ended the header
};

class HeaderReader {
public:
    HeaderReader(const std::filesystem::path& path, WordReader& words) : path_(path), words_(words) {}

    Result<Header> read() {
        for (;;) {
            const std::string key = lower(words_.next());
            if (key.empty() || !std::isalpha(static_cast<unsigned char>(key[0])) || key == "nan") {
                first_value_ = key;
                return finish();
            }
            const std::string word(words_.next());
            const auto value = parse<double>(word);
            if (!value) return bad(fmt::format("header '{}': expected a number, found \"{}\"", key, word));
            if (key == "dx" || key == "dy") {
                return bad("header 'dx', 'dy': expected square cells (one 'cellsize'): resample the grid");
            }
            if (!take(key, *value)) return bad(fmt::format("header: unknown line '{}'", key));
        }
    }

private:
    bool take(std::string_view key, double value) {
        struct Line {
            std::string_view key;
            std::optional<double> HeaderReader::*field;
        };
        constexpr Line lines[] = {{"ncols", &HeaderReader::cols_}, {"nrows", &HeaderReader::rows_},
            {"xllcorner", &HeaderReader::west_}, {"xllcenter", &HeaderReader::west_centre_},
            {"yllcorner", &HeaderReader::south_}, {"yllcenter", &HeaderReader::south_centre_},
            {"cellsize", &HeaderReader::cell_size_}, {"nodata_value", &HeaderReader::nodata_}};
        const auto line = std::ranges::find(lines, key, &Line::key);
        if (line == std::end(lines)) return false;
        this->*(line->field) = value;
        return true;
    }

    Result<Header> finish() {
        constexpr double most_cells = 2147483648.0;
        const auto is_count = [](const std::optional<double>& n) {
            return n && *n >= 1 && *n == std::floor(*n);
        };
        if (!is_count(cols_) || !is_count(rows_))
            return bad("header: expected 'ncols' and 'nrows', whole and positive");
        if (!cell_size_ || !(*cell_size_ > 0)) return bad("header: expected 'cellsize', positive");
        if (*cols_ * *rows_ > most_cells) return bad("header: more than 2^31 cells: cut the grid");
        if (!west_ && west_centre_) west_ = *west_centre_ - *cell_size_ / 2;
        if (!south_ && south_centre_) south_ = *south_centre_ - *cell_size_ / 2;
        if (!west_ || !south_)
            return bad("header: expected 'xllcorner' and 'yllcorner' (or 'xllcenter', 'yllcenter')");
        return Header{{static_cast<int>(*rows_), static_cast<int>(*cols_), *west_, *south_, *cell_size_},
            nodata_.value_or(default_nodata), first_value_};
    }

    Error bad(std::string_view what) const {
        return {Errc::bad_input, fmt::format("{}: {}", path_.string(), what)};
    }

    const std::filesystem::path& path_;
    WordReader& words_;
    std::string first_value_;
    std::optional<double> cols_, rows_, west_, west_centre_, south_, south_centre_, cell_size_, nodata_;
};

/// Reads a whole grid; `decode` turns a word into a value, or nothing if the word is none, and is told what
/// stands for no data.
template <class T, class Decode>
Result<Raster<T>> read_arc(
    const std::filesystem::path& path, T outside, std::string_view expected, Decode decode) {
    WordReader words(path);
    if (!words.is_open())
        return Error{Errc::not_found, fmt::format("{}: could not be opened", path.string())};
    Result<Header> header = HeaderReader(path, words).read();
    if (!header) return header.error();
    const Grid& grid = header->grid;
    Raster<T> raster(grid, outside);
    std::string_view word = header->first_value;
    for (int row = 0; row < grid.rows; ++row) {
        for (int col = 0; col < grid.cols; ++col) {
            const std::optional<T> value = decode(word, header->nodata);
            if (!value) {
                return Error{
                    Errc::bad_input, fmt::format("{}: row {}, column {}: expected {}, found {}",
                                         path.string(), row + 1, col + 1, expected,
                                         word.empty() ? "the end of the file" : fmt::format("\"{}\"", word))};
            }
            raster.at(row, col) = *value;
            word = words.next();
        }
    }
    if (!word.empty()) {
        return Error{
            Errc::bad_input, fmt::format("{}: expected the end after {} rows of {} values, found \"{}\"",
                                 path.string(), grid.rows, grid.cols, word)};
    }
    return raster;
}

template <class T>
Result<Raster<T>> read_arc_counts(const std::filesystem::path& path, std::string_view expected) {
    return read_arc<T>(path, T(0), expected, [](std::string_view word, double) { return parse<T>(word); });
}

/// `put(out, value)` appends a value's text and returns the new end.
template <class T, class Put>
Result<> write_arc_grid(const std::filesystem::path& path, const Raster<T>& raster, int nodata, Put put) {
    const Grid& grid = raster.grid();
    OutputFile file(path);
    file.write(fmt::format("ncols {}\nnrows {}\nxllcorner {}\nyllcorner {}\ncellsize {}\nNODATA_value {}\n",
        grid.cols, grid.rows, grid.west, grid.south, grid.cell_size, nodata));
    fmt::memory_buffer line;
    for (int row = 0; row < grid.rows; ++row) {
        line.clear();
        for (int col = 0; col < grid.cols; ++col) {
            put(std::back_inserter(line), raster.at(row, col));
            line.push_back(col + 1 < grid.cols ? ' ' : '\n');
        }
        file.write({line.data(), line.size()});
    }
    return file.finish();
}

constexpr auto put_number = [](auto out, auto value) {
    fmt::format_to(out, "{}", value);
};

} // namespace

Result<Elevations> read_arc_elevations(const std::filesystem::path& path) {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    return read_arc<float>(
        path, nan, "an elevation", [](std::string_view word, double nodata) -> std::optional<float> {
            const auto value = parse<double>(word);
            if (!value || std::isinf(*value)) return std::nullopt;
            return *value == nodata ? nan : static_cast<float>(*value);
        });
}

Result<Directions> read_arc_directions(const std::filesystem::path& path) {
    return read_arc<Direction>(path, no_direction,
        "a flow direction (0, 1, 2, 4 ... 128, or 255 for no data)",
        [](std::string_view word, double) -> std::optional<Direction> {
            const auto code = parse<unsigned>(word);
            if (!code) return std::nullopt;
            if (*code == 0) return leaves_grid;
            if (*code == direction_nodata) return no_direction;
            if (!std::has_single_bit(*code) || *code > 128) return std::nullopt;
            return static_cast<Direction>(std::countr_zero(*code));
        });
}

Result<Accumulation> read_arc_accumulation(const std::filesystem::path& path) {
    return read_arc_counts<std::uint32_t>(path, "a number of cells");
}

Result<Orders> read_arc_orders(const std::filesystem::path& path) {
    return read_arc_counts<std::uint8_t>(path, "a Strahler order, 0 where there is no channel");
}

Result<Labels> read_arc_labels(const std::filesystem::path& path) {
    return read_arc_counts<std::int32_t>(path, "a subcatchment number");
}

Result<> write_arc(const std::filesystem::path& path, const Elevations& elevations) {
    return write_arc_grid(path, elevations, elevation_nodata, [](auto out, float value) {
        if (std::isnan(value)) {
            fmt::format_to(out, "{}", elevation_nodata);
        } else {
            fmt::format_to(out, "{}", value);
        }
    });
}

Result<> write_arc(const std::filesystem::path& path, const Directions& directions) {
    return write_arc_grid(path, directions, direction_nodata, [](auto out, Direction direction) {
        const int code = direction == no_direction  ? direction_nodata
                         : direction == leaves_grid ? 0
                                                    : 1 << direction;
        fmt::format_to(out, "{}", code);
    });
}

Result<> write_arc(const std::filesystem::path& path, const Accumulation& accumulation) {
    return write_arc_grid(path, accumulation, other_nodata, put_number);
}

Result<> write_arc(const std::filesystem::path& path, const Labels& labels) {
    return write_arc_grid(path, labels, other_nodata, put_number);
}

Result<> write_arc_orders(const std::filesystem::path& path, const Orders& orders) {
    return write_arc_grid(path, orders, other_nodata, put_number);
}

} // namespace freshet::watershed
