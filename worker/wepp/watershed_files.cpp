#include "worker/wepp/watershed_files.hpp"

#include "worker/wepp/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace freshet::worker::wepp {
namespace {

struct Element {
    std::array<int, 3> hillslopes{}; ///< left, right, top
    std::array<int, 3> channels{};
};

constexpr std::size_t index_of(Side side) {
    return side == Side::left ? 0 : side == Side::right ? 1 : 2;
}

// Where the channels above one stand, leftmost first.
std::vector<Side> sides_of(std::size_t count) {
    if (count == 1) return {Side::top};
    if (count == 2) return {Side::left, Side::right};
    return {Side::left, Side::top, Side::right};
}

// Lines that are neither blank nor comments.
std::vector<std::string_view> content_of(std::string_view text) {
    auto lines = lines_of(text);
    std::erase_if(lines, [](std::string_view line) {
        const auto content = trimmed(line);
        return content.empty() || content.starts_with('#');
    });
    return lines;
}

} // namespace

Result<std::string> structure_text(const Watershed& watershed, const std::vector<int>& order) {
    std::map<int, Element> elements;
    std::map<int, int> numbers;
    for (const int channel : order) {
        elements[channel];
        numbers[channel] = static_cast<int>(watershed.hillslopes.size() + numbers.size()) + 1;
    }
    for (const Hillslope& hillslope : watershed.hillslopes) {
        const auto found = elements.find(hillslope.channel_id);
        if (found == elements.end())
            return Error{Errc::bad_input, fmt::format("hillslope {} drains to channel {}, which there is not",
                                              hillslope.topaz_id, hillslope.channel_id)};
        int& place = found->second.hillslopes[index_of(hillslope.side)];
        if (place != 0)
            return Error{
                Errc::bad_input, fmt::format("hillslope {}: its side of channel {} is taken by another",
                                     hillslope.topaz_id, hillslope.channel_id)};
        place = hillslope.wepp_id;
    }

    std::string text = "99.1\n";
    for (const int channel : order) {
        const auto& above = watershed.network.at(channel);
        if (above.size() > 3)
            return Error{Errc::bad_input,
                fmt::format("channel {}: expected at most 3 channels above, found {}; abstract the watershed "
                            "with a larger critical source area or minimum channel length",
                    channel, above.size())};
        Element& element = elements[channel];
        const auto sides = sides_of(above.size());
        for (std::size_t i = 0; i < above.size(); ++i)
            element.channels[index_of(sides[i])] = numbers.at(above[i]);
        const auto& h = element.hillslopes;
        const auto& c = element.channels;
        text += fmt::format("2 {} {} {} {} {} {} 0 0 0\n", h[0], h[1], h[2], c[0], c[1], c[2]);
    }
    return text;
}

std::string channels_text(const std::vector<int>& order, const ChannelBed& bed) {
    std::string text = fmt::format("99.1\n{}\n4\n1.5\n", order.size());
    for (const int channel : order)
        text += fmt::format(
            "channel {}\nof the abstracted watershed\ntriangular\n1\n0\n1\n0\n{} {}\n{} {} {} 0.5 "
            "0.1\n0.02 {} {}\n",
            channel, bed.bank_slope, bed.bare_manning, bed.total_manning, bed.erodibility, bed.critical_shear,
            bed.bank_slope, bed.bare_manning);
    return text;
}

Result<std::string> slopes_in_order(std::string_view text, const std::vector<int>& present,
    const std::vector<int>& order, std::string_view file) {
    constexpr std::size_t heading = 2, lines_each = 3;
    const auto lines = content_of(text);
    if (lines.size() != heading + lines_each * present.size())
        return Error{
            Errc::bad_input, fmt::format("{}: expected {} lines for {} channels, found {}", file,
                                 heading + lines_each * present.size(), present.size(), lines.size())};
    std::string ordered = fmt::format("{}\n{}\n", lines[0], order.size());
    for (const int channel : order) {
        const auto place = std::find(present.begin(), present.end(), channel) - present.begin();
        const std::size_t first = heading + lines_each * static_cast<std::size_t>(place);
        for (std::size_t i = first; i < first + lines_each; ++i)
            ordered += fmt::format("{}\n", lines[i]);
    }
    return ordered;
}

Result<std::string> soils_for_channels(std::string_view text, std::size_t channels, std::string_view file) {
    constexpr std::size_t version = 0, comment = 1, counts = 2, first_soil = 3, layers_word = 0;
    const auto lines = lines_of(text);
    if (lines.size() <= first_soil || words_of(lines[counts]).size() < 2)
        return unexpected(file, lines.size(), "version, comment, `elements ksflag` and a soil", "");

    // 'name' 'texture' layers ...: the names may hold blanks.
    const auto soil = lines[first_soil];
    const auto words = words_of(soil.substr(soil.rfind('\'') + 1));
    const auto layers = words.empty() ? std::nullopt : to_integer(words[layers_word]);
    if (!layers || *layers < 1)
        return unexpected(file, first_soil + 1, "'name' 'texture' and the number of layers", soil);
    const std::size_t end = first_soil + 1 + static_cast<std::size_t>(*layers) + 1;
    if (lines.size() < end)
        return unexpected(file, lines.size() + 1, "a line for each layer and one for what is below", "");

    std::string all =
        fmt::format("{}\n{}\n{} {}\n", lines[version], lines[comment], channels, words_of(lines[counts])[1]);
    for (std::size_t channel = 0; channel < channels; ++channel)
        for (std::size_t i = first_soil; i < end; ++i)
            all += fmt::format("{}\n", lines[i]);
    return all;
}

} // namespace freshet::worker::wepp
