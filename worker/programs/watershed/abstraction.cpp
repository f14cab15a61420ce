#include "worker/programs/watershed/abstraction.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <ranges>

namespace freshet::watershed {
namespace {

/// Degrees clockwise from north of a vector; 0 for none.
double azimuth(double to_east, double to_north) {
    if (to_east == 0 && to_north == 0) return 0;
    const double degrees = std::atan2(to_east, to_north) * 180 / std::numbers::pi;
    return degrees < 0 ? degrees + 360 : degrees;
}

class PlaceBuilder {
public:
    explicit PlaceBuilder(const Elevations& elevations) : elevations_(elevations) {}

    void add(Cell cell) {
        ++cells_;
        elevation_ += elevations_[cell];
        x_ += elevations_.grid().x(cell);
        y_ += elevations_.grid().y(cell);
    }

    Place build() const {
        return {cells_ * elevations_.grid().cell_area(), elevation_ / cells_, x_ / cells_, y_ / cells_};
    }

private:
    const Elevations& elevations_;
    double cells_ = 0;
    double elevation_ = 0;
    double x_ = 0;
    double y_ = 0;
};

class Abstracting {
public:
    Abstracting(const Terrain& terrain, Network network)
        : terrain_(terrain),
          grid_(terrain.directions.grid()),
          neighbours_(grid_.neighbours()),
          result_{std::move(network), Labels(grid_, 0), {}, {}, 0, 0} {}

    Abstraction run() {
        for (const Link& link : result_.network.links)
            result_.channels.push_back(describe(link));
        result_.labels = label_subcatchments(terrain_.directions, terrain_.orders, result_.network,
            [this](const HillslopeCells& cells) { result_.hillslopes.push_back(describe(cells)); });
        for (const Channel& channel : result_.channels)
            result_.area += channel.place.area;
        for (const Hillslope& hillslope : result_.hillslopes)
            result_.area += hillslope.place.area;
        result_.edge_cells = count_edge_cells();
        return std::move(result_);
    }

private:
    std::uint64_t count_edge_cells() const {
        std::uint64_t count = 0;
        for_each_cell(grid_, [&](Cell cell) {
            if (result_.labels[cell] == 0 || cell == result_.network.outlet) return;
            count += std::ranges::any_of(
                neighbours_, [&](Cell offset) { return std::isnan(terrain_.elevations[cell + offset]); });
        });
        return count;
    }

    double step(Cell cell) const {
        const Direction direction = terrain_.directions[cell];
        return direction < direction_count ? grid_.step_length(direction) : grid_.cell_size;
    }

    /// Descent out of a cell; over the edge of the grid it is not known and taken as none.
    double drop(Cell cell) const {
        const Direction direction = terrain_.directions[cell];
        if (direction >= direction_count) return 0;
        return terrain_.elevations[cell] - terrain_.elevations[cell + neighbours_[direction]];
    }

    Channel describe(const Link& link) const {
        Channel channel;
        channel.id = link.id;
        channel.order = link.order;
        channel.downstream = link.downstream < 0 ? 0 : link_at(link.downstream).id;
        for (const std::size_t above : link.upstream)
            channel.upstream.push_back(result_.network.links[above].id);
        channel.length = link.length;
        channel.drained_area = terrain_.accumulation[link.cells.back()] * grid_.cell_area();
        channel.width = 2.70 * std::pow(channel.drained_area / 1e6, 0.352);
        channel.top_elevation = terrain_.elevations[link.cells.front()];
        channel.aspect = azimuth_of(link);

        PlaceBuilder place(terrain_.elevations);
        ProfileBuilder profile(link.length, grid_.cell_size);
        double from_bottom = 0;
        for (const Cell cell : std::views::reverse(link.cells)) {
            place.add(cell);
            channel.drop += drop(cell);
            profile.add(from_bottom, from_bottom + step(cell), drop(cell) / step(cell), 1);
            from_bottom += step(cell);
        }
        channel.place = place.build();
        channel.profile = profile.build();
        return channel;
    }

    const Link& link_at(int index) const { return result_.network.links[static_cast<std::size_t>(index)]; }

    double azimuth_of(const Link& link) const {
        const Cell first = link.cells.front();
        const Cell last = link.cells.back();
        const Cell below =
            last +
            neighbours_[way_out(terrain_.directions, terrain_.orders, last)]; // may be on the raster's border
        return azimuth(grid_.x(below) - grid_.x(first), grid_.y(below) - grid_.y(first));
    }

    Hillslope describe(const HillslopeCells& source) const {
        const Link& link = result_.network.links[source.link];
        Hillslope hillslope;
        hillslope.id = source.id;
        hillslope.channel_id = link.id;
        hillslope.side = source.side;

        PlaceBuilder place(terrain_.elevations);
        double fall_east = 0;
        double fall_north = 0;
        double path_lengths = 0;
        double squared_path_lengths = 0;
        for (const auto& [cell, to_channel] : source.cells) {
            place.add(cell);
            fall_east += fall(cell, east, west);
            fall_north += fall(cell, north, south);
            hillslope.longest_path = std::max<double>(hillslope.longest_path, to_channel);
            if (terrain_.accumulation[cell] > 1) continue;
            path_lengths += to_channel;
            squared_path_lengths += double(to_channel) * to_channel;
        }
        hillslope.place = place.build();
        hillslope.aspect = azimuth(fall_east, fall_north);

        const double along_channel = hillslope.place.area / link.length;
        const bool beside_channel = source.side != Side::top && along_channel <= hillslope.longest_path;
        hillslope.length_rule = beside_channel ? LengthRule::channel : LengthRule::flow_path;
        hillslope.length = beside_channel ? along_channel : squared_path_lengths / path_lengths;
        hillslope.width = hillslope.place.area / hillslope.length;
        hillslope.profile = profile_of(source, hillslope.length);
        return hillslope;
    }

    /// Fall of the ground towards one side, by Horn's weights (1981); cells without data count as level.
    double fall(Cell cell, Direction towards, Direction away) const {
        const auto height = [&](int direction) {
            const float elevation =
                terrain_.elevations[cell +
                                    neighbours_[static_cast<std::size_t>((direction + 8) % direction_count)]];
            return std::isnan(elevation) ? terrain_.elevations[cell] : elevation;
        };
        const auto row = [&](int direction) {
            return height(direction - 1) + 2 * height(direction) + height(direction + 1);
        };
        return row(away) - row(towards);
    }

    SlopeProfile profile_of(const HillslopeCells& source, double length) const {
        ProfileBuilder profile(length, grid_.cell_size);
        for (const auto& [cell, to_channel] : source.cells) {
            profile.add(
                to_channel - step(cell), to_channel, drop(cell) / step(cell), terrain_.accumulation[cell]);
        }
        return profile.build();
    }

    const Terrain& terrain_;
    Grid grid_;
    std::array<Cell, direction_count> neighbours_;
    Abstraction result_;
};

} // namespace

Abstraction abstract_watershed(const Terrain& terrain, Cell outlet) {
    return Abstracting(terrain, channel_network(terrain.directions, terrain.orders, outlet)).run();
}

} // namespace freshet::watershed
