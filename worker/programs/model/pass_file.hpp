#pragma once

#include "rules/error.hpp"
#include "worker/programs/model/particles.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace freshet::model {

/// One day of a hillslope pass file on which water left the slope.
struct PassEvent {
    int year = 0; ///< of the climate file
    int day = 0;  ///< of the year, 1..366
    double duration_s = 0;
    double concentration_time_h = 0;
    double alpha = 0; ///< runoff in the time of concentration over the day's runoff
    double runoff_m = 0;
    double runoff_m3 = 0;
    double subsurface_m = 0;
    double subsurface_m3 = 0;
    double drainage_m = 0;
    double drainage_m3 = 0;
    double peak_m3s = 0;
    double detached_kg = 0;
    double deposited_kg = 0;
    PerClass concentration{}; ///< kg of each class over m3 of runoff
    PerClass flow_fraction{}; ///< of the sediment that leaves
};

/// What a hillslope hands to the channels: WEPP's pass file (H<id>.pass.dat).
struct PassFile {
    std::string climate_name;
    int years = 0;
    int first_year = 1;
    double area_m2 = 0;
    PerClass diameter_m{};
    std::vector<PassEvent> events{}; ///< in the order of time; days without one have no entry
};

/// The four lines of the heading.
std::string pass_heading(const PassFile& pass);
/// An EVENT record, two lines.
std::string pass_event(const PassEvent& event);
/// A NO EVENT record, one line.
std::string pass_dry_day(int year, int day);

/// Reads a pass file; SUBEVENT records become events with subsurface flow only.
/// Errors: not_found, bad_input.
Result<PassFile> read_pass_file(const std::filesystem::path& path);

} // namespace freshet::model
