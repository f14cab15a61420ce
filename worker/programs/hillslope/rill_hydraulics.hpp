#pragma once

namespace freshet::hillslope {

/// Width of a rill in m that carries a discharge in m3/s: 1.13 Q^0.303.
/// Source: Gilley, Kottwitz & Simanton (1990), Trans. ASAE 33(6), 1900-1906.
double rill_width_m(double discharge_m3s);

/// Uniform flow in a rectangular rill.
struct RillFlow {
    double depth_m = 0;
    double hydraulic_radius_m = 0;
};

/// Solves Q = w h sqrt(8 g R S / f), R = w h / (w + 2 h), for the depth. Needs width and slope above 0.
/// Source: Darcy-Weisbach, as in Gilley et al. (1990).
RillFlow rill_flow(double discharge_m3s, double width_m, double slope, double friction);

/// Shear that acts on the soil, Pa: gamma R S times the grains' share of the friction; 0 on level ground.
/// Source: Foster, Huggins & Meyer (1984), Trans. ASAE 27(3), 797-804.
double soil_shear_pa(double discharge_m3s, double width_m, double slope, double friction, double grain_share);

} // namespace freshet::hillslope
