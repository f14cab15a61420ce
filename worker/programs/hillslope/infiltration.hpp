#pragma once

#include "worker/programs/hillslope/storm.hpp"

#include <limits>
#include <vector>

namespace freshet::hillslope {

/// What the Green-Ampt equation needs to know of the soil.
struct GreenAmpt {
    double conductivity_mmh = 0;   ///< K, effective, > 0
    double suction_deficit_mm = 0; ///< N = wetting front suction times moisture deficit, >= 0
    double storage_mm =
        std::numeric_limits<double>::infinity(); ///< room in the profile; what is beyond runs off
};

/// Time until the surface ponds under constant rain, h; infinite when rain <= K. tp = K N / (i (i - K)).
/// Source: Mein & Larson (1973), Water Resour. Res. 9(2), 384-394.
double ponding_time_h(double rain_mmh, const GreenAmpt& soil);

/// Cumulative infiltration after `hours` of ponding that began with `start_mm`: the root F of F - F0 - N
/// ln((N + F) / (N + F0)) = K t.
/// Source: Green & Ampt (1911); Chow, Maidment & Mays (1988), eq. 4.3.5.
double ponded_infiltration_mm(double start_mm, double hours, const GreenAmpt& soil);

/// A spell of constant rain divided into what entered the soil and what did not; rain = infiltrated + excess.
struct ExcessStep {
    double duration_h;
    double rain_mm;
    double infiltrated_mm;
    double excess_mm;
    WaterSource source = WaterSource::rain;
};

/// Infiltration under unsteady rain: each step stays unponded, ponds from its start, or is cut in two where
/// ponding begins. Excess runs off at once.
/// Source: Chu (1978), Water Resour. Res. 14(3), 461-466.
std::vector<ExcessStep> infiltrate(const std::vector<RainStep>& rain, const GreenAmpt& soil);

double total_infiltrated_mm(const std::vector<ExcessStep>& steps);
double total_excess_mm(const std::vector<ExcessStep>& steps);

/// Takes up to `depth_mm` from the excess, earliest first, and counts it as infiltrated.
void retain(std::vector<ExcessStep>& steps, double depth_mm);

} // namespace freshet::hillslope
