#pragma once

#include "rules/error.hpp"

#include <filesystem>

namespace freshet::model {

/// What the built-in model takes from a management file: the initial conditions.
struct Cover {
    double canopy = 0;      ///< fraction of the ground under canopy
    double interrill = 0;   ///< fraction of the interrill surface under residue, litter or rock
    double rill = 0;        ///< the same for rills
    double roughness_m = 0; ///< random roughness
    double rill_spacing_m = 1;
    double rill_width_m = 0;       ///< 0: to be computed from the discharge
    double days_since_tillage = 0; ///< at the start
    double canopy_height_m = 0;    ///< of perennials when they are grown; 0 for others
    double live_roots_kgm2 = 0;    ///< the same
    double dead_roots_kgm2 = 0;
    double buried_residue_kgm2 = 0;
};

/// Reads the cropland initial conditions of a WEPP management file (.man, format 98.4) for its one overland
/// flow element. The sections are found by their comment headings ("Initial Conditions Section", "Management
/// Section"), as WEPP's own tools write them; of perennials the plant is read too. Operations and yearly
/// schedules are not read. Errors: not_found; bad_input, also for range and forest initial conditions and for
/// more than one element.
Result<Cover> read_cover(const std::filesystem::path& path);

} // namespace freshet::model
