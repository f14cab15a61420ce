#pragma once

#include "worker/programs/hillslope/simulation.hpp"

#include <array>
#include <string>

namespace freshet::hillslope {

/// Sums of a run: what the loss report (H<id>.loss.dat) and the profile (H<id>.plot.dat) say.
class LossReport {
public:
    LossReport(const Inputs& inputs, const RunFiles& files);

    void add(const Day& day);

    /// H<id>.loss.dat: annual averages, in the sections and wording of WEPP's abbreviated annual report.
    std::string loss_text() const;
    /// H<id>.plot.dat: distance, elevation, soil loss in kg/m2 a year.
    std::string plot_text() const;

    double annual_precipitation_mm() const { return precipitation_mm_ / inputs_.years; }
    double annual_runoff_mm() const { return (rain_runoff_mm_ + winter_runoff_mm_) / inputs_.years; }
    double annual_delivery_kgm() const { return delivered_kgm_ / inputs_.years; }

private:
    void append_hydrology(std::string& text) const;
    void append_profile(std::string& text) const;
    void append_off_site(std::string& text) const;
    double annual_loss_kgm2(std::size_t segment) const { return loss_kgm2_[segment] / inputs_.years; }
    double distance_m(std::size_t segment) const;

    const Inputs& inputs_;
    const RunFiles& files_;
    model::Particles particles_;
    int storms_ = 0;
    double precipitation_mm_ = 0;
    int rain_events_ = 0;
    double rain_runoff_mm_ = 0;
    int winter_events_ = 0;
    double winter_runoff_mm_ = 0;
    double delivered_kgm_ = 0;
    model::PerClass delivered_by_class_kgm_{};
    std::array<double, segments> loss_kgm2_{};
};

} // namespace freshet::hillslope
