#pragma once

#include "worker/programs/channel/simulation.hpp"

#include <string>
#include <vector>

namespace freshet::channel {

/// loss_pw0.txt: a summary for each year, then the average year, in the tables and wording of WEPP's report.
/// Base flow and phosphorus are not simulated: 0.
class LossReport {
public:
    LossReport(const Inputs& inputs, const RunFiles& files);

    void add(const Day& day);
    /// The whole report; call it after the last day.
    std::string text() const;

    double annual_discharge_m3() const { return total_.channels.back().outflow_m3 / inputs_.years; }
    double annual_sediment_kg() const;

private:
    struct HillslopeSums {
        double runoff_m3 = 0;
        double subsurface_m3 = 0;
        double loss_kg = 0;
        double deposition_kg = 0;
        double yield_kg = 0;
    };
    struct Sums {
        std::vector<HillslopeSums> hillslopes;
        std::vector<ChannelDay> channels;
        int storms = 0;
        double rain_mm = 0;
        int events = 0;
    };
    enum class Period { year, average };

    Sums empty_sums() const;
    void add_to(Sums& sums, const Day& day) const;
    void append_tables(std::string& text, const Sums& sums, double years, Period period) const;
    void append_outlet(std::string& text, const Sums& sums, double years, Period period) const;
    void append_particles(std::string& text, const Sums& sums) const;

    const Inputs& inputs_;
    const RunFiles& files_;
    Sums total_;
    std::vector<Sums> years_;
};

} // namespace freshet::channel
