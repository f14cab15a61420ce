#include "worker/programs/watershed/flow_accumulation.hpp"

namespace freshet::watershed {
namespace {

constexpr std::uint8_t done = 255;

Raster<std::uint8_t> count_inflows(const Directions& directions) {
    const auto neighbours = directions.grid().neighbours();
    Raster<std::uint8_t> inflows(directions.grid(), 0);
    for_each_cell(directions.grid(), [&](Cell cell) {
        if (directions[cell] < direction_count) ++inflows[cell + neighbours[directions[cell]]];
    });
    return inflows;
}

} // namespace

Accumulation flow_accumulation(const Directions& directions) {
    const auto neighbours = directions.grid().neighbours();
    Raster<std::uint8_t> waiting_for = count_inflows(directions);
    Accumulation accumulation(directions.grid(), 0);
    for_each_cell(directions.grid(), [&](Cell source) {
        if (directions[source] == no_direction) return;
        Cell cell = source;
        while (waiting_for[cell] == 0) {
            waiting_for[cell] = done;
            ++accumulation[cell];
            if (directions[cell] >= direction_count) return;
            const Cell next = cell + neighbours[directions[cell]];
            accumulation[next] += accumulation[cell];
            --waiting_for[next];
            cell = next;
        }
    });
    return accumulation;
}

} // namespace freshet::watershed
