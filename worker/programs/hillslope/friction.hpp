#pragma once

#include "worker/programs/model/management_file.hpp"

namespace freshet::hillslope {

/// Darcy-Weisbach friction factors. Of the total, only the share of the soil's grains acts on the soil.
/// Rills: grains 1.11 plus residue 4.5 c^1.55, c the covered fraction. Between them: roughness 0.5 r^1.128
/// with r = exp(3.024 - 5.042 exp(-161 rr)), rr in m, at least the grains' 4.07; plus residue 14.5 c^1.55.
/// Source: Gilley & Weltz (1995), WEPP chapter 10.
struct Friction {
    double rill = 0;      ///< total in rills
    double interrill = 0; ///< total between rills

    static constexpr double grains = 1.11;
    /// Share of a rill's shear that acts on the soil.
    double grain_share() const { return grains / rill; }
};

Friction friction_of(const model::Cover& cover);

/// Depth-discharge coefficient of overland flow per unit width, q = alpha h^1.5: sqrt(8 g S / f), in m^0.5/s,
/// with f weighted by the share of the surface that is rill.
double overland_alpha(const Friction& friction, double slope, double rill_share);

} // namespace freshet::hillslope
