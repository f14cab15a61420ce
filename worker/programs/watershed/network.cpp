#include "worker/programs/watershed/network.hpp"

#include <algorithm>

namespace freshet::watershed {
namespace {

constexpr int outlet_node = 1;

bool is_tributary(const Directions& directions, const Orders& orders, Cell neighbour, Direction towards) {
    return orders[neighbour] > 0 && directions[neighbour] == opposite(towards);
}

class Numbering {
public:
    Numbering(const Directions& directions, const Orders& orders, Cell outlet)
        : directions_(directions),
          orders_(orders),
          grid_(directions.grid()),
          neighbours_(grid_.neighbours()) {
        network_.outlet = outlet;
        pending_.push_back({outlet, -1});
    }

    Network run() {
        while (!pending_.empty()) {
            const Pending start = pending_.back();
            pending_.pop_back();
            add_link(start);
        }
        return std::move(network_);
    }

private:
    struct Pending {
        Cell lowest;
        int downstream;
    };

    void add_link(const Pending& start) {
        const int index = static_cast<int>(network_.links.size());
        Link link;
        link.id = 10 * next_node_ + 4;
        link.order = orders_[start.lowest];
        link.downstream = start.downstream;
        const Tributaries above = follow_upstream(start.lowest, link);
        next_node_ += std::max(1, above.count - 1);
        if (start.downstream >= 0) {
            network_.links[static_cast<std::size_t>(start.downstream)].upstream.push_back(
                static_cast<std::size_t>(index));
        }
        for (int i = above.count - 1; i >= 0; --i) {
            pending_.push_back(
                {link.cells.front() + neighbours_[above.towards[static_cast<std::size_t>(i)]], index});
        }
        network_.links.push_back(std::move(link));
    }

    /// Fills in the link's cells and length; returns what meets at its upper end.
    Tributaries follow_upstream(Cell cell, Link& link) {
        for (;;) {
            link.cells.push_back(cell);
            link.length += grid_.step_length(way_out(directions_, orders_, cell));
            const Tributaries above = tributaries(directions_, orders_, cell);
            if (above.count != 1) {
                std::ranges::reverse(link.cells);
                return above;
            }
            cell += neighbours_[above.towards[0]];
        }
    }

    const Directions& directions_;
    const Orders& orders_;
    Grid grid_;
    std::array<Cell, direction_count> neighbours_;
    Network network_;
    int next_node_ = outlet_node + 1;
    std::vector<Pending> pending_;
};

} // namespace

Direction way_out(const Directions& directions, const Orders& orders, Cell cell) {
    if (directions[cell] < direction_count) return directions[cell];
    const auto neighbours = directions.grid().neighbours();
    for (Direction towards = 0; towards < direction_count; ++towards) {
        if (is_tributary(directions, orders, cell + neighbours[towards], towards)) return opposite(towards);
    }
    return east;
}

Tributaries tributaries(const Directions& directions, const Orders& orders, Cell cell) {
    const auto neighbours = directions.grid().neighbours();
    const Direction out = way_out(directions, orders, cell);
    Tributaries found;
    for (int turn = 0; turn < direction_count; ++turn) {
        const auto towards = static_cast<Direction>((out + turn) % direction_count);
        if (!is_tributary(directions, orders, cell + neighbours[towards], towards)) continue;
        found.towards[static_cast<std::size_t>(found.count++)] = towards;
    }
    return found;
}

Network channel_network(const Directions& directions, const Orders& orders, Cell outlet) {
    return Numbering(directions, orders, outlet).run();
}

} // namespace freshet::watershed
