#pragma once

namespace freshet::model {

constexpr double gravity = 9.81;                            ///< m/s2
constexpr double water_density = 1000;                      ///< kg/m3
constexpr double water_viscosity = 1.0e-6;                  ///< kinematic, m2/s, at 20 C
constexpr double specific_weight = gravity * water_density; ///< N/m3

} // namespace freshet::model
