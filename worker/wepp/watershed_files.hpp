#pragma once

#include "rules/error.hpp"
#include "worker/wepp/watershed_tables.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker::wepp {

/// The channels' bed and banks, the same for all; wepp.nodb may give others.
struct ChannelBed {
    double bank_slope = 3.0;      ///< horizontal over vertical
    double bare_manning = 0.03;   ///< Manning's n of the bare soil
    double total_manning = 0.05;  ///< and with vegetation
    double erodibility = 0.00001; ///< s/m
    double critical_shear = 30.0; ///< Pa
};

/// pw0.str: an element a line (worker/programs/channel/README.md). Hillslopes are elements 1 to n by their
/// wepp ids, channels follow in `order` (upstream_first()). Of two channels above one, the first is left, the
/// second right; of three the middle one is top; a single one is top. bad_input: more than three above a
/// channel, two hillslopes on one side, a hillslope on an unknown channel.
Result<std::string> structure_text(const Watershed& watershed, const std::vector<int>& order);

/// pw0.chn, version 99.1: triangular channels with this bed.
std::string channels_text(const std::vector<int>& order, const ChannelBed& bed);

/// pw0.slp: the elements of slope_files/channels.slp, which stand as `present` says, in another order.
/// bad_input if the text does not hold three lines for each.
Result<std::string> slopes_in_order(std::string_view text, const std::vector<int>& present,
    const std::vector<int>& order, std::string_view file);

/// pw0.sol: the first soil of a .sol text, once for each channel. bad_input if there is none.
Result<std::string> soils_for_channels(std::string_view text, std::size_t channels, std::string_view file);

} // namespace freshet::worker::wepp
