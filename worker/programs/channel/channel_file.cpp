#include "worker/programs/channel/channel_file.hpp"

#include "worker/programs/model/line_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace freshet::channel {

namespace {

using model::LineReader;

constexpr int rating_curve_control = 4;

void read_bed(LineReader& lines, ChannelProperties& channel) {
    auto banks = lines.plain_fields("bank slope and bare roughness");
    channel.side_slope = banks.number("inverse slope of the banks", {1e-3, 1000});
    channel.bare_manning = banks.number("Manning's n of the bare soil", {1e-3, 1});
    auto bed = lines.plain_fields("total roughness and erodibility");
    channel.total_manning = std::max(channel.bare_manning, bed.number("total Manning's n", {1e-3, 2}));
    channel.erodibility = bed.number("erodibility in s/m", {0, 10});
    channel.critical_shear = bed.number("critical shear in Pa", {0, 10000});
    bed.number("depth to the non-erodible layer in the middle in m", {0, 1e6});
    bed.number("depth to the non-erodible layer at the sides in m", {0, 1e6});
}

ChannelProperties read_channel(LineReader& lines) {
    ChannelProperties channel;
    channel.name = std::string(model::trimmed(lines.raw("a channel's name")));
    for (int i = 0; i < 2; ++i)
        lines.raw("a channel's description");
    const int shape = lines.plain_fields("channel shape").integer("channel shape", 1, 2);
    channel.shape = shape == 1 ? Shape::triangular : Shape::rectangular;
    const int control = lines.plain_fields("control structure").integer("control structure", 0, 4);
    lines.plain_fields("friction slope flag").integer("friction slope flag", 1, 2);
    lines.plain_fields("output flag").integer("output flag", 0, 9);
    read_bed(lines, channel);
    auto section = lines.plain_fields("control section");
    section.number("control slope", {0, 100});
    section.number("control bank slope", {0, 1000});
    section.number("control Manning's n", {0, 10});
    if (control == rating_curve_control)
        lines.plain_fields("rating curve").number("rating curve coefficient");
    return channel;
}

} // namespace

Result<std::vector<ChannelProperties>> read_channels(const std::filesystem::path& path, std::size_t count) {
    return model::as_result([&] {
        LineReader lines(path);
        lines.fields("the version of the channel file").number("version", {94, 100});
        auto counts = lines.fields("number of channels");
        const int found = counts.integer("number of channels", 1, 1000000);
        if (static_cast<std::size_t>(found) != count)
            counts.fail(fmt::format("{} channels as in the structure file", count), fmt::format("{}", found));
        lines.fields("peak runoff method").integer("peak runoff method", 1, 4);
        lines.fields("length to width ratio").number("length to width ratio", {1e-3, 1e6});
        std::vector<ChannelProperties> channels;
        for (std::size_t i = 0; i < count; ++i) {
            lines.peek(); // past blank lines between channels
            channels.push_back(read_channel(lines));
        }
        return channels;
    });
}

} // namespace freshet::channel
