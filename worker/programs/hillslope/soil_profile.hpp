#pragma once

#include "worker/programs/model/soil_file.hpp"

#include <vector>

namespace freshet::hillslope {

/// Water contents and conductivity of a soil from its texture.
struct HydraulicProperties {
    double saturation = 0;     ///< m3/m3
    double field_capacity = 0; ///< m3/m3 at 33 kPa
    double wilting_point = 0;  ///< m3/m3 at 1500 kPa
    double conductivity = 0;   ///< saturated, mm/h
};

/// Source: Saxton & Rawls (2006), Soil Sci. Soc. Am. J. 70, 1569-1578, equations 1 to 5 and 16. `sand`,
/// `clay`: fractions of mass; organic matter is taken up to 8 %, the range of the regressions.
HydraulicProperties from_texture(double sand, double clay, double organic_matter);

/// The same of a layer: what the soil file gives, and what is missing from the texture; kept in an order that
/// leaves room between the three.
HydraulicProperties properties_of(const model::SoilLayer& layer);

/// Matric suction at the wetting front in mm.
/// Source: Rawls & Brakensiek (1983), regression in WEPP (1995) chapter 4.
double wetting_front_suction_mm(double sand, double clay, double porosity);

/// One slice of the profile; depths of water in mm.
struct SoilSlice {
    double thickness_mm = 0;
    double saturation_mm = 0;
    double field_capacity_mm = 0;
    double wilting_point_mm = 0;
    double conductivity_mmh = 0;
    double water_mm = 0;

    double room_mm() const { return saturation_mm - water_mm; }
};

/// The soil as a column of slices (100, 100, then 200 mm) that hold water. Every change returns what it
/// moved, so that the sum of water_mm() and of what was handed out stays what it was, to rounding.
class SoilProfile {
public:
    explicit SoilProfile(const model::Soil& soil);

    double water_mm() const;
    double room_mm() const;
    /// Saturation minus water content over the uppermost 200 mm, m3/m3.
    double surface_deficit() const;
    const std::vector<SoilSlice>& slices() const noexcept { return slices_; }

    /// Fills the pores from the top; `depth_mm` must fit into room_mm().
    void add(double depth_mm);
    /// One day of drainage from slice to slice; returns what leaves below. Storage routing: Savabi & Williams
    /// (1995), WEPP chapter 5: p = excess (1 - exp(-24 / t)), t = excess / K(theta), K(theta) = Ks (theta /
    /// saturation)^B, B = -2.655 / log10(field capacity / saturation).
    double percolate();
    /// Evaporation from the first slice, at most `potential_mm`: falls linearly from one when the readily
    /// evaporable water is gone to zero at half the wilting point.
    /// Source: Allen et al. (1998), FAO 56, equation 74.
    double evaporate(double potential_mm);
    /// Uptake from the uppermost metre, at most `potential_mm`: full down to half of the available water,
    /// then falling linearly to zero at the wilting point.
    /// Source: Allen et al. (1998), FAO 56, equation 84 with p = 0.5.
    double transpire(double potential_mm);

private:
    std::vector<SoilSlice> slices_;
    std::size_t rooted_slices_ = 0;
    double drainage_limit_mm_;
};

} // namespace freshet::hillslope
