#pragma once

#include "worker/programs/hillslope/erodibility.hpp"
#include "worker/programs/hillslope/friction.hpp"
#include "worker/programs/model/management_file.hpp"
#include "worker/programs/model/particles.hpp"
#include "worker/programs/model/slope_file.hpp"
#include "worker/programs/model/soil_file.hpp"

#include <array>

namespace freshet::hillslope {

/// Number of equal stretches into which the profile is divided.
constexpr std::size_t segments = 100;

/// What does not change from event to event, but for the factors.
struct ErodibleSlope {
    model::SlopeSegment profile;
    model::Cover cover;
    Friction friction;
    model::Particles particles;
    double interrill_erodibility = 0; ///< Ki, kg s/m4
    double rill_erodibility = 0;      ///< Kr, s/m
    double critical_shear = 0;        ///< Pa
    ErodibilityFactors factors{};     ///< on these three
};

ErodibleSlope erodible_slope(
    const model::SlopeSegment& profile, const model::Soil& soil, const model::Cover& cover);

/// The runoff of one event as a steady state: its peak for as long as it takes to carry its volume.
struct SteadyRunoff {
    double peak_ms = 0;             ///< discharge at the foot over the slope's length
    double duration_s = 0;          ///< volume over peak
    double rain_intensity_ms = 0;   ///< mean while there is excess; 0 for snow melt
    double excess_intensity_ms = 0; ///< mean excess of the same time
};

/// Sediment of one event, for one metre of width. delivered = interrill + detached - deposited = sum(loss) *
/// L / segments, to rounding.
struct EventErosion {
    double delivered_kgm = 0;
    double interrill_kgm = 0;
    double detached_kgm = 0; ///< by rills
    double deposited_kgm = 0;
    std::array<double, segments> loss_kgm2{}; ///< net loss of each stretch, deposition negative
    model::PerClass delivered_by_class_kgm{};
};

/// Steady-state sediment continuity along the slope. Interrill: Di = Ki I s Sf Ce Ge, I rain intensity, s
/// excess intensity, slope factor Sf = 1.05 - 0.85 exp(-4 sin a), canopy Ce = 1 - 2.941 canopy / h
/// (1 - exp(-0.34 h)), h its height in m, ground cover Ge = exp(-2.5 cover). Rills: Dc = Kr (tau - tau_c); Tc
/// = k tau^1.5; deposition 0.5 Vf / q (Tc - G). Source: Nearing, Foster, Lane & Finkner (1989), Trans. ASAE
/// 32(5), 1587-1593; Liebenow et al. (1990), Trans. ASAE 33(6), 1877-1882 (slope factor); Kinnell (1993) in
/// WEPP (1995) chapter 11 (I s instead of I squared); Alberts et al. (1995), WEPP chapter 7 (canopy).
EventErosion erode(const ErodibleSlope& slope, const SteadyRunoff& runoff);

} // namespace freshet::hillslope
