#pragma once

#include "prep/store/controller.hpp"

#include <filesystem>
#include <string_view>

namespace freshet::worker {

/// What a run's watershed controller (`watershed.nodb`) asks of build_channels.
struct ChannelSettings {
    std::filesystem::path dem; ///< relative to the run's folder; the field may name another file
    double csa_ha = 10;        ///< critical source area: what must drain through a cell to make it a channel
    double mcl_m = 100;        ///< minimum channel length of channels at the upper ends
    std::string_view conditioning = "fill"; ///< of depressions: fill or breach
};

/// The fields dem, csa, mcl and conditioning. Without `dem` it is dem/dem.asc, or dem/dem.tif if only that is
/// there. Throws Failure (bad_input, or not_found for the elevations).
ChannelSettings read_channel_settings(const prep::Controller& controller);

/// Where the outlet was asked for, in metres of the elevations' projection.
struct OutletPosition {
    double x = 0;
    double y = 0;
};

/// The field outlet: {"x", "y"}. Throws Failure (bad_input).
OutletPosition read_outlet_position(const prep::Controller& controller);

} // namespace freshet::worker
