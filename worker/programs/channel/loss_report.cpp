#include "worker/programs/channel/loss_report.hpp"

#include "worker/programs/model/sediment_continuity.hpp"
#include "worker/programs/model/text.hpp"

namespace freshet::channel {

using model::append;

namespace {

void accumulate(ChannelDay& sum, const ChannelDay& day) {
    sum.inflow_m3 += day.inflow_m3;
    sum.subsurface_m3 += day.subsurface_m3;
    sum.outflow_m3 += day.outflow_m3;
    sum.sediment_in_kg += day.sediment_in_kg;
    sum.detached_kg += day.detached_kg;
    sum.deposited_kg += day.deposited_kg;
    for (std::size_t k = 0; k < model::particle_classes; ++k)
        sum.delivered_kg[k] += day.delivered_kg[k];
}

} // namespace

LossReport::LossReport(const Inputs& inputs, const RunFiles& files)
    : inputs_(inputs), files_(files), total_(empty_sums()) {}

LossReport::Sums LossReport::empty_sums() const {
    Sums sums;
    sums.hillslopes.resize(inputs_.hillslopes.size());
    sums.channels.resize(inputs_.reaches.size());
    return sums;
}

void LossReport::add_to(Sums& sums, const Day& day) const {
    if (day.weather.precipitation_mm > 0) ++sums.storms;
    sums.rain_mm += day.weather.precipitation_mm;
    if (day.outlet().outflow_m3 > 0) ++sums.events;
    for (std::size_t i = 0; i < day.channels.size(); ++i)
        accumulate(sums.channels[i], day.channels[i]);
    for (std::size_t i = 0; i < day.hillslopes.size(); ++i) {
        const auto* event = day.hillslopes[i];
        if (event == nullptr) continue;
        auto& hillslope = sums.hillslopes[i];
        hillslope.runoff_m3 += event->runoff_m3;
        hillslope.subsurface_m3 += event->subsurface_m3 + event->drainage_m3;
        hillslope.loss_kg += event->detached_kg;
        hillslope.deposition_kg += event->deposited_kg;
        hillslope.yield_kg += model::sum(event->concentration) * event->runoff_m3;
    }
}

void LossReport::add(const Day& day) {
    const auto year = static_cast<std::size_t>(day.weather.date.year - inputs_.climate.first_year);
    if (years_.size() <= year) years_.push_back(empty_sums());
    add_to(years_[year], day);
    add_to(total_, day);
}

double LossReport::annual_sediment_kg() const {
    return model::sum(total_.channels.back().delivered_kg) / inputs_.years;
}

std::string LossReport::text() const {
    std::string text;
    append(text, " Yearly  average watershed    values;Abbreviated\n\n\n"
                 "          FRESHET BUILT-IN CHANNEL MODEL\n"
                 "          ------------------------------\n"
                 "          a screening model; not the USDA WATER EROSION PREDICTION PROJECT\n\n\n"
                 "     WATERSHED INPUT DATA FILES\n\n");
    append(text,
        "WATERSHED PASS: {}\nWAT. STRUCTURE: {}\n  WAT. CHANNEL: {}\n         SLOPE: {}\n       CLIMATE: "
        "{}\n      {}\n          SOIL: {}\n",
        files_.master_pass, files_.structure, files_.channels, files_.slope, files_.climate,
        inputs_.climate.station, files_.soils);
    for (std::size_t i = 0; i < years_.size(); ++i) {
        append(text,
            "\n\n\n\n                  ANNUAL SUMMARY FOR WATERSHED IN YEAR {:5}\n"
            "                  ------------------------------------------\n\n\n",
            inputs_.climate.first_year + static_cast<int>(i));
        append_tables(text, years_[i], 1, Period::year);
        append_outlet(text, years_[i], 1, Period::year);
        append_particles(text, years_[i]);
    }
    append(text,
        "\n\n\n\n                {:5} YEAR AVERAGE ANNUAL VALUES FOR WATERSHED\n"
        "               ------ ---- ------- ------ ------ --- ---------\n\n\n",
        inputs_.years);
    append_tables(text, total_, inputs_.years, Period::average);
    append_outlet(text, total_, inputs_.years, Period::average);
    append_particles(text, total_);
    return text;
}

void LossReport::append_tables(std::string& text, const Sums& sums, double years, Period period) const {
    const bool average = period == Period::average;
    const std::string area_names[] = {average ? "Hillslope     " : "", average ? "Area          " : "",
        average ? "(ha)          " : "", average ? "----------    " : ""};
    append(text,
        "                 Runoff        Subrunoff     Baseflow      Soil          Sediment      Sediment     "
        " {}Solub. React.  Particulate  Total\n",
        area_names[0]);
    append(text,
        "                 Volume        Volume        Volume        Loss          Deposition    Yield        "
        " {}Phosphorus     Phosphorus   Phosphorus\n",
        area_names[1]);
    append(text,
        "Hillslopes       (m^3)         (m^3)         (m^3)         (kg)          (kg)          (kg)         "
        " {}(kg)           (kg)         (kg)\n",
        area_names[2]);
    append(text,
        "----------       ----------    ----------    ----------    ----------    ----------    ----------   "
        " {}----------    ----------    ----------\n",
        area_names[3]);
    for (std::size_t i = 0; i < sums.hillslopes.size(); ++i) {
        const auto& h = sums.hillslopes[i];
        append(text, "Hill    {:6} {:22.1f}{:22.1f}{:22.1f}{:22.1f}{:22.1f}{:22.1f}", i + 1,
            h.runoff_m3 / years, h.subsurface_m3 / years, 0.0, h.loss_kg / years, h.deposition_kg / years,
            h.yield_kg / years);
        if (average) append(text, "{:22.1f}", inputs_.hillslopes[i].area_m2 / 1e4);
        append(text, "{:22.1f}{:22.1f}{:22.1f}\n", 0.0, 0.0, 0.0);
    }
    const std::string channel_area[] = {average ? "Contributing    " : "", average ? "Area            " : "",
        average ? "(ha)            " : "", average ? "----------    " : ""};
    append(text,
        "\n\n\nChannels         Discharge     Sediment      Soil          Upland        Subsurface Flow    "
        "{}Solub. React.  Particulate  Total\n",
        channel_area[0]);
    append(text,
        "and              Volume        Yield         Loss          Charge        Volume            "
        "{}Phosphorus     Phosphorus   Phosphorus\n",
        channel_area[1]);
    append(text,
        "Impoundments     (m^3)         (tonne)       (kg)          (m^3)         (m^3)            {}(kg)    "
        "       (kg)         (kg)\n",
        channel_area[2]);
    append(text,
        "------------     ----------    ----------    ----------      ----------      ----------      "
        "{}----------      ----------      ----------\n\n",
        channel_area[3]);
    for (std::size_t i = 0; i < sums.channels.size(); ++i) {
        const auto& c = sums.channels[i];
        append(text, "Channel {:6} {:22.1f}{:22.1f}{:22.1f}{:22.1f}{:22.1f}", i + 1, c.outflow_m3 / years,
            model::sum(c.delivered_kg) / 1000 / years, (c.detached_kg - c.deposited_kg) / years,
            c.inflow_m3 / years, c.subsurface_m3 / years);
        if (average) append(text, "{:22.1f}", inputs_.contributing_area_m2[i] / 1e4);
        append(text, "{:22.1f}{:22.1f}{:22.1f}\n", 0.0, 0.0, 0.0);
    }
}

void LossReport::append_outlet(std::string& text, const Sums& sums, double years, Period period) const {
    const auto& outlet = sums.channels.back();
    const double hectares = inputs_.area_m2() / 1e4;
    const double sediment_t = model::sum(outlet.delivered_kg) / 1000 / years;
    double hillslope_loss_t = 0;
    for (const auto& h : sums.hillslopes)
        hillslope_loss_t += (h.loss_kg - h.deposition_kg) / 1000 / years;
    double channel_loss_t = 0;
    double detached_t = 0;
    for (const auto& h : sums.hillslopes)
        detached_t += h.loss_kg / 1000 / years;
    for (const auto& c : sums.channels) {
        channel_loss_t += (c.detached_kg - c.deposited_kg) / 1000 / years;
        detached_t += c.detached_kg / 1000 / years;
    }
    const double ratio = detached_t > 0 ? sediment_t / detached_t : 0;
    const double runoff_mm = outlet.outflow_m3 / inputs_.area_m2() * 1000 / years;
    const double rain_m3 = sums.rain_mm / 1000 * inputs_.area_m2() / years;
    const double water_m3 = outlet.outflow_m3 / years;

    if (period == Period::year) {
        append(text,
            "\n{:4} storms produced {:8.2f} mm. of rainfall\n\n{:4} events produced {:8.2f} mm. of runoff\n"
            "     passing through the watershed outlet\n\n\n"
            "Delivery From Channel Outlet:\n-------- ---- ------- ------\n\n",
            sums.storms, sums.rain_mm, sums.events, runoff_mm);
        append(text, "Total contributing area to outlet               = {:10.2f} ha\n", hectares);
        append(text, "Total precipitation volume in contributing area = {:10.0f} m^3\n", rain_m3);
        append(text, "Total irrigation volume in contributing area    = {:10.0f} m^3\n", 0.0);
        append(text, "Total water discharge from outlet               = {:10.0f} m^3\n", water_m3);
        append(text, "Total hillslope soil loss in contributing area  = {:13.3f} tonnes\n", hillslope_loss_t);
        append(text, "Total channel soil loss                         = {:13.3f} tonnes\n", channel_loss_t);
        append(text, "Total sediment discharge from outlet            = {:13.3f} tonnes\n", sediment_t);
        append(
            text, "Sed. delivery per unit area of watershed        = {:13.3f} T/ha\n", sediment_t / hectares);
        append(text, "Sediment Delivery Ratio for Watershed           = {:10.3f}\n\n\n", ratio);
        return;
    }
    append(text,
        "\n{:4.0f} storms produced {:8.2f} mm. of rainfall on an AVERAGE ANNUAL basis\n\n"
        "{:4.0f} events produced {:8.2f} mm. of runoff\n"
        "     passing through the watershed outlet on an AVERAGE ANNUAL basis\n\n\n"
        " Average Annual Delivery From Channel Outlet:\n ------- ------ -------- ---- ------- ------\n\n",
        sums.storms / years, sums.rain_mm / years, sums.events / years, runoff_mm);
    append(text, "Total contributing area to outlet                   = {:24.2f} ha\n", hectares);
    append(text, "Avg. Ann. Precipitation volume in contributing area = {:24.0f}   m^3/yr\n", rain_m3);
    append(text, "Avg. Ann. irrigation volume in contributing area    = {:24.0f}   m^3/yr\n", 0.0);
    append(text, "Avg. Ann. water discharge from outlet               = {:24.0f}   m^3/yr\n", water_m3);
    append(text, "Avg. Ann. total hillslope soil loss                 = {:24.3f}  tonnes/yr\n",
        hillslope_loss_t);
    append(
        text, "Avg. Ann. total channel soil loss                   = {:24.3f}  tonnes/yr\n", channel_loss_t);
    append(text, "Avg. Ann. sediment discharge from outlet            = {:24.3f}  tonnes/yr\n", sediment_t);
    append(text, "Avg. Ann. Sed. delivery per unit area of watershed  = {:24.3f}  T/ha/yr\n",
        sediment_t / hectares);
    append(text, "Sediment Delivery Ratio for Watershed               = {:24.3f}\n\n\n", ratio);
}

void LossReport::append_particles(std::string& text, const Sums& sums) const {
    const auto& particles = inputs_.beds.back();
    const auto& delivered = sums.channels.back().delivered_kg;
    const double total = model::sum(delivered);
    append(text, "Sediment Particle Information Leaving Channel\n\n"
                 "-----------------------------------------------------------------------\n"
                 "                             Particle Composition              Fraction\n"
                 "Class  Diameter  Specific  ------------------------            In Flow\n"
                 "         (mm)    Gravity   % Sand   % Silt   % Clay   % O.M.   Exiting\n"
                 "-------------------------------------------------------------------------------\n");
    for (std::size_t k = 0; k < model::particle_classes; ++k)
        append(text, "{:3} {:9.3f} {:9.2f} {:9.1f} {:8.1f} {:8.1f} {:8.1f} {:9.3f}\n", k + 1,
            1000 * particles.diameter_m[k], particles.specific_gravity[k], 100 * particles.sand[k],
            100 * particles.silt[k], 100 * particles.clay[k], 100 * particles.organic_matter[k],
            total > 0 ? delivered[k] / total : 0.0);
}

} // namespace freshet::channel
