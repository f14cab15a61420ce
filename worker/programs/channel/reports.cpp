#include "worker/programs/channel/reports.hpp"

#include "worker/programs/model/fortran.hpp"
#include "worker/programs/model/sediment_continuity.hpp"
#include "worker/programs/model/text.hpp"

#include <algorithm>

namespace freshet::channel {

using model::append;

namespace {

constexpr double least_listed_m3 = 0.005;

/// One value of each hillslope's event, 75 a line; 0 where there is none.
template <class Value>
void append_row(std::string& text, const Day& day, Value value) {
    constexpr std::size_t per_line = 75;
    for (std::size_t i = 0; i < day.hillslopes.size(); ++i) {
        if (i > 0 && i % per_line == 0) text += '\n';
        text += model::e11(day.hillslopes[i] ? value(*day.hillslopes[i]) : 0.0) + ' ';
    }
    text += '\n';
}

void append_classes(std::string& text, const Day& day, model::PerClass model::PassEvent::*classes) {
    for (const auto* event : day.hillslopes)
        for (std::size_t k = 0; k < model::particle_classes; ++k)
            text += model::e11(event ? (event->*classes)[k] : 0.0) + ' ';
    text += '\n';
}

} // namespace

EventReport::EventReport(const Inputs& inputs)
    : DailyText(
          "\nWATERSHED OUTPUT: DISCHARGE FROM WATERSHED OUTLET\n"
          "(Results listed for Runoff Volume > 0.005m^3)\n\n"
          "Day          Precip.    Runoff      Peak       Sediment    Solub. React.  Particulate  Total    "
          "       Elmt\n"
          "   Month     Depth      Volume      Runoff     Yield       Phosphorus     Phosphorus   "
          "Phosphorus       ID\n"
          "       Year  (mm)       (m^3)       (m^3/s)    (kg)        (kg)           (kg)         (kg)     "
          "         -\n"
          "------------------------------------------------------------------------------------------------"
          "----------"
          "---------\n\n"),
      inputs_(inputs) {}

void EventReport::add(const Day& day) {
    const auto& outlet = day.outlet();
    if (outlet.outflow_m3 <= least_listed_m3) return;
    const auto& date = day.weather.date;
    append(text_, "{:5} {:4} {:5} {:5.1f} {:15.2f} {:15.5f} {:15.2f} {:14.2f} {:15.2f} {:15.2f} {:6}\n",
        date.day, date.month, date.year - inputs_.climate.first_year + 1, day.weather.precipitation_mm,
        outlet.outflow_m3, outlet.peak_m3s, model::sum(outlet.delivered_kg), 0.0, 0.0, 0.0,
        inputs_.hillslopes.size() + inputs_.reaches.size());
}

WaterReport::WaterReport(const Inputs& inputs)
    : DailyText(
          " DAILY WATER BALANCE\n\n"
          " J=julian day, Y=simulation year\n"
          " P= precipitation\n"
          " Q=daily outflow, UpStrmQ=daily inflow from hillslopes and channels, SubRIn=of it subsurface\n"
          " Area=Area that depths apply over (m^2)\n"
          " What is not simulated is 0: RM, Ep, Es, Er, Dp, latqcc, soil water, frozwt, Snow-Water, Tile, "
          "Irr, Surf, "
          "Base\n\n"
          " -------------------------------------------------------------------------------------------------"
          "--------\n"
          "  OFE    J    Y      P      RM     Q                Ep      Es      Er     Dp       UpStrmQ   "
          "SubRIn    "
          "latqcc Total-Soil frozwt Snow-Water QOFE            Tile    Irr       Surf       Base       Area\n"
          "  #      -    -      mm     mm     mm               mm      mm      mm       mm      mm           "
          "mm      "
          "mm   Water(mm)   mm        mm      mm             mm      mm        mm         mm         m^2\n"
          " -------------------------------------------------------------------------------------------------"
          "--------"
          "\n\n"),
      inputs_(inputs) {}

void WaterReport::add(const Day& day) {
    for (std::size_t i = 0; i < day.channels.size(); ++i) {
        const auto& channel = day.channels[i];
        const double area = inputs_.reaches[i].length_m * inputs_.reaches[i].width_m;
        const auto depth = [&](double volume) {
            return 1000 * volume / area;
        };
        append(text_,
            "{:6} {:4} {:4} {:7.2f} {:7.2f}   {} {:7.2f} {:7.2f} {:7.2f} {:7.2f}   {} {:7.2f} {:7.2f} "
            "{:7.2f} {:7.2f} {:7.2f}   "
            "{} {:7.2f} {:7.2f} {:10.2f} {:10.2f} {:10.2f}\n",
            i + 1, model::day_of_year(day.weather.date), day.weather.date.year, day.weather.precipitation_mm,
            0.0, model::e11(depth(channel.outflow_m3)), 0.0, 0.0, 0.0, 0.0,
            model::e11(depth(channel.inflow_m3)), depth(channel.subsurface_m3), 0.0, 0.0, 0.0, 0.0,
            model::e11(depth(channel.outflow_m3)), 0.0, 0.0, 0.0, 0.0, area);
    }
}

MasterPassReport::MasterPassReport(const Inputs& inputs) {
    append(text_, "GENERAL SIMULATION INFORMATION\n\n{:9.3f}   --> VERSION NUMBER\n", 0.0);
    append(text_, "{:6}   --> NUMBER OF UNIQUE HILLSLOPES IN WATERSHED\n", inputs.hillslopes.size());
    append(text_, "{:6}   --> WATERSHED MAXIMUM SIMULATION TIME (YEARS)\n", inputs.years);
    append(text_, "{:6}   --> BEGINNING YEAR OF WATERSHED CLIMATE FILE\n\n", inputs.climate.first_year);
    append(text_,
        "SPECIFIC SIMULATION INFORMATION\n\nHILLSLOPE #      CLIMATE FILE{:39}PARTICLE DIAMETER "
        "(M){:44}AREA\n\n",
        "", "");
    for (std::size_t i = 0; i < inputs.hillslopes.size(); ++i) {
        const auto& hillslope = inputs.hillslopes[i];
        append(text_, "HILLSLOPE {:2}     {:<51}", i + 1, hillslope.climate_name);
        for (const double diameter : hillslope.diameter_m)
            text_ += model::e11(diameter) + ' ';
        append(text_, "     {}\n", model::e10(hillslope.area_m2));
    }
    text_ += "\nBEGIN HILLSLOPE HYDROLOGY AND SEDIMENT INFORMATION\n\n";
}

void MasterPassReport::add(const Day& day) {
    using model::PassEvent;
    const int year = day.weather.date.year;
    const int day_of_year = model::day_of_year(day.weather.date);
    if (!day.wet()) {
        text_ += model::pass_dry_day(year, day_of_year);
        return;
    }
    const bool surface = std::any_of(day.hillslopes.begin(), day.hillslopes.end(),
        [](const PassEvent* event) { return event != nullptr && event->runoff_m3 > 0; });
    append(text_, "{:<8}  {:5} {:5} \n", surface ? "EVENT" : "SUBEVENT", year, day_of_year);
    const auto row = [&](double PassEvent::*member) {
        append_row(text_, day, [member](const PassEvent& event) { return event.*member; });
    };
    if (!surface) {
        row(&PassEvent::subsurface_m);
        row(&PassEvent::subsurface_m3);
        return;
    }
    for (const auto member : {&PassEvent::duration_s, &PassEvent::concentration_time_h, &PassEvent::alpha,
             &PassEvent::runoff_m, &PassEvent::runoff_m3, &PassEvent::subsurface_m, &PassEvent::subsurface_m3,
             &PassEvent::drainage_m, &PassEvent::drainage_m3, &PassEvent::peak_m3s, &PassEvent::detached_kg,
             &PassEvent::deposited_kg})
        row(member);
    append_classes(text_, day, &PassEvent::concentration);
    append_classes(text_, day, &PassEvent::flow_fraction);
}

} // namespace freshet::channel
