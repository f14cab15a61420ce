#include "worker/programs/channel/network.hpp"

#include "worker/programs/model/line_reader.hpp"

#include <fmt/format.h>

namespace freshet::channel {

namespace {

using model::Fields;
using model::LineReader;

constexpr int channel_type = 2;
constexpr const char* sides[] = {"left", "right", "top"};

class Builder {
public:
    explicit Builder(std::size_t hillslopes) : drained_(hillslopes) {}

    void add(Fields& fields) {
        const int type = fields.integer("element type", 1, 3);
        if (type != channel_type) fields.fail("element type 2 (channel)", fmt::format("{}", type));
        ChannelNode node;
        for (int side = 0; side < 3; ++side)
            add_hillslope(fields, side, node);
        for (int side = 0; side < 3; ++side)
            add_channel(fields, side, node);
        for (const auto* side : sides)
            fields.integer(fmt::format("impoundment to the {}", side), 0, 0);
        network_.channels.push_back(std::move(node));
        joined_.push_back(false);
    }

    Network finish(const std::string& source) {
        const auto fail = [&](std::string_view what, std::size_t number) {
            throw Failure({Errc::bad_input, fmt::format("{}: {} {} drains nowhere", source, what, number)});
        };
        if (network_.channels.empty())
            throw Failure(
                {Errc::bad_input, fmt::format("{}: expected at least one channel, found none", source)});
        for (std::size_t i = 0; i < drained_.size(); ++i)
            if (!drained_[i]) fail("hillslope", i + 1);
        for (std::size_t i = 0; i + 1 < joined_.size(); ++i)
            if (!joined_[i]) fail("channel element", drained_.size() + i + 1);
        return std::move(network_);
    }

private:
    void add_hillslope(Fields& fields, int side, ChannelNode& node) {
        const int number = fields.integer(
            fmt::format("hillslope to the {}", sides[side]), 0, static_cast<int>(drained_.size()));
        if (number == 0) return;
        const auto index = static_cast<std::size_t>(number - 1);
        if (drained_[index]) fields.fail("each hillslope once", fmt::format("hillslope {} again", number));
        drained_[index] = true;
        (side == 2 ? node.head_hillslopes : node.side_hillslopes).push_back(index);
    }

    void add_channel(Fields& fields, int side, ChannelNode& node) {
        const auto first = static_cast<int>(drained_.size()) + 1;
        const auto last = first + static_cast<int>(network_.channels.size()) - 1;
        const int number = fields.integer(fmt::format("channel to the {}", sides[side]), 0, 1000000);
        if (number == 0) return;
        if (number < first || number > last)
            fields.fail(last < first ? "no channel upstream of the first one"
                                     : fmt::format("a channel element listed above, {} to {}", first, last),
                fmt::format("{}", number));
        const auto index = static_cast<std::size_t>(number - first);
        if (joined_[index]) fields.fail("each channel once", fmt::format("channel element {} again", number));
        joined_[index] = true;
        node.upstream.push_back(index);
    }

    Network network_;
    std::vector<bool> drained_;
    std::vector<bool> joined_;
};

} // namespace

Result<Network> read_network(const std::filesystem::path& path, std::size_t hillslopes) {
    return model::as_result([&] {
        LineReader lines(path);
        lines.fields("the version of the structure file").number("version", {94, 100});
        Builder builder(hillslopes);
        while (!lines.at_end()) {
            auto fields = lines.fields("an element");
            builder.add(fields);
        }
        return builder.finish(lines.source());
    });
}

} // namespace freshet::channel
