#include "worker/wepp/watershed_tables.hpp"

#include "worker/wepp/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace freshet::worker::wepp {
namespace {

/// A table with a heading line, read by column names. Its functions throw Failure.
class Table {
public:
    Table(std::string_view text, std::string_view file) : file_(file), lines_(lines_of(text)) {
        while (!lines_.empty() && trimmed(lines_.back()).empty())
            lines_.pop_back();
        if (lines_.size() < 2)
            throw Failure(unexpected(file_, lines_.size() + 1, "a heading and at least one line", ""));
        heading_ = split(lines_.front(), ',');
    }

    std::size_t rows() const { return lines_.size() - 1; }

    void go_to(std::size_t row) {
        line_ = row + 2;
        fields_ = split(lines_[row + 1], ',');
        if (fields_.size() != heading_.size())
            fail(fmt::format("{} fields", heading_.size()), fmt::format("{}", fields_.size()));
    }

    std::string_view text(std::string_view column) const {
        const auto found = std::find(heading_.begin(), heading_.end(), column);
        if (found == heading_.end())
            throw Failure(unexpected(file_, 1, fmt::format("a column '{}'", column), lines_.front()));
        return fields_[static_cast<std::size_t>(found - heading_.begin())];
    }

    int id(std::string_view column) const {
        const auto value = to_integer(text(column));
        if (!value || *value < 1) fail(fmt::format("a positive integer as {}", column), text(column));
        return *value;
    }

    double positive(std::string_view column) const {
        const auto value = to_number(text(column));
        if (!value || *value <= 0) fail(fmt::format("a positive number as {}", column), text(column));
        return *value;
    }

    [[noreturn]] void fail(std::string_view expected, std::string_view found) const {
        throw Failure(unexpected(file_, line_, expected, found));
    }

private:
    std::string_view file_;
    std::vector<std::string_view> lines_;
    std::vector<std::string_view> heading_;
    std::vector<std::string_view> fields_;
    std::size_t line_ = 1;
};

Side side_in(const Table& table) {
    const auto word = table.text("side");
    if (word == "left") return Side::left;
    if (word == "right") return Side::right;
    if (word != "top") table.fail("side left, right or top", word);
    return Side::top;
}

template <class Read>
auto as_result(Read read) -> Result<decltype(read())> try {
    return read();
} catch (const Failure& failure) {
    return failure.error();
}

} // namespace

Result<std::vector<Hillslope>> parse_hillslopes(std::string_view text, std::string_view file) {
    return as_result([&] {
        Table table(text, file);
        std::vector<Hillslope> hillslopes;
        std::set<int> seen;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            table.go_to(row);
            Hillslope hillslope{.wepp_id = static_cast<int>(row) + 1,
                .topaz_id = table.id("topaz_id"),
                .channel_id = table.id("channel_id"),
                .side = side_in(table),
                .area_m2 = table.positive("area")};
            if (!seen.insert(hillslope.topaz_id).second)
                table.fail("each topaz_id once", fmt::format("{} again", hillslope.topaz_id));
            hillslopes.push_back(hillslope);
        }
        return hillslopes;
    });
}

Result<std::vector<int>> parse_channels(std::string_view text, std::string_view file) {
    return as_result([&] {
        Table table(text, file);
        std::vector<int> channels;
        std::set<int> seen;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            table.go_to(row);
            channels.push_back(table.id("topaz_id"));
            if (!seen.insert(channels.back()).second)
                table.fail("each topaz_id once", fmt::format("{} again", channels.back()));
        }
        return channels;
    });
}

Result<Network> parse_network(
    std::string_view text, const std::vector<int>& channels, std::string_view file) {
    Network network;
    for (const int channel : channels)
        network[channel];
    const auto lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (trimmed(lines[i]).empty()) continue;
        const auto sides = split(lines[i], '|');
        const auto channel = to_integer(sides.front());
        if (sides.size() != 2 || !channel || !network.contains(*channel))
            return unexpected(file, i + 1, "`channel|channel above,...` of channels.csv", lines[i]);
        for (const auto word : split(sides[1], ',')) {
            const auto above = to_integer(word);
            if (!above || !network.contains(*above))
                return unexpected(file, i + 1, "a channel of channels.csv above it", word);
            network[*channel].push_back(*above);
        }
    }
    return network;
}

Result<std::vector<int>> upstream_first(const Network& network) {
    std::set<int> drained;
    for (const auto& [channel, above] : network)
        for (const int one : above)
            if (!drained.insert(one).second)
                return Error{Errc::bad_input, fmt::format("network: channel {} drains twice", one)};
    std::vector<int> waiting;
    for (const auto& [channel, above] : network)
        if (!drained.contains(channel)) waiting.push_back(channel);
    if (waiting.size() != 1)
        return Error{Errc::bad_input, fmt::format("network: expected one outlet, found {}", waiting.size())};

    // From the outlet up, then turned round: each channel comes after those above it.
    std::vector<int> order;
    while (!waiting.empty()) {
        order.push_back(waiting.back());
        waiting.pop_back();
        for (const int above : network.at(order.back()))
            waiting.push_back(above);
    }
    if (order.size() != network.size())
        return Error{Errc::bad_input,
            fmt::format("network: {} channels do not drain to the outlet", network.size() - order.size())};
    std::reverse(order.begin(), order.end());
    return order;
}

} // namespace freshet::worker::wepp
