#pragma once

#include "worker/programs/watershed/channels.hpp"
#include "worker/programs/watershed/dem_file.hpp"
#include "worker/programs/watershed/depressions.hpp"

#include <filesystem>
#include <optional>

namespace freshet::watershed {

// The three steps of a watershed job. Each reads and writes whole files in a folder, so they can run as jobs
// of their own; which files, and their units, is in the README.

struct ChannelsStep {
    std::filesystem::path dem;
    std::filesystem::path out; ///< made if it is not there
    ChannelOptions channels;
    Conditioning conditioning = Conditioning::fill;
    CoordinateCheck check = CoordinateCheck::refuse_degrees;
};
Result<> run_step(const ChannelsStep& step);

struct Position {
    double x = 0; ///< metres
    double y = 0;
};
struct RowAndColumn {
    int row = 0; ///< from 0 in the north
    int col = 0; ///< from 0 in the west
};
struct OutletStep {
    std::filesystem::path dir;                  ///< where the channels step wrote
    std::optional<Position> position;           ///< this
    std::optional<RowAndColumn> row_and_column; ///< or this
    std::optional<double> radius;               ///< metres; default: default_snap_cells cells
};
Result<> run_step(const OutletStep& step);

struct AbstractStep {
    std::filesystem::path dir; ///< where the steps before wrote
    std::filesystem::path out; ///< made if it is not there
};
Result<> run_step(const AbstractStep& step);

} // namespace freshet::watershed
