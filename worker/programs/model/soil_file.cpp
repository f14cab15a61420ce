#include "worker/programs/model/soil_file.hpp"

#include "worker/programs/model/line_reader.hpp"

#include <fmt/format.h>

namespace freshet::model {

namespace {

enum class Format { texture_only, hydraulic };

Format read_format(LineReader& lines) {
    auto fields = lines.fields("the version of the soil file");
    const auto version = fields.number("version");
    if (version >= 2006 && version < 2007) return Format::texture_only;
    if (version == 7777 || version == 7778) return Format::hydraulic;
    fields.fail("soil format 2006.2, 7777 or 7778", fmt::format("{}", version));
}

double percent(Fields& fields, std::string_view name) {
    return fields.number(name, {0, 100}) / 100;
}

SoilLayer read_layer(LineReader& lines, Format format, double depth_above) {
    auto fields = lines.fields("a soil layer");
    SoilLayer layer;
    layer.depth_mm = fields.number("depth in mm", {1, 100000});
    if (layer.depth_mm <= depth_above)
        fields.fail(fmt::format("a depth below {} mm", depth_above), fmt::format("{} mm", layer.depth_mm));
    if (format == Format::hydraulic) {
        layer.bulk_density = fields.number("bulk density in g/cm3", {0.1, 2.6});
        layer.conductivity = fields.number("saturated conductivity in mm/h", {0, 100000});
        fields.number("anisotropy", {0, 1e6});
        layer.field_capacity = fields.number("field capacity", {0, 1});
        layer.wilting_point = fields.number("wilting point", {0, 1});
    }
    layer.sand = percent(fields, "sand in %");
    layer.clay = percent(fields, "clay in %");
    layer.organic_matter = percent(fields, "organic matter in %");
    layer.cec = fields.number("cation exchange capacity in meq/100 g", {0, 1000});
    layer.rock = percent(fields, "rock in %");
    if (layer.sand + layer.clay > 1.0001)
        fields.fail("sand and clay of at most 100 % together",
            fmt::format("{:.4g} %", 100 * (layer.sand + layer.clay)));
    return layer;
}

/// A flag, a thickness in mm and a conductivity in mm/h; files without the line have free drainage.
void read_restricting_layer(LineReader& lines, Soil& soil) {
    if (lines.at_end()) return;
    auto fields = lines.fields("the restricting layer");
    const bool present = fields.integer("restricting layer flag", 0, 1) == 1;
    fields.number("restricting layer thickness in mm", {0, 1e9});
    const double conductivity = fields.number("restricting layer conductivity in mm/h", {0, 1e6});
    if (present) soil.restricting_conductivity = conductivity;
}

Soil read_soil(LineReader& lines, Format format) {
    auto fields = lines.fields("a soil's name and texture");
    Soil soil;
    soil.name = fields.word("the soil's name");
    soil.texture = fields.word("the soil's texture");
    const int layers = fields.integer("number of layers", 1, 100);
    soil.albedo = fields.number("albedo", {0, 1});
    soil.initial_saturation = fields.number("initial saturation", {0, 1});
    soil.interrill_erodibility = fields.number("interrill erodibility Ki in kg s/m4", {0, 1e9});
    soil.rill_erodibility = fields.number("rill erodibility Kr in s/m", {0, 10});
    soil.critical_shear = fields.number("critical shear in Pa", {0, 1000});
    if (!fields.at_end())
        soil.effective_conductivity = fields.number("effective conductivity in mm/h", {0, 10000});
    double depth = 0;
    for (int i = 0; i < layers; ++i) {
        soil.layers.push_back(read_layer(lines, format, depth));
        depth = soil.layers.back().depth_mm;
    }
    read_restricting_layer(lines, soil);
    return soil;
}

} // namespace

Result<std::vector<Soil>> read_soils(const std::filesystem::path& path) {
    return as_result([&] {
        LineReader lines(path);
        const auto format = read_format(lines);
        lines.peek(); // past comment lines, to the line of free text
        lines.raw("a line of free text");
        auto counts = lines.fields("number of soils and conductivity flag");
        const int count = counts.integer("number of soils", 1, 100000);
        const bool varies = counts.integer("conductivity flag", 0, 1) == 1;
        std::vector<Soil> soils;
        for (int i = 0; i < count; ++i) {
            soils.push_back(read_soil(lines, format));
            soils.back().conductivity_varies = varies;
        }
        return soils;
    });
}

} // namespace freshet::model
