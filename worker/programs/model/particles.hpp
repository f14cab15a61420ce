#pragma once

#include <array>

namespace freshet::model {

constexpr std::size_t particle_classes = 5;
/// A value for each class: clay, silt, small aggregates, large aggregates, sand.
using PerClass = std::array<double, particle_classes>;

/// The five classes of sediment as it is detached from a soil.
/// Source: Foster, Young & Neibling (1985), Trans. ASAE 28(1), 133-139; WEPP (1995) chapter 11.
struct Particles {
    PerClass diameter_m{};
    PerClass specific_gravity{};
    PerClass fraction{}; ///< of the detached mass; sums to 1
    PerClass sand{};     ///< primary composition of each class; sand + silt + clay = 1
    PerClass silt{};
    PerClass clay{};
    PerClass organic_matter{}; ///< mass of organic matter over mass of the class
};

/// `sand`, `clay`, `organic_matter`: fractions of the surface soil's mass.
Particles particles_of(double sand, double clay, double organic_matter);

/// Specific surface in m2/g of a mixture of the classes: clay 20, silt 4, sand 0.05, organic matter 1000.
/// Source: Foster et al. (1980) in CREAMS, USDA Conservation Research Report 26.
double specific_surface(const Particles& particles, const PerClass& fraction);

/// Terminal fall velocity in m/s of a sphere in water at 20 C. Stokes, and beyond its range the explicit
/// formula of Ferguson & Church (2004), J. Sediment. Res. 74(6), 933-937, which has both limits (C1 = 18, C2
/// = 0.4).
double fall_velocity(double diameter_m, double specific_gravity);

/// Fall velocities weighted by `mass` (of any total above 0), m/s.
double mean_fall_velocity(const Particles& particles, const PerClass& mass);

} // namespace freshet::model
