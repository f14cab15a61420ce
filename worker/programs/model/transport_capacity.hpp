#pragma once

#include "worker/programs/model/particles.hpp"

namespace freshet::model {

/// Yalin's transport capacity for one particle class alone, kg/(s m) of flow width, at a shear in Pa. P =
/// 0.635 d (1 - ln(1 + b)/b), d = Y/Ycr - 1, b = 2.45 s^-0.4 Ycr^0.5 d, Tc = P s rho D u*. Critical Shields
/// number: Mantz's extension 0.1 Re*^-0.3 for fine grains, not below 0.04.
/// Source: Yalin (1963), J. Hydraul. Div. ASCE 89(3), 221-250; Mantz (1977), J. Hydraul. Div. ASCE 103(6),
/// 601-615.
double yalin_capacity(double shear_pa, double diameter_m, double specific_gravity);

/// Capacity of the mixture: each class's own capacity weighted by its fraction of the sediment.
double yalin_capacity(double shear_pa, const Particles& particles);

/// Coefficient k of Tc = k tau^1.5 that equals the mixture's capacity at `shear_pa`, kg^-0.5 m^0.5 s^2 (0 if
/// no shear).
/// Source: Finkner, Nearing, Foster & Gilley (1989), Trans. ASAE 32(5), 1545-1550.
double transport_coefficient(double shear_pa, const Particles& particles);

} // namespace freshet::model
