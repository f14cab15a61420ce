#include "worker/programs/hillslope/reports.hpp"

#include "worker/programs/hillslope/rill_hydraulics.hpp"
#include "worker/programs/model/sediment_continuity.hpp"
#include "worker/programs/model/text.hpp"

#include <algorithm>

namespace freshet::hillslope {

using model::append;

namespace {

/// Where along the slope soil is lost or gained, and how much; distances in m, masses in kg/m2.
struct Extent {
    double mean = 0;
    double extreme = 0;
    double point_m = 0;
    double length_m = 0;
};

enum class Of { detachment, deposition };

Extent extent_of(const EventErosion& erosion, double slope_length_m, Of what) {
    const double dx = slope_length_m / static_cast<double>(segments);
    Extent extent;
    for (std::size_t i = 0; i < segments; ++i) {
        const double amount = what == Of::detachment ? erosion.loss_kgm2[i] : -erosion.loss_kgm2[i];
        if (amount <= 0) continue;
        extent.mean += amount * dx;
        extent.length_m += dx;
        if (amount <= extent.extreme) continue;
        extent.extreme = amount;
        extent.point_m = static_cast<double>(i + 1) * dx;
    }
    if (extent.length_m > 0) extent.mean /= extent.length_m;
    return extent;
}

double rill_width(const Inputs& inputs, const std::optional<EventRunoff>& runoff) {
    if (inputs.cover.rill_width_m > 0) return inputs.cover.rill_width_m;
    if (!runoff) return 0;
    return std::min(inputs.cover.rill_spacing_m,
        rill_width_m(runoff->peak_ms * inputs.slope.length_m * inputs.cover.rill_spacing_m));
}

} // namespace

double enrichment_ratio(const model::Particles& particles, const model::PerClass& delivered) {
    const double total = model::sum(delivered);
    const double soil = model::specific_surface(particles, particles.fraction);
    if (total <= 0 || soil <= 0) return 0;
    return model::specific_surface(particles, delivered) / total / soil;
}

EventReport::EventReport(const Inputs& inputs)
    : DailyText(
          " EVENT OUTPUT\n"
          "  day   mo  year Precp  Runoff  IR-det Av-det Mx-det  Point  Av-dep Max-dep  Point Sed.Del    "
          "ER  Det-Len "
          "Dep-Len\n"
          "  ---   --  ----  (mm)    (mm)  kg/m^2 kg/m^2 kg/m^2    (m)  kg/m^2  kg/m^2    (m)  (kg/m)  "
          "----    (m)    "
          "(m)\n"),
      length_m_(inputs.slope.length_m),
      particles_(erodible_slope(inputs.slope, inputs.soil, inputs.cover).particles) {}

void EventReport::add(const Day& day) {
    if (day.water.precipitation_mm <= 0 && !day.runoff) return;
    const EventErosion none;
    const auto& erosion = day.erosion ? *day.erosion : none;
    const auto detachment = extent_of(erosion, length_m_, Of::detachment);
    const auto deposition = extent_of(erosion, length_m_, Of::deposition);
    const auto& date = day.weather.date;
    append(text_,
        "{:5} {:4} {:5} {:5.1f} {:7.2f} {:7.4f} {:6.3f} {:6.3f} {:6.2f} {:7.3f} {:7.3f} {:6.2f} {:7.3f} "
        "{:5.2f} {:8.2f} "
        "{:7.2f}\n",
        date.day, date.month, date.year, day.water.precipitation_mm, day.water.runoff_mm,
        erosion.interrill_kgm / length_m_, detachment.mean, detachment.extreme, detachment.point_m,
        deposition.mean, deposition.extreme, deposition.point_m, erosion.delivered_kgm,
        enrichment_ratio(particles_, erosion.delivered_by_class_kgm), detachment.length_m,
        deposition.length_m);
}

WaterReport::WaterReport()
    : DailyText("ofe jday year precip runoff sw sw1 sw2 ep es er snodpy densg dp swe\n") {}

void WaterReport::add(const Day& day) {
    const auto& slices = day.state.profile().slices();
    const auto& snow = day.state.snow();
    const double density = snow.water_mm() > 0 ? 1000 * snow.water_mm() / snow.depth_mm() : 0;
    append(text_,
        "{:3} {:3} {:4} {:6.2f} {:6.2f} {:6.2f} {:5.2f} {:5.2f} {:5.2f} {:5.2f} {:5.2f} {:6.1f} {:6.1f} "
        "{:6.2f} {:6.2f}\n",
        1, model::day_of_year(day.weather.date), day.weather.date.year, day.water.precipitation_mm,
        day.water.runoff_mm, day.state.profile().water_mm(), slices[0].water_mm,
        slices.size() > 1 ? slices[1].water_mm : 0.0, day.water.transpiration_mm,
        day.water.soil_evaporation_mm + day.water.sublimation_mm, 0.0, snow.depth_mm(), density,
        day.water.percolation_mm, snow.water_mm());
}

SoilReport::SoilReport(const Inputs& inputs)
    : DailyText(
          " Soil properties, daily output\n\n"
          " OFE    Day   Y    Poros   Keff   Suct     FC      WP    Rough    Ki     Kr    Tauc  Saturation "
          "  TSW\n"
          "                      %   mm/hr     mm   mm/mm   mm/mm      mm adjsmt adjsmt  adjsmt        "
          "frac    mm\n"),
      roughness_mm_(1000 * inputs.cover.roughness_m) {}

void SoilReport::add(const Day& day) {
    const auto& top = day.state.profile().slices().front();
    append(text_,
        "{:4} {:6} {:5} {:7.2f} {:7.3f} {:7.2f} {:7.3f} {:7.3f} {:7.2f} {:6.3f} {:6.3f} {:6.3f} {:10.3f} "
        "{:8.2f}\n",
        1, model::day_of_year(day.weather.date), day.weather.date.year,
        100 * top.saturation_mm / top.thickness_mm, day.water.effective_conductivity_mmh,
        day.state.suction_deficit_mm(), top.field_capacity_mm / top.thickness_mm,
        top.wilting_point_mm / top.thickness_mm, roughness_mm_, day.erodibility.interrill,
        day.erodibility.rill, day.erodibility.critical_shear, top.water_mm / top.saturation_mm,
        day.state.profile().water_mm());
}

ElementReport::ElementReport(const Inputs& inputs)
    : DailyText(
          " OFE DD MM YYYY  Precip   Runoff   EffInt PeakRO  EffDur Enrich    Keff   Sm  LeafArea  CanHgt  "
          "Cancov "
          "IntCov  RilCov  LivBio DeadBio  Ki    Kr     Tcrit RilWid   SedLeave\n"
          " na  na na  na     mm       mm     mm/h    mm/h      h    Ratio    mm/h   mm    Index    m      "
          " %       "
          "%       %     Kg/m^2  Kg/m^2  na    na      na     m       kg/m\n"),
      inputs_(inputs),
      slope_(erodible_slope(inputs.slope, inputs.soil, inputs.cover)) {}

void ElementReport::add(const Day& day) {
    constexpr double ms_to_mmh = 3.6e6;
    const auto runoff = day.runoff.value_or(EventRunoff{});
    const EventErosion none;
    const auto& erosion = day.erosion ? *day.erosion : none;
    const auto& date = day.weather.date;
    const auto& cover = inputs_.cover;
    append(text_,
        "{:3} {:2} {:2} {:4} {:8.3f} {:8.3f} {:7.3f} {:7.3f} {:7.3f} {:5.3f} {:7.3f} {:7.3f} {:7.3f} {:6.3f} "
        "{:8.3f} "
        "{:7.3f} {:7.3f} {:8.3f} {:6.3f} {:6.3f} {:6.3f} {:6.3f} {:6.3f} {:8.3f}\n",
        1, date.day, date.month, date.year - inputs_.climate.first_year + 1, day.water.precipitation_mm,
        day.water.runoff_mm, runoff.rain_intensity_ms * ms_to_mmh, runoff.peak_ms * ms_to_mmh,
        runoff.effective_s / 3600, enrichment_ratio(slope_.particles, erosion.delivered_by_class_kgm),
        day.water.effective_conductivity_mmh, day.state.profile().water_mm(), 0.0, 0.0, 100 * cover.canopy,
        100 * cover.interrill, 100 * cover.rill, 0.0, 0.0, day.erodibility.interrill, day.erodibility.rill,
        slope_.critical_shear * day.erodibility.critical_shear, rill_width(inputs_, day.runoff),
        erosion.delivered_kgm);
}

PassReport::PassReport(const Inputs& inputs, const std::string& climate_name)
    : area_m2_(inputs.slope.length_m * inputs.slope.width_m), width_m_(inputs.slope.width_m) {
    const auto slope = erodible_slope(inputs.slope, inputs.soil, inputs.cover);
    text_ = model::pass_heading({.climate_name = climate_name,
        .years = inputs.years,
        .first_year = inputs.climate.first_year,
        .area_m2 = area_m2_,
        .diameter_m = slope.particles.diameter_m,
        .events = {}});
}

void PassReport::add(const Day& day) {
    const int year = day.weather.date.year;
    const int day_of_year = model::day_of_year(day.weather.date);
    if (!day.runoff) {
        text_ += model::pass_dry_day(year, day_of_year);
        return;
    }
    model::PassEvent event{.year = year, .day = day_of_year};
    event.duration_s = day.runoff->duration_s;
    event.concentration_time_h = day.runoff->concentration_s / 3600;
    event.alpha = std::min(1.0, day.runoff->concentration_s / day.runoff->effective_s);
    event.runoff_m = day.water.runoff_mm / 1000;
    event.runoff_m3 = event.runoff_m * area_m2_;
    event.peak_m3s = day.runoff->peak_ms * area_m2_;
    event.detached_kg = (day.erosion->interrill_kgm + day.erosion->detached_kgm) * width_m_;
    event.deposited_kg = day.erosion->deposited_kgm * width_m_;
    const double delivered = model::sum(day.erosion->delivered_by_class_kgm);
    for (std::size_t k = 0; k < model::particle_classes && delivered > 0; ++k) {
        const double mass = day.erosion->delivered_by_class_kgm[k];
        event.concentration[k] = mass * width_m_ / event.runoff_m3;
        event.flow_fraction[k] = mass / delivered;
    }
    text_ += model::pass_event(event);
}

} // namespace freshet::hillslope
