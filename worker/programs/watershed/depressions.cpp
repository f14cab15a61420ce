#include "worker/programs/watershed/depressions.hpp"

#include <algorithm>
#include <cmath>
#include <queue>

namespace freshet::watershed {
namespace {

/// Cells by elevation, lowest first; equal ones by place, so that a run can be repeated.
class FloodFront {
public:
    void push(float elevation, Cell cell) { queue_.push({elevation, cell}); }
    bool empty() const { return queue_.empty(); }
    Cell pop() {
        const Cell cell = queue_.top().cell;
        queue_.pop();
        return cell;
    }

private:
    struct Entry {
        float elevation;
        Cell cell;
        bool operator<(const Entry& other) const noexcept {
            if (elevation != other.elevation) return elevation > other.elevation;
            return cell > other.cell;
        }
    };
    std::priority_queue<Entry> queue_;
};

/// What filling and breaching share: the cells still dry, and the front with which a flood starts.
struct Flood {
    explicit Flood(const Elevations& elevations)
        : neighbours(elevations.grid().neighbours()), reached(elevations.grid(), 1) {
        for_each_cell(elevations.grid(), [&](Cell cell) {
            if (std::isnan(elevations[cell])) return;
            reached[cell] = touches_outside(elevations, cell);
            if (reached[cell]) front.push(elevations[cell], cell);
        });
    }

    bool touches_outside(const Elevations& elevations, Cell cell) const {
        return std::ranges::any_of(
            neighbours, [&](Cell offset) { return std::isnan(elevations[cell + offset]); });
    }

    std::array<Cell, direction_count> neighbours;
    Raster<std::uint8_t> reached;
    FloodFront front;
};

class Filling {
public:
    explicit Filling(Elevations& elevations) : elevations_(elevations), flood_(elevations) {}

    ConditioningReport run() {
        while (!flood_.front.empty()) {
            spread(flood_.front.pop());
            while (!submerged_.empty())
                spread(take_last(submerged_));
            climb_slopes();
        }
        return report_;
    }

private:
    void spread(Cell from) {
        const float level = elevations_[from];
        for (const Cell offset : flood_.neighbours) {
            const Cell cell = from + offset;
            if (flood_.reached[cell]) continue;
            flood_.reached[cell] = 1;
            if (elevations_[cell] > level) {
                rising_.push_back(cell);
                continue;
            }
            raise(cell, level);
            submerged_.push_back(cell);
        }
    }

    void climb_slopes() {
        for (std::size_t next = 0; next < rising_.size(); ++next)
            climb(rising_[next]);
        rising_.clear();
    }

    void climb(Cell from) {
        const float level = elevations_[from];
        bool may_spill = false;
        for (const Cell offset : flood_.neighbours) {
            const Cell cell = from + offset;
            if (flood_.reached[cell]) continue;
            if (elevations_[cell] > level) {
                flood_.reached[cell] = 1;
                rising_.push_back(cell);
            } else {
                may_spill = true;
            }
        }
        if (may_spill) flood_.front.push(level, from);
    }

    void raise(Cell cell, float level) {
        const double change = level - elevations_[cell];
        if (change == 0) return;
        elevations_[cell] = level;
        ++report_.cells_changed;
        report_.largest_change = std::max(report_.largest_change, change);
    }

    static Cell take_last(std::vector<Cell>& cells) {
        const Cell cell = cells.back();
        cells.pop_back();
        return cell;
    }

    Elevations& elevations_;
    Flood flood_;
    std::vector<Cell> submerged_;
    std::vector<Cell> rising_;
    ConditioningReport report_;
};

class Breaching {
public:
    explicit Breaching(Elevations& elevations)
        : elevations_(elevations), flood_(elevations), came_from_(elevations.grid(), leaves_grid) {}

    ConditioningReport run() {
        while (!flood_.front.empty()) {
            const Cell cell = flood_.front.pop();
            reach_neighbours(cell);
            if (has_no_lower_neighbour(cell)) carve_way_out(cell);
        }
        return report_;
    }

private:
    void reach_neighbours(Cell from) {
        for (Direction direction = 0; direction < direction_count; ++direction) {
            const Cell cell = from + flood_.neighbours[direction];
            if (flood_.reached[cell]) continue;
            flood_.reached[cell] = 1;
            came_from_[cell] = opposite(direction);
            flood_.front.push(elevations_[cell], cell);
        }
    }

    bool has_no_lower_neighbour(Cell cell) const {
        return std::ranges::none_of(
            flood_.neighbours, [&](Cell offset) { return elevations_[cell + offset] < elevations_[cell]; });
    }

    void carve_way_out(Cell bottom) {
        const float level = elevations_[bottom];
        for (Cell cell = bottom; came_from_[cell] != leaves_grid;) {
            cell += flood_.neighbours[came_from_[cell]];
            if (elevations_[cell] <= level) return;
            ++report_.cells_changed;
            report_.largest_change = std::max<double>(report_.largest_change, elevations_[cell] - level);
            elevations_[cell] = level;
        }
    }

    Elevations& elevations_;
    Flood flood_;
    Directions came_from_;
    ConditioningReport report_;
};

} // namespace

ConditioningReport fill_depressions(Elevations& elevations) {
    return Filling(elevations).run();
}

ConditioningReport breach_depressions(Elevations& elevations) {
    return Breaching(elevations).run();
}

} // namespace freshet::watershed
