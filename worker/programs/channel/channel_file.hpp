#pragma once

#include "rules/error.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace freshet::channel {

enum class Shape { triangular, rectangular };

/// One channel of the channel file.
struct ChannelProperties {
    std::string name;
    Shape shape = Shape::triangular;
    double side_slope = 0;     ///< horizontal over vertical, of the banks
    double bare_manning = 0;   ///< of the bare soil
    double total_manning = 0;  ///< with vegetation and roughness
    double erodibility = 0;    ///< s/m
    double critical_shear = 0; ///< Pa
};

/// Reads a WEPP channel file (.chn 99.1): version, number of channels, peak method, length to width ratio;
/// then for each channel three lines of text, shape, control, friction slope and output flags, `bank slope,
/// bare n`, `total n, erodibility, critical shear, depths to the non-erodible layer`, `control slope, bank
/// slope, n`, and a rating curve if the control is 4. Shape 1 is triangular; 2 (naturally eroded) is taken as
/// rectangular with the width of the slope file. Peak method, control section and the non-erodible layer are
/// read and not used.
/// Errors: not_found; bad_input, also when the file holds fewer or more channels than `count`.
Result<std::vector<ChannelProperties>> read_channels(const std::filesystem::path& path, std::size_t count);

} // namespace freshet::channel
