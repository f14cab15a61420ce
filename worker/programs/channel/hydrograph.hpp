#pragma once

#include <cstddef>
#include <vector>

namespace freshet::channel {

/// Length of a routing step in s.
constexpr double step_s = 300;

/// Water that passes a point in an event, m3 in each step from the event's start.
class Hydrograph {
public:
    /// Adds an event: a triangle with the given volume and peak that rises for 3/8 of its base (the shape of
    /// the SCS unit hydrograph, NRCS National Engineering Handbook part 630, chapter 16). A base above a day,
    /// or no peak, gives a constant flow over a day. Volumes are exact: each step holds the integral over its
    /// time.
    void add_event(double volume_m3, double peak_m3s);
    /// Adds a volume as constant flow over a day.
    void add_uniform(double volume_m3);
    void add(const Hydrograph& other);
    void set(std::size_t step, double volume_m3);

    std::size_t steps() const noexcept { return volumes_.size(); }
    /// 0 past the end.
    double at(std::size_t step) const { return step < volumes_.size() ? volumes_[step] : 0; }
    double volume_m3() const;
    /// The largest mean flow of a step, m3/s.
    double peak_m3s() const;
    /// When that step ends, s; 0 without water.
    double peak_time_s() const;

private:
    std::vector<double> volumes_;
};

} // namespace freshet::channel
