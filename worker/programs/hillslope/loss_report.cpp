#include "worker/programs/hillslope/loss_report.hpp"

#include "worker/programs/hillslope/reports.hpp"
#include "worker/programs/model/sediment_continuity.hpp"
#include "worker/programs/model/text.hpp"

#include <cmath>
#include <vector>

namespace freshet::hillslope {

using model::append;

namespace {

/// A run of neighbouring stretches that all lose or all gain soil.
struct Area {
    std::size_t first;
    std::size_t last;
    double mean = 0;
    double deviation = 0;
    std::size_t most = 0;
    std::size_t least = 0;
};

enum class Of { loss, deposition };

std::vector<Area> areas_of(const std::vector<double>& loss, Of what) {
    const auto belongs = [&](std::size_t i) {
        return what == Of::loss ? loss[i] >= 0 : loss[i] < 0;
    };
    std::vector<Area> areas;
    for (std::size_t i = 0; i < loss.size(); ++i) {
        if (!belongs(i)) continue;
        if (areas.empty() || areas.back().last + 1 != i)
            areas.push_back({.first = i, .last = i, .most = i, .least = i});
        auto& area = areas.back();
        area.last = i;
        if (std::abs(loss[i]) > std::abs(loss[area.most])) area.most = i;
        if (std::abs(loss[i]) < std::abs(loss[area.least])) area.least = i;
    }
    for (auto& area : areas) {
        const auto count = static_cast<double>(area.last - area.first + 1);
        for (auto i = area.first; i <= area.last; ++i)
            area.mean += loss[i] / count;
        for (auto i = area.first; i <= area.last; ++i)
            area.deviation += (loss[i] - area.mean) * (loss[i] - area.mean);
        area.deviation = count > 1 ? std::sqrt(area.deviation / (count - 1)) : 0;
    }
    return areas;
}

} // namespace

LossReport::LossReport(const Inputs& inputs, const RunFiles& files)
    : inputs_(inputs),
      files_(files),
      particles_(erodible_slope(inputs.slope, inputs.soil, inputs.cover).particles) {}

void LossReport::add(const Day& day) {
    precipitation_mm_ += day.water.precipitation_mm;
    if (day.water.precipitation_mm > 0) ++storms_;
    if (!day.runoff) return;
    const bool winter = day.water.melt_mm > 0 || day.water.frozen;
    (winter ? winter_events_ : rain_events_) += 1;
    (winter ? winter_runoff_mm_ : rain_runoff_mm_) += day.water.runoff_mm;
    delivered_kgm_ += day.erosion->delivered_kgm;
    for (std::size_t i = 0; i < segments; ++i)
        loss_kgm2_[i] += day.erosion->loss_kgm2[i];
    for (std::size_t k = 0; k < model::particle_classes; ++k)
        delivered_by_class_kgm_[k] += day.erosion->delivered_by_class_kgm[k];
}

double LossReport::distance_m(std::size_t segment) const {
    return inputs_.slope.length_m * static_cast<double>(segment + 1) / static_cast<double>(segments);
}

std::string LossReport::loss_text() const {
    std::string text;
    append(text, " Annual; abbreviated (Metric Units)\n\n\n"
                 "          FRESHET BUILT-IN HILLSLOPE MODEL\n"
                 "          --------------------------------\n"
                 "          a screening model; not the USDA WATER EROSION PREDICTION PROJECT\n\n\n"
                 "     HILLSLOPE INPUT DATA FILES\n\n");
    append(text,
        "    MANAGEMENT: {}\n         SLOPE: {}\n       CLIMATE: {}\n       {}\n          SOIL: {}\n      "
        "PLANE  1 {} {}\n\n\n",
        files_.management, files_.slope, files_.climate, inputs_.climate.station, files_.soils,
        inputs_.soil.name, inputs_.soil.texture);
    append_hydrology(text);
    append_profile(text);
    append_off_site(text);
    return text;
}

void LossReport::append_hydrology(std::string& text) const {
    const double years = inputs_.years;
    append(text,
        "     ANNUAL AVERAGE SUMMARIES\n     ------------------------\n\n\n"
        "I.   RAINFALL AND RUNOFF SUMMARY\n     -------- --- ------ -------\n\n"
        "      total summary:  years    1 - {:4}\n\n",
        inputs_.years);
    append(text, "     {:5} storms produced                       {:9.2f} mm of precipitation\n", storms_,
        precipitation_mm_);
    append(text, "     {:5} rain storm runoff events produced     {:9.2f} mm of runoff\n", rain_events_,
        rain_runoff_mm_);
    append(text,
        "     {:5} snow melts and/or\n             events during winter produced       {:9.2f} mm of "
        "runoff\n\n",
        winter_events_, winter_runoff_mm_);
    append(text, "      annual averages\n      ---------------\n\n");
    append(text, "        Number of years                                 {:4}\n", inputs_.years);
    append(text, "        Mean annual precipitation                  {:9.2f}    mm\n",
        precipitation_mm_ / years);
    append(
        text, "        Mean annual runoff from rainfall           {:9.2f}    mm\n", rain_runoff_mm_ / years);
    append(text,
        "        Mean annual runoff from snow melt\n          and/or rain storm during winter          "
        "{:9.2f}    mm\n\n\n\n",
        winter_runoff_mm_ / years);
}

void LossReport::append_profile(std::string& text) const {
    std::vector<double> loss;
    for (std::size_t i = 0; i < segments; ++i)
        loss.push_back(annual_loss_kgm2(i));
    const auto start_m = [&](std::size_t i) {
        return i == 0 ? 0.0 : distance_m(i - 1);
    };
    const auto table = [&](const std::vector<Area>& areas) {
        append(text, "      Area of    Soil Loss   Soil Loss   MAX   MAX Loss   MIN   MIN Loss\n"
                     "      Net Loss      MEAN      STDEV      Loss    Point    Loss   Point\n"
                     "        (m)       (kg/m2)     (kg/m2)  (kg/m2)    (m)    (kg/m2)  (m)\n"
                     "------------------------------------------------------------------------\n");
        for (const auto& area : areas)
            append(text, "{:7.2f}-{:7.2f}  {:8.3f}  {:8.3f}   {:8.3f} {:7.2f}  {:8.3f}  {:7.2f}\n",
                start_m(area.first), distance_m(area.last), area.mean, area.deviation, loss[area.most],
                distance_m(area.most), loss[area.least], distance_m(area.least));
        append(text, "\n\n");
    };
    append(text, "II.  ON SITE EFFECTS  ON SITE EFFECTS  ON SITE EFFECTS\n"
                 "     ---------------  ---------------  ---------------\n\n\n"
                 "  A.  AREA OF NET SOIL LOSS\n\n");
    const auto losses = areas_of(loss, Of::loss);
    double mass = 0;
    std::size_t stretches = 0;
    std::size_t most = 0;
    for (const auto& area : losses) {
        const auto count = area.last - area.first + 1;
        mass += area.mean * static_cast<double>(count);
        stretches += count;
        if (loss[area.most] > loss[most]) most = area.most;
    }
    append(text, "      ** Soil Loss (Avg. of Net Detachment Areas) = {:8.3f} kg/m2 **\n",
        stretches > 0 ? mass / static_cast<double>(stretches) : 0.0);
    append(text, "      ** Maximum Soil Loss  = {:8.3f} kg/m2 at {:7.2f} meters **\n\n\n", loss[most],
        distance_m(most));
    table(losses);
    if (const auto deposits = areas_of(loss, Of::deposition); !deposits.empty()) {
        append(text, "  B.  AREA OF SOIL DEPOSITION\n\n");
        table(deposits);
    }

    append(text, "  C.  SOIL LOSS/DEPOSITION ALONG SLOPE PROFILE\n\n"
                 "          Profile distances are from top to bottom of hillslope\n\n\n"
                 " distance soil  flow    distance   soil  flow    distance   soil  flow\n"
                 "    (m)   loss  elem       (m)     loss  elem       (m)     loss  elem\n"
                 "         (kg/m2)                  (kg/m2)                  (kg/m2)\n"
                 "------------------------------------------------------------------------\n\n");
    constexpr std::size_t rows = (segments + 2) / 3;
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t i = row; i < segments; i += rows)
            append(text, "{:7.2f}  {:8.3f}  1    ", distance_m(i), loss[i]);
        text += '\n';
    }
    append(text, "\nnote:  (+) soil loss - detachment     (-) soil loss - deposition\n\n\n\n");
}

void LossReport::append_off_site(std::string& text) const {
    const double width = inputs_.slope.width_m;
    const double hectares = inputs_.slope.length_m * width / 1e4;
    const double annual = annual_delivery_kgm();
    append(text, "III. OFF SITE EFFECTS  OFF SITE EFFECTS  OFF SITE EFFECTS\n"
                 "     ----------------  ----------------  ----------------\n\n"
                 "     A.  AVERAGE ANNUAL SEDIMENT LEAVING PROFILE\n");
    append(text, "        {:10.3f}   kg/m of width\n", annual);
    append(text, "        {:10.3f}   kg (based on profile width of {:10.3f}   m)\n", annual * width, width);
    append(text, "        {:10.3f}   t/ha (assuming contributions from {:9.3f}   ha)\n\n\n",
        annual * width / 1000 / hectares, hectares);

    append(text, "     B.  SEDIMENT CHARACTERISTICS AND ENRICHMENT\n\n"
                 "     Sediment particle information leaving profile\n"
                 "-------------------------------------------------------------------------------\n"
                 "                                 Particle Composition         Detached Fraction\n"
                 "Class  Diameter  Specific  ---------------------------------  Sediment  In Flow\n"
                 "         (mm)    Gravity   % Sand   % Silt   % Clay   % O.M.  Fraction  Exiting\n"
                 "-------------------------------------------------------------------------------\n");
    for (std::size_t k = 0; k < model::particle_classes; ++k)
        append(text, "{:3} {:9.3f} {:9.2f} {:9.1f} {:8.1f} {:8.1f} {:8.1f} {:9.3f} {:8.3f}\n", k + 1,
            1000 * particles_.diameter_m[k], particles_.specific_gravity[k], 100 * particles_.sand[k],
            100 * particles_.silt[k], 100 * particles_.clay[k], 100 * particles_.organic_matter[k],
            particles_.fraction[k], delivered_kgm_ > 0 ? delivered_by_class_kgm_[k] / delivered_kgm_ : 0.0);
    append(text,
        "-------------------------------------------------------------------------------\n\n\n"
        "     Average annual SSA enrichment ratio leaving profile = {:6.2f}\n",
        enrichment_ratio(particles_, delivered_by_class_kgm_));
}

std::string LossReport::plot_text() const {
    std::string text = " Dist. Downslope Elevation Soil Loss\n\n   (meters)   (meters)  (kg/m**2)\n\n";
    const double dx = inputs_.slope.length_m / static_cast<double>(segments);
    std::array<double, segments> elevation{};
    double height = 0;
    for (std::size_t i = segments; i-- > 0;) {
        elevation[i] = height;
        height += dx * inputs_.slope.slope_at((static_cast<double>(i) + 0.5) / static_cast<double>(segments));
    }
    for (std::size_t i = 0; i < segments; ++i)
        append(text, "{:11.3f}{:11.3f}{:11.3f}\n", distance_m(i), elevation[i], annual_loss_kgm2(i));
    return text;
}

} // namespace freshet::hillslope
