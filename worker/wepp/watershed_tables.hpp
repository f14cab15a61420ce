#pragma once

#include "rules/error.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker::wepp {

enum class Side { left, right, top };

/// A line of `watershed/hillslopes.csv`.
struct Hillslope {
    int wepp_id = 0;  ///< 1 to n in the order of the table: p<id>.*, H<id>.*
    int topaz_id = 0; ///< of the abstraction
    int channel_id = 0;
    Side side = Side::top;
    double area_m2 = 0;
};

/// Channel -> the channels above it, leftmost first looking upstream.
using Network = std::map<int, std::vector<int>>;

/// What the WEPP tasks need of an abstracted watershed.
struct Watershed {
    std::vector<Hillslope> hillslopes;
    std::vector<int> channels; ///< in the order of channels.csv and of slope_files/channels.slp
    Network network;           ///< of these channels
};

/// The tables of worker/programs/watershed/README.md, by the names of their columns; others are passed over.
/// `file` is for messages. bad_input names file, line, what was expected and found: a column or a value is
/// missing, an id stands twice, a table is empty.
Result<std::vector<Hillslope>> parse_hillslopes(std::string_view text, std::string_view file);
Result<std::vector<int>> parse_channels(std::string_view text, std::string_view file);
/// `channel|channel above,channel above` a line; channels of `channels` that it does not name have none
/// above.
Result<Network> parse_network(std::string_view text, const std::vector<int>& channels, std::string_view file);

/// All channels, each after those above it, the outlet last. bad_input: a loop, or more than one outlet.
Result<std::vector<int>> upstream_first(const Network& network);

} // namespace freshet::worker::wepp
