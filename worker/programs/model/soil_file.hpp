#pragma once

#include "rules/error.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace freshet::model {

/// One layer of the soil file. Fractions are of mass, 0..1, sand and clay of the fine earth.
struct SoilLayer {
    double depth_mm = 0; ///< of the layer's lower edge, from the surface
    double sand = 0;
    double clay = 0;
    double organic_matter = 0;
    double cec = 0;  ///< meq/100 g
    double rock = 0; ///< fraction of volume
    // Given by 7777 and 7778 files only; otherwise to be estimated from the texture.
    std::optional<double> bulk_density{};   ///< g/cm3
    std::optional<double> conductivity{};   ///< mm/h
    std::optional<double> field_capacity{}; ///< m3/m3
    std::optional<double> wilting_point{};  ///< m3/m3
};

struct Soil {
    std::string name;
    std::string texture;
    double albedo = 0;                            ///< of the bare, dry surface, 0..1
    double initial_saturation = 0;                ///< of the pores, 0..1
    double interrill_erodibility = 0;             ///< Ki, kg s/m4
    double rill_erodibility = 0;                  ///< Kr, s/m
    double critical_shear = 0;                    ///< tau_c, Pa
    bool conductivity_varies = false;             ///< the file's flag: the surface crusts when it is bare
    std::optional<double> effective_conductivity; ///< Keff, mm/h; absent: estimate it
    std::vector<SoilLayer> layers;                ///< top first
    /// Conductivity of a restricting layer below the profile in mm/h; absent: free drainage.
    std::optional<double> restricting_conductivity;
};

/// Reads a WEPP soil file, one soil for each overland flow element or channel. Formats 2006.2 (texture), 7777
/// and 7778 (with density, conductivity, field capacity and wilting point).
/// Errors: not_found, bad_input.
Result<std::vector<Soil>> read_soils(const std::filesystem::path& path);

} // namespace freshet::model
