#include "worker/programs/climate/random.hpp"

#include <bit>
#include <cmath>
#include <numbers>

namespace freshet::climate {

namespace {

std::uint64_t splitmix64(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15;
    auto mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
}

} // namespace

Stream::Stream(std::uint64_t seed, Variable variable) {
    auto mix = seed;
    mix = splitmix64(mix) ^ static_cast<std::uint64_t>(variable);
    for (auto& word : state_)
        word = splitmix64(mix);
}

std::uint64_t Stream::next() {
    const auto result = std::rotl(state_[1] * 5, 7) * 9;
    const auto shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

double Stream::uniform() {
    return (static_cast<double>(next() >> 12) + 0.5) * 0x1p-52;
}

double Stream::normal() {
    if (spare_) {
        const auto value = *spare_;
        spare_.reset();
        return value;
    }
    double x = 0;
    double y = 0;
    double radius2 = 0;
    do {
        x = 2 * uniform() - 1;
        y = 2 * uniform() - 1;
        radius2 = x * x + y * y;
    } while (radius2 >= 1 || radius2 == 0);
    const auto stretch = std::sqrt(-2 * exact_log(radius2) / radius2);
    spare_ = y * stretch;
    return x * stretch;
}

double exact_log(double x) {
    int exponent = 0;
    auto mantissa = std::frexp(x, &exponent);
    if (mantissa < 1 / std::numbers::sqrt2) {
        mantissa *= 2;
        --exponent;
    }
    // ln m = 2 artanh s: |s| < 0.172, so the series is done after s^21.
    const auto s = (mantissa - 1) / (mantissa + 1);
    const auto s2 = s * s;
    double sum = 0;
    for (int k = 21; k >= 1; k -= 2)
        sum = sum * s2 + 1.0 / k;
    return exponent * std::numbers::ln2 + 2 * s * sum;
}

double exact_exp(double x) {
    const auto halvings = std::floor(x / std::numbers::ln2 + 0.5);
    const auto rest = x - halvings * std::numbers::ln2;
    double sum = 1;
    for (int k = 16; k >= 1; --k)
        sum = 1 + sum * rest / k;
    return std::ldexp(sum, static_cast<int>(halvings));
}

} // namespace freshet::climate
