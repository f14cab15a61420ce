#pragma once

#include "worker/programs/model/particles.hpp"

#include <vector>

namespace freshet::model {

/// One stretch of a flow path with constant coefficients, for a unit width of flow.
struct Reach {
    double length_m = 0;
    double lateral = 0;    ///< Di, sediment from the sides, kg/(s m2), >= 0
    double detachment = 0; ///< Dc, detachment capacity of clear water, kg/(s m2), >= 0
    double capacity = 0;   ///< Tc, kg/(s m), >= 0; may be infinite
    double settling = 0;   ///< beta Vf / q, the rate constant of deposition, 1/m, >= 0
};

/// Load at the end of a reach and what was exchanged with the bed on the way, kg/(s m). load_out = load_in +
/// lateral * length + detached - deposited, to rounding.
struct Exchange {
    double load_out = 0;
    double detached = 0;
    double deposited = 0;
};

/// Steady-state sediment continuity dG/dx = Di + Df along one reach, solved exactly: Df = Dc (1 - G/Tc) while
/// G < Tc, Df = (beta Vf / q) (Tc - G) while G > Tc.
/// Source: Foster & Meyer (1972); Nearing, Foster, Lane & Finkner (1989), Trans. ASAE 32(5), 1587-1593.
Exchange route_reach(double load_in, const Reach& reach);

/// How a mass of `total_out` that leaves divides over the classes when `in` (kg, by class) entered: each
/// class keeps in * exp(-l v) with its fall velocity v and one l for all, so that fine particles stay in the
/// flow and the sum is `total_out`. Needs 0 <= total_out <= sum of `in`.
PerClass settle_by_class(const PerClass& in, const Particles& particles, double total_out);

double sum(const PerClass& values);

} // namespace freshet::model
