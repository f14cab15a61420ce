#pragma once

#include "worker/programs/model/soil_file.hpp"

namespace freshet::hillslope {

/// Effective conductivity of the bare or covered surface in mm/h: the soil file's value, or the value that
/// follows from the soil (first layer's conductivity in 7777 and 7778 files, otherwise the regression of
/// Risse et al. (1995), Trans. ASAE 38(2), 411-418: K = -0.265 + 0.0086 sand^1.8 + 11.46 CEC^-0.75, for clay
/// above 40 % K = 0.0066 exp(244 / clay), in % and meq/100 g).
double baseline_conductivity_mmh(const model::Soil& soil);

/// Share of the baseline conductivity that a crusted bare surface keeps: SC / (1 + psi / L), SC = 0.736 +
/// 0.19 sand, psi = 45.19 - 46.68 SC (cm), L = 14.7 - 15 sand^2 - 0.03 clay rho (cm, at least 0.5), sand as a
/// fraction, clay in %.
/// Source: Rawls et al. (1990), Soil Sci. Soc. Am. J. 54, 1224-1228, as in WEPP (1995) chapter 7.
double crust_factor(double sand, double clay, double bulk_density);

/// Depth in mm that the rough surface holds back: 0.112 RR + 0.031 RR^2 - 0.012 RR S with depths in cm and
/// the slope S in %; at least 0. `slope` in m/m.
/// Source: Onstad (1984), Trans. ASAE 27(3), 729-732.
double depression_storage_mm(double roughness_m, double slope);

} // namespace freshet::hillslope
