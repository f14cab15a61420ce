#include "worker/programs/watershed/subcatchments.hpp"

namespace freshet::watershed {
namespace {

class Labelling {
public:
    Labelling(const Directions& directions, const Orders& orders, const Network& network)
        : directions_(directions),
          orders_(orders),
          network_(network),
          grid_(directions.grid()),
          neighbours_(grid_.neighbours()),
          labels_(grid_, 0) {}

    Labels run(const std::function<void(const HillslopeCells&)>& visit) {
        for (const Link& link : network_.links) {
            for (const Cell cell : link.cells)
                labels_[cell] = link.id;
        }
        for (std::size_t link = 0; link < network_.links.size(); ++link) {
            for (const Side side : {Side::top, Side::left, Side::right})
                label_hillslope(link, side, visit);
        }
        return std::move(labels_);
    }

private:
    void label_hillslope(
        std::size_t link, Side side, const std::function<void(const HillslopeCells&)>& visit) {
        hillslope_ = {hillslope_id(network_.links[link].id, side), link, side, std::move(hillslope_.cells)};
        hillslope_.cells.clear();
        for (const Cell channel : network_.links[link].cells)
            add_inflows(channel, side);
        for (std::size_t next = 0; next < hillslope_.cells.size(); ++next)
            add_above(hillslope_.cells[next]);
        if (!hillslope_.cells.empty()) visit(hillslope_);
    }

    void add_inflows(Cell channel, Side side) {
        const Tributaries above = tributaries(directions_, orders_, channel);
        if ((above.count == 0) != (side == Side::top)) return;
        const Direction out = way_out(directions_, orders_, channel);
        for (Direction towards = 0; towards < direction_count; ++towards) {
            const Cell cell = channel + neighbours_[towards];
            if (directions_[cell] != opposite(towards) || labels_[cell] != 0) continue;
            if (above.count == 0 || side_of(towards, out, above) == side) add({cell, step(towards)});
        }
    }

    /// Clockwise from the way out one meets the bank on the left looking upstream, then the channels that
    /// come in, then the right bank. Ground between two channels that meet counts as left, as TOPAZ has it.
    static Side side_of(Direction towards, Direction out, const Tributaries& above) {
        const Direction last = above.towards[static_cast<std::size_t>(above.count - 1)];
        return clockwise_turn(out, towards) < clockwise_turn(out, last) ? Side::left : Side::right;
    }

    void add_above(const HillslopeCell& below) {
        const HillslopeCell from = below;
        for (Direction towards = 0; towards < direction_count; ++towards) {
            const Cell cell = from.cell + neighbours_[towards];
            if (directions_[cell] == opposite(towards)) add({cell, from.to_channel + step(towards)});
        }
    }

    void add(const HillslopeCell& cell) {
        labels_[cell.cell] = hillslope_.id;
        hillslope_.cells.push_back(cell);
    }

    float step(Direction direction) const { return static_cast<float>(grid_.step_length(direction)); }

    const Directions& directions_;
    const Orders& orders_;
    const Network& network_;
    Grid grid_;
    std::array<Cell, direction_count> neighbours_;
    Labels labels_;
    HillslopeCells hillslope_;
};

} // namespace

Labels label_subcatchments(const Directions& directions, const Orders& orders, const Network& network,
    const std::function<void(const HillslopeCells&)>& visit) {
    return Labelling(directions, orders, network).run(visit);
}

} // namespace freshet::watershed
