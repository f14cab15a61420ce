#pragma once

#include "worker/programs/climate/par.hpp"
#include "worker/programs/climate/random.hpp"
#include "worker/programs/climate/skewed.hpp"

namespace freshet::climate {

struct Wind {
    double speed = 0;     ///< m/s, 0 on a calm day
    double direction = 0; ///< where it comes from, degrees clockwise from north, 0 .. 360; 0 on a calm day
};

/// A day's wind (Nicks, Lane and Gander 1995, ch. 2): calm or one of 16 directions by the month's shares,
/// the direction evenly within its 22.5 degrees, the speed by Pearson III with that direction's mean, sd and
/// skew, at least 0.1 m/s. Shares that do not add up to 100 % are scaled; a month without any is calm.
class WindModel {
public:
    WindModel(const Station& station, std::uint64_t seed);

    Wind draw(int month);

private:
    struct MonthlyWind {
        std::array<double, wind_directions + 1> cumulative{}; ///< the directions, then calm
        std::array<ClampedSkewed, wind_directions> speed;
    };

    std::array<MonthlyWind, 12> months_;
    Stream direction_;
    Stream speed_;
};

} // namespace freshet::climate
