#pragma once

#include <cstdint>
#include <optional>

namespace freshet::climate {

/// What is drawn: each has a stream of its own, so that one variable's draws never shift another's.
enum class Variable : std::uint64_t {
    occurrence = 1,
    amount,
    tmax,
    tmin,
    dew_point,
    radiation,
    wind_direction,
    wind_speed,
    storm_duration,
    storm_intensity,
    time_to_peak,
};

/// A reproducible stream of random numbers: xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom
/// number generators", ACM TOMS 47, 2021) whose state splitmix64 fills from the seed and the variable.
/// Uses only integer arithmetic, + - * / sqrt and the logarithm below, which IEEE 754 defines to the last
/// bit: a seed gives the same numbers on every machine.
class Stream {
public:
    Stream(std::uint64_t seed, Variable variable);

    /// Uniform in the open interval (0, 1), odd multiples of 2^-53.
    double uniform();

    /// Standard normal, by Marsaglia's polar form of the Box-Muller method (SIAM Review 6, 1964).
    double normal();

private:
    std::uint64_t next();

    std::uint64_t state_[4];
    std::optional<double> spare_;
};

/// Natural logarithm of x > 0 and exponential, within a few units in the last place, the same on every
/// machine (the C library's differ in the last bit from one to another).
double exact_log(double x);
double exact_exp(double x);

} // namespace freshet::climate
