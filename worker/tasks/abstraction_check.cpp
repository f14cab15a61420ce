#include "worker/tasks/abstraction_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;

enum class Sign { any, positive };
struct Column {
    std::string_view name;
    Sign sign;
};
constexpr std::array columns{Column{"slope_scalar", Sign::any}, Column{"length", Sign::positive},
    Column{"width", Sign::positive}, Column{"aspect", Sign::any}, Column{"area", Sign::positive},
    Column{"elevation", Sign::any}, Column{"centroid_x", Sign::any}, Column{"centroid_y", Sign::any}};

[[noreturn]] void broken(const fs::path& file, int line, std::string_view expected, std::string_view found) {
    throw Failure({Errc::bad_input,
        fmt::format("{} line {}: expected {}, found '{}'", file.string(), line, expected, found)});
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t to; (to = text.find(separator, from)) != std::string::npos; from = to + 1)
        parts.push_back(text.substr(from, to - from));
    parts.push_back(text.substr(from));
    return parts;
}

template <class Number>
std::optional<Number> number_in(const std::string& text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// The lines of a text file that are not blank, with their numbers.
class Lines {
public:
    explicit Lines(fs::path file) : file_(std::move(file)), in_(file_) {
        if (!in_) throw Failure({Errc::not_found, file_.string() + ": cannot be read"});
    }
    std::optional<std::string> next() {
        for (std::string text; std::getline(in_, text);) {
            ++number_;
            text.erase(text.find_last_not_of(" \t\r") + 1);
            if (!text.empty()) return text;
        }
        return std::nullopt;
    }
    [[noreturn]] void refuse(std::string_view expected, std::string_view found) const {
        broken(file_, number_, expected, found);
    }

private:
    fs::path file_;
    std::ifstream in_;
    int number_ = 0;
};

struct Table {
    std::set<int> ids;
    double area = 0;
};

class TableReader {
public:
    TableReader(const fs::path& file, std::string_view last_digits)
        : lines_(file), last_digits_(last_digits) {}

    Table read() {
        const auto heading = lines_.next();
        if (!heading) lines_.refuse("a heading", "the end of the file");
        names_ = split(*heading, ',');
        const std::size_t id = place_of("topaz_id");
        for (const Column& column : columns)
            places_.push_back(place_of(column.name));

        Table table;
        while (const auto line = lines_.next()) {
            const auto cells = split(*line, ',');
            if (cells.size() != names_.size()) lines_.refuse(fmt::format("{} fields", names_.size()), *line);
            if (!table.ids.insert(id_in(cells[id])).second) lines_.refuse("each topaz_id once", cells[id]);
            table.area += checked_area(cells);
        }
        if (table.ids.empty()) lines_.refuse("at least one line below the heading", "the end of the file");
        return table;
    }

private:
    std::size_t place_of(std::string_view name) const {
        const auto found = std::find(names_.begin(), names_.end(), name);
        if (found == names_.end()) lines_.refuse(fmt::format("a column '{}'", name), names_.front());
        return static_cast<std::size_t>(found - names_.begin());
    }

    int id_in(const std::string& text) const {
        const auto id = number_in<int>(text);
        if (!id || *id <= 0 || last_digits_.find(text.back()) == std::string_view::npos)
            lines_.refuse(
                fmt::format("column 'topaz_id': a number that ends in one of {}", last_digits_), text);
        return *id;
    }

    double checked_area(const std::vector<std::string>& cells) const {
        double area = 0;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const std::string& text = cells[places_[i]];
            const auto value = number_in<double>(text);
            const bool positive = columns[i].sign == Sign::positive;
            if (!value || !std::isfinite(*value) || (positive && *value <= 0))
                lines_.refuse(fmt::format("column '{}': a finite number{}", columns[i].name,
                                  positive ? " above 0" : ""),
                    text);
            if (columns[i].name == "area") area = *value;
        }
        return area;
    }

    Lines lines_;
    std::string_view last_digits_;
    std::vector<std::string> names_;
    std::vector<std::size_t> places_; // of `columns`
};

void check_channels_of(const std::set<int>& hillslopes, const std::set<int>& channels, const fs::path& file) {
    for (const int hillslope : hillslopes)
        if (const int channel = hillslope - hillslope % 10 + 4; !channels.contains(channel))
            throw Failure(
                {Errc::bad_input, fmt::format("{}: expected channel {} of hillslope {}, found no line for it",
                                      file.string(), channel, hillslope)});
}

using ChannelBelow = std::map<int, int>;

ChannelBelow read_network(const fs::path& file, const std::set<int>& channels) {
    ChannelBelow below;
    Lines lines(file);
    const auto known = [&](const std::string& text) {
        const auto id = number_in<int>(text);
        if (!id || !channels.contains(*id)) lines.refuse("the number of a channel of channels.csv", text);
        return *id;
    };
    while (const auto line = lines.next()) {
        const auto bar = line->find('|');
        if (bar == std::string::npos) lines.refuse("'channel|channel above,channel above'", *line);
        const int channel = known(line->substr(0, bar));
        if (bar + 1 == line->size()) continue;
        for (const std::string& above : split(line->substr(bar + 1), ','))
            if (!below.emplace(known(above), channel).second)
                lines.refuse("each channel above one other only", above);
    }
    return below;
}

void check_all_drain_to_one(const ChannelBelow& below, const std::set<int>& channels, const fs::path& file) {
    std::multimap<int, int> above;
    for (const auto& [channel, next] : below)
        above.emplace(next, channel);
    const auto outlet =
        std::find_if(channels.begin(), channels.end(), [&](int channel) { return !below.contains(channel); });

    std::set<int> arrived;
    std::vector<int> waiting;
    if (outlet != channels.end()) waiting.push_back(*outlet);
    while (!waiting.empty()) {
        const int channel = waiting.back();
        waiting.pop_back();
        arrived.insert(channel);
        const auto [first, last] = above.equal_range(channel);
        std::transform(
            first, last, std::back_inserter(waiting), [](const auto& link) { return link.second; });
    }
    if (arrived.size() != channels.size())
        throw Failure({Errc::bad_input, fmt::format("{}: expected all {} channels to drain to one, found {}",
                                            file.string(), channels.size(), arrived.size())});
}

void require_content(const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error) || fs::file_size(file, error) == 0 || error)
        throw Failure(
            {Errc::not_found, fmt::format("expected output {} is missing or empty", file.string())});
}

} // namespace

Result<AbstractionSummary> check_abstraction(const fs::path& folder) try {
    const fs::path channels_file = folder / "channels.csv", network = folder / "network.txt";
    const Table hillslopes = TableReader(folder / "hillslopes.csv", "123").read();
    const Table channels = TableReader(channels_file, "4").read();
    check_channels_of(hillslopes.ids, channels.ids, channels_file);
    check_all_drain_to_one(read_network(network, channels.ids), channels.ids, network);

    const fs::path slopes = folder / "slope_files";
    require_content(slopes / "channels.slp");
    for (const int id : hillslopes.ids)
        require_content(slopes / "hillslopes" / fmt::format("hill_{}.slp", id));
    return AbstractionSummary{.hillslopes = static_cast<int>(hillslopes.ids.size()),
        .channels = static_cast<int>(channels.ids.size()),
        .area_m2 = hillslopes.area + channels.area};
} catch (const Failure& failure) {
    return failure.error();
}

} // namespace freshet::worker
