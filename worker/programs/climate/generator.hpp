#pragma once

#include "worker/programs/climate/cli.hpp"
#include "worker/programs/climate/climatology.hpp"
#include "worker/programs/climate/storm.hpp"
#include "worker/programs/climate/wind.hpp"

#include <optional>

namespace freshet::climate {

/// What was measured on a day. What is missing is generated.
struct Observation {
    std::optional<double> precipitation{}; ///< mm
    std::optional<double> tmax{};          ///< deg C
    std::optional<double> tmin{};          ///< deg C, at most tmax
};

/// Generates days one after the other from a station's statistics. The same station, interpolation, seed and
/// sequence of calls give the same days to the last bit.
///
/// Every day draws from every stream of occurrence, amount, temperature, radiation and wind, be it wet or
/// dry, measured or not, so that a change in one variable leaves the others as they were.
class Generator {
public:
    struct Options {
        Interpolation interpolation = Interpolation::none;
        std::uint64_t seed = 0;
    };

    Generator(const Station& station, Options options);

    /// The day `date`, which follows the day of the call before: the wet or dry state of that day (measured
    /// or generated) is what today's probability depends on. Before the first call it is drawn from the
    /// long-run share.
    CliDay next(Date date, const Observation& observed = {});

private:
    struct Temperatures {
        double tmax;
        double tmin;
        double dew_point;
    };

    double draw_precipitation(const DayClimate& climate);
    Temperatures draw_temperatures(const DayClimate& climate, const Observation& observed);

    std::vector<DayClimate> climate_;
    StormModel storms_;
    WindModel winds_;
    std::optional<bool> yesterday_wet_;
    Stream occurrence_;
    Stream amount_;
    Stream tmax_;
    Stream tmin_;
    Stream dew_point_;
    Stream radiation_;
};

} // namespace freshet::climate
