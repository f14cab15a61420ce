#pragma once

#include "worker/programs/watershed/slope_profile.hpp"
#include "worker/programs/watershed/subcatchments.hpp"

namespace freshet::watershed {

/// What the channels step leaves behind, all on one grid.
struct Terrain {
    Elevations elevations; ///< without depressions
    Directions directions;
    Accumulation accumulation;
    Orders orders;
};

/// Where a patch of cells lies.
struct Place {
    double area = 0;      ///< m2, of its own cells
    double elevation = 0; ///< m, mean
    double x = 0;         ///< m, centroid
    double y = 0;
};

/// From what a hillslope's length was taken; area = length x width holds either way.
enum class LengthRule {
    channel,   ///< sides: width = channel length, length = area / width
    flow_path, ///< tops, and sides whose area / width is longer than any of their flow paths: mean flow path
               ///< length
};

struct Hillslope {
    int id = 0;
    int channel_id = 0;
    Side side = Side::top;
    Place place;
    double length = 0; ///< m, down the slope
    double width = 0;  ///< m, along the channel
    LengthRule length_rule = LengthRule::channel;
    double longest_path = 0; ///< m, of flow from any cell to the channel
    double aspect = 0;       ///< degrees clockwise from north, of the mean fall of the ground
    SlopeProfile profile;
};

struct Channel {
    int id = 0;
    int order = 1;      ///< Strahler
    int downstream = 0; ///< id of the channel below; 0 at the outlet
    std::vector<int> upstream;
    Place place;
    double length = 0; ///< m
    double width =
        0; ///< m, bankfull: 2.70 A^0.352, A the drained area in km2 (Bieger and others 2015, JAWRA 51)
    double drained_area = 0;  ///< m2, all that drains through its lower end
    double top_elevation = 0; ///< m, of its first cell
    double drop = 0;          ///< m, along its length
    double aspect = 0;        ///< degrees clockwise from north, from its upper to its lower end
    SlopeProfile profile;
};

/// A basin as WEPP sees it: rectangles with a slope profile, and the channels between them.
struct Abstraction {
    Network network;
    Labels labels;
    std::vector<Hillslope> hillslopes; ///< by number of channel, then top, left, right; those that have cells
    std::vector<Channel> channels;     ///< in the order of network.links
    double area = 0;                   ///< m2; the sum over hillslopes and channels
    std::uint64_t edge_cells =
        0; ///< cells but the outlet at the edge of the data: the basin may go on beyond
};

/// The mean flow path is taken over the paths that start where nothing drains in, weighted by their lengths.
/// The profile of a hillslope averages the slope of each cell, weighted by the area that drains through it.
/// Linear in the basin's cells.
Abstraction abstract_watershed(const Terrain& terrain, Cell outlet);

} // namespace freshet::watershed
