#include "worker/programs/watershed/flats.hpp"

#include <algorithm>
#include <stdexcept>

namespace freshet::watershed {
namespace {

constexpr std::array<Direction, direction_count> straight_first = {
    east, south, west, north, southeast, southwest, northwest, northeast};

/// Resolves one flat at a time. Its cells are numbered by their place in flat_, and distances are kept by
/// number.
class FlatResolver {
public:
    FlatResolver(const Elevations& elevations, Directions& directions)
        : elevations_(elevations),
          directions_(directions),
          neighbours_(elevations.grid().neighbours()),
          number_(elevations.grid(), 0) {}

    void resolve(Cell seed) {
        gather(seed);
        steps_to_exit_ = steps_from([this](Cell cell) { return exit_from(cell) != undecided; });
        if (steps_to_exit_[0] == 0)
            throw std::logic_error("a flat has no way out: depressions were not removed");
        steps_from_rise_ = steps_from([this](Cell cell) { return touches_higher_ground(cell); });
        const int farthest = std::ranges::max(steps_from_rise_);
        for (std::size_t i = 0; i < flat_.size(); ++i)
            exits_.push_back(choose(i, farthest));
        for (std::size_t i = 0; i < flat_.size(); ++i)
            directions_[flat_[i]] = exits_[i];
        exits_.clear();
    }

private:
    void gather(Cell seed) {
        flat_.clear();
        add(seed);
        for (std::size_t next = 0; next < flat_.size(); ++next) {
            for (const Cell offset : neighbours_) {
                const Cell cell = flat_[next] + offset;
                if (directions_[cell] == undecided && same_level(cell, seed) && !in_flat(cell)) add(cell);
            }
        }
    }

    void add(Cell cell) {
        number_[cell] = static_cast<std::uint32_t>(flat_.size());
        flat_.push_back(cell);
    }

    bool in_flat(Cell cell) const { return number_[cell] < flat_.size() && flat_[number_[cell]] == cell; }
    bool same_level(Cell a, Cell b) const { return elevations_[a] == elevations_[b]; }

    /// Direction of a neighbour at the same level that already drains; undecided if there is none.
    Direction exit_from(Cell cell) const {
        for (const Direction direction : straight_first) {
            const Cell next = cell + neighbours_[direction];
            if (directions_[next] <= leaves_grid && same_level(next, cell)) return direction;
        }
        return undecided;
    }

    bool touches_higher_ground(Cell cell) const {
        return std::ranges::any_of(
            neighbours_, [&](Cell offset) { return elevations_[cell + offset] > elevations_[cell]; });
    }

    /// Steps over the flat from the nearest cell that `is_start`, which counts as 1; all 0 if there is none.
    template <class IsStart>
    std::vector<int> steps_from(IsStart is_start) {
        std::vector<int> steps(flat_.size(), 0);
        queue_.clear();
        for (std::uint32_t i = 0; i < flat_.size(); ++i) {
            if (!is_start(flat_[i])) continue;
            steps[i] = 1;
            queue_.push_back(i);
        }
        for (std::size_t next = 0; next < queue_.size(); ++next) {
            const std::uint32_t from = queue_[next];
            for (const Cell offset : neighbours_) {
                const Cell cell = flat_[from] + offset;
                if (!in_flat(cell) || steps[number_[cell]] != 0) continue;
                steps[number_[cell]] = steps[from] + 1;
                queue_.push_back(number_[cell]);
            }
        }
        return steps;
    }

    /// The gradient towards exits counts double, so it wins over the one away from rises where they disagree.
    int height(std::uint32_t number, int farthest) const {
        return 2 * steps_to_exit_[number] + farthest - steps_from_rise_[number];
    }

    Direction choose(std::size_t i, int farthest) const {
        if (steps_to_exit_[i] == 1) return exit_from(flat_[i]);
        Direction best = undecided;
        int lowest = height(static_cast<std::uint32_t>(i), farthest);
        for (const Direction direction : straight_first) {
            const Cell cell = flat_[i] + neighbours_[direction];
            if (!in_flat(cell) || height(number_[cell], farthest) >= lowest) continue;
            lowest = height(number_[cell], farthest);
            best = direction;
        }
        return best;
    }

    const Elevations& elevations_;
    Directions& directions_;
    std::array<Cell, direction_count> neighbours_;
    Raster<std::uint32_t> number_;
    std::vector<Cell> flat_;
    std::vector<int> steps_to_exit_;
    std::vector<int> steps_from_rise_;
    std::vector<std::uint32_t> queue_;
    std::vector<Direction> exits_;
};

} // namespace

void resolve_flats(const Elevations& elevations, Directions& directions) {
    FlatResolver resolver(elevations, directions);
    for_each_cell(elevations.grid(), [&](Cell cell) {
        if (directions[cell] == undecided) resolver.resolve(cell);
    });
}

} // namespace freshet::watershed
