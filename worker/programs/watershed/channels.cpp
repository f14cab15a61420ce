#include "worker/programs/watershed/channels.hpp"

#include <algorithm>
#include <ranges>

namespace freshet::watershed {
namespace {

struct ChannelCell {
    Cell cell = 0;
    float course = 0;                   ///< metres of the longest channel above, centre to centre
    Direction main_stem = no_direction; ///< where that comes from; no_direction at a source
    bool kept = false;
};

class ChannelNetwork {
public:
    ChannelNetwork(const Directions& directions, const Accumulation& accumulation)
        : directions_(directions),
          accumulation_(accumulation),
          grid_(directions.grid()),
          neighbours_(grid_.neighbours()),
          number_(grid_, 0) {}

    /// Cells sorted downstream: less drains through a cell than through the next one.
    void find_channels(double critical_source_area) {
        constexpr double square_metres_per_hectare = 10'000;
        const double least = critical_source_area * square_metres_per_hectare / grid_.cell_area();
        for_each_cell(grid_, [&](Cell cell) {
            if (accumulation_[cell] > 0 && accumulation_[cell] >= least) channels_.push_back({.cell = cell});
        });
        std::ranges::sort(channels_, [this](const ChannelCell& a, const ChannelCell& b) {
            const auto area_a = accumulation_[a.cell];
            const auto area_b = accumulation_[b.cell];
            return area_a != area_b ? area_a < area_b : a.cell < b.cell;
        });
        for (std::uint32_t i = 0; i < channels_.size(); ++i)
            number_[channels_[i].cell] = i;
    }

    void measure_courses() {
        for (const ChannelCell& channel : channels_) {
            if (ends_at(channel)) continue;
            ChannelCell& junction = next(channel);
            const Direction tributary = opposite(directions_[channel.cell]);
            if (!goes_before(channel, tributary, junction)) continue;
            junction.course = course_through(channel);
            junction.main_stem = tributary;
        }
    }

    void drop_short_channels(double min_length) {
        for (ChannelCell& channel : std::views::reverse(channels_)) {
            const bool long_enough = course_through(channel) >= min_length;
            channel.kept =
                ends_at(channel) ? long_enough : next(channel).kept && (long_enough || is_main_stem(channel));
        }
    }

    Orders strahler_orders() const {
        constexpr std::uint8_t met_its_equal = 0x80;
        Orders orders(grid_, 0);
        for (const ChannelCell& channel : channels_) {
            if (!channel.kept) continue;
            std::uint8_t& order = orders[channel.cell];
            if (order == 0) order = 1;
            if (order & met_its_equal) order = static_cast<std::uint8_t>((order & ~met_its_equal) + 1);
            if (ends_at(channel)) continue;
            std::uint8_t& highest = orders[next_cell(channel)];
            if (order > (highest & ~met_its_equal)) {
                highest = order;
            } else if (order == (highest & ~met_its_equal)) {
                highest |= met_its_equal;
            }
        }
        return orders;
    }

private:
    bool ends_at(const ChannelCell& channel) const { return directions_[channel.cell] >= direction_count; }
    Cell next_cell(const ChannelCell& channel) const {
        return channel.cell + neighbours_[directions_[channel.cell]];
    }
    ChannelCell& next(const ChannelCell& channel) { return channels_[number_[next_cell(channel)]]; }

    /// Length of the longest course that comes out of a cell; over the edge it is taken as one cell.
    float course_through(const ChannelCell& channel) const {
        const double step = ends_at(channel) ? grid_.cell_size : grid_.step_length(directions_[channel.cell]);
        return channel.course + static_cast<float>(step);
    }

    bool is_main_stem(const ChannelCell& channel) {
        return next(channel).main_stem == opposite(directions_[channel.cell]);
    }

    bool goes_before(const ChannelCell& channel, Direction tributary, const ChannelCell& junction) const {
        if (junction.main_stem == no_direction) return true;
        const float course = course_through(channel);
        if (course != junction.course) return course > junction.course;
        const auto area = accumulation_[channel.cell];
        const auto area_of_other = accumulation_[junction.cell + neighbours_[junction.main_stem]];
        return area != area_of_other ? area > area_of_other : tributary < junction.main_stem;
    }

    const Directions& directions_;
    const Accumulation& accumulation_;
    Grid grid_;
    std::array<Cell, direction_count> neighbours_;
    Raster<std::uint32_t> number_; ///< of a channel cell, its place in channels_
    std::vector<ChannelCell> channels_;
};

} // namespace

Orders channel_orders(
    const Directions& directions, const Accumulation& accumulation, const ChannelOptions& options) {
    ChannelNetwork network(directions, accumulation);
    network.find_channels(options.critical_source_area);
    network.measure_courses();
    network.drop_short_channels(options.min_length);
    return network.strahler_orders();
}

} // namespace freshet::watershed
