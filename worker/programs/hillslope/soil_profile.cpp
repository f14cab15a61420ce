#include "worker/programs/hillslope/soil_profile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace freshet::hillslope {

namespace {

constexpr double particle_density = 2.65; // g/cm3
constexpr double root_depth_mm = 1000;
constexpr double readily_evaporable_mm = 9; // FAO 56, table 19: 8 to 11 mm for loam
constexpr double thinnest_pore_space = 0.02;

SoilSlice slice_of(const model::SoilLayer& layer, double thickness, double initial_saturation) {
    const auto properties = properties_of(layer);
    const double fine_earth = thickness * (1 - std::min(layer.rock, 0.95));
    SoilSlice slice;
    slice.thickness_mm = thickness;
    slice.saturation_mm = properties.saturation * fine_earth;
    slice.field_capacity_mm = properties.field_capacity * fine_earth;
    slice.wilting_point_mm = properties.wilting_point * fine_earth;
    slice.conductivity_mmh = properties.conductivity;
    slice.water_mm = slice.saturation_mm * initial_saturation;
    return slice;
}

double slice_end(double depth, double bottom) {
    return std::min(bottom, depth + (depth < 200 ? 100 : 200));
}

double daily_percolation_mm(const SoilSlice& slice) {
    const double excess = slice.water_mm - slice.field_capacity_mm;
    if (excess <= 0 || slice.conductivity_mmh <= 0) return 0;
    const double exponent = -2.655 / std::log10(slice.field_capacity_mm / slice.saturation_mm);
    const double conductivity =
        slice.conductivity_mmh * std::pow(slice.water_mm / slice.saturation_mm, exponent);
    return excess * -std::expm1(-24 * conductivity / excess);
}

} // namespace

HydraulicProperties properties_of(const model::SoilLayer& layer) {
    auto properties = from_texture(layer.sand, layer.clay, layer.organic_matter);
    if (layer.bulk_density) properties.saturation = 1 - *layer.bulk_density / particle_density;
    if (layer.conductivity) properties.conductivity = *layer.conductivity;
    if (layer.field_capacity) properties.field_capacity = *layer.field_capacity;
    if (layer.wilting_point) properties.wilting_point = *layer.wilting_point;
    properties.saturation = std::max(properties.saturation, 2 * thinnest_pore_space);
    properties.field_capacity = std::clamp(
        properties.field_capacity, thinnest_pore_space, properties.saturation - thinnest_pore_space);
    properties.wilting_point = std::clamp(properties.wilting_point, 0.0, properties.field_capacity);
    return properties;
}

HydraulicProperties from_texture(double sand, double clay, double organic_matter) {
    const double s = sand;
    const double c = clay;
    const double om = 100 * std::min(organic_matter, 0.08);
    const double dry =
        -0.024 * s + 0.487 * c + 0.006 * om + 0.005 * s * om - 0.013 * c * om + 0.068 * s * c + 0.031;
    const double moist =
        -0.251 * s + 0.195 * c + 0.011 * om + 0.006 * s * om - 0.027 * c * om + 0.452 * s * c + 0.299;
    const double wet =
        0.278 * s + 0.034 * c + 0.022 * om - 0.018 * s * om - 0.027 * c * om - 0.584 * s * c + 0.078;
    HydraulicProperties p;
    p.wilting_point = dry + 0.14 * dry - 0.02;
    p.field_capacity = moist + 1.283 * moist * moist - 0.374 * moist - 0.015;
    p.saturation = p.field_capacity + wet + 0.636 * wet - 0.107 - 0.097 * s + 0.043;
    p.wilting_point = std::clamp(p.wilting_point, 0.005, 0.95 * p.field_capacity);
    const double lambda = std::log(p.field_capacity / p.wilting_point) / std::log(1500.0 / 33.0);
    const double drainable = std::max(p.saturation - p.field_capacity, thinnest_pore_space);
    p.conductivity = 1930 * std::pow(drainable, 3 - lambda);
    return p;
}

double wetting_front_suction_mm(double sand, double clay, double porosity) {
    const double s = sand;
    const double c = clay;
    const double e = porosity;
    const double exponent = 6.531 - 7.33 * e + 15.8 * c * c + 3.81 * e * e + 3.4 * c * s - 4.98 * s * e +
                            16.1 * s * s * e * e + 16 * c * c * e * e - 14 * s * s * c - 34.8 * c * c * e -
                            8 * s * s * e;
    return 10 * std::exp(exponent);
}

SoilProfile::SoilProfile(const model::Soil& soil) {
    constexpr double unlimited = std::numeric_limits<double>::infinity();
    drainage_limit_mm_ = soil.restricting_conductivity ? 24 * *soil.restricting_conductivity : unlimited;
    double depth = 0;
    for (const auto& layer : soil.layers) {
        while (depth < layer.depth_mm) {
            const double end = slice_end(depth, layer.depth_mm);
            slices_.push_back(slice_of(layer, end - depth, soil.initial_saturation));
            depth = end;
            if (depth <= root_depth_mm) rooted_slices_ = slices_.size();
        }
    }
    rooted_slices_ = std::max<std::size_t>(rooted_slices_, 1);
}

double SoilProfile::water_mm() const {
    double total = 0;
    for (const auto& slice : slices_)
        total += slice.water_mm;
    return total;
}

double SoilProfile::room_mm() const {
    double total = 0;
    for (const auto& slice : slices_)
        total += slice.room_mm();
    return total;
}

double SoilProfile::surface_deficit() const {
    double room = 0;
    double thickness = 0;
    for (const auto& slice : slices_) {
        if (thickness >= 200) break;
        room += slice.room_mm();
        thickness += slice.thickness_mm;
    }
    return std::max(0.0, room / thickness);
}

void SoilProfile::add(double depth_mm) {
    for (auto& slice : slices_) {
        const double added = std::min(depth_mm, std::max(0.0, slice.room_mm()));
        slice.water_mm += added;
        depth_mm -= added;
    }
    slices_.back().water_mm += depth_mm; // rounding only
}

double SoilProfile::percolate() {
    double leaving = 0;
    for (std::size_t i = slices_.size(); i-- > 0;) {
        const bool last = i + 1 == slices_.size();
        const double room = last ? drainage_limit_mm_ : std::max(0.0, slices_[i + 1].room_mm());
        const double moved = std::min(daily_percolation_mm(slices_[i]), room);
        slices_[i].water_mm -= moved;
        if (last)
            leaving = moved;
        else
            slices_[i + 1].water_mm += moved;
    }
    return leaving;
}

double SoilProfile::evaporate(double potential_mm) {
    auto& slice = slices_.front();
    const double air_dry = 0.5 * slice.wilting_point_mm;
    const double evaporable = slice.water_mm - air_dry;
    const double capacity = slice.field_capacity_mm - air_dry;
    if (evaporable <= 0 || capacity <= 0) return 0;
    const double slowing = std::max(capacity - readily_evaporable_mm, 0.5 * capacity);
    const double taken = std::min(evaporable, potential_mm * std::min(1.0, evaporable / slowing));
    slice.water_mm -= taken;
    return taken;
}

double SoilProfile::transpire(double potential_mm) {
    double available = 0;
    double capacity = 0;
    for (std::size_t i = 0; i < rooted_slices_; ++i) {
        available += std::max(0.0, slices_[i].water_mm - slices_[i].wilting_point_mm);
        capacity += slices_[i].field_capacity_mm - slices_[i].wilting_point_mm;
    }
    if (available <= 0 || capacity <= 0) return 0;
    const double stress = std::min(1.0, available / (0.5 * capacity));
    const double taken = std::min(available, potential_mm * stress);
    for (std::size_t i = 0; i < rooted_slices_; ++i)
        slices_[i].water_mm -=
            taken / available * std::max(0.0, slices_[i].water_mm - slices_[i].wilting_point_mm);
    return taken;
}

} // namespace freshet::hillslope
