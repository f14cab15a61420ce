#include "worker/programs/climate/skewed.hpp"

#include "worker/programs/climate/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace freshet::climate {

namespace {

constexpr int point_count = 240;
constexpr double widest_z = 6;
constexpr double most_widening = 2;
using Points = std::array<double, point_count>;

struct Quadrature {
    Points z;
    Points weight;
};

const Quadrature& normal_quadrature() {
    static const auto points = [] {
        Quadrature q;
        double total = 0;
        for (std::size_t i = 0; i < point_count; ++i) {
            q.z[i] = -widest_z + (static_cast<double>(i) + 0.5) * (2 * widest_z / point_count);
            q.weight[i] = exact_exp(-0.5 * q.z[i] * q.z[i]);
            total += q.weight[i];
        }
        for (auto& weight : q.weight)
            weight /= total;
        return q;
    }();
    return points;
}

Points deviates(double skew) {
    Points k;
    std::ranges::transform(
        normal_quadrature().z, k.begin(), [&](double z) { return pearson_deviate(z, skew); });
    return k;
}

Moments clamped_moments(const Points& k, double location, double scale, Bounds bounds) {
    const auto& weight = normal_quadrature().weight;
    double sum = 0;
    double sum2 = 0;
    for (std::size_t i = 0; i < point_count; ++i) {
        const auto value = std::clamp(location + scale * k[i], bounds.low, bounds.high);
        sum += weight[i] * value;
        sum2 += weight[i] * value * value;
    }
    return {.mean = sum, .sd = std::sqrt(std::max(0.0, sum2 - sum * sum))};
}

/// The clamped mean grows with the location: bisection cannot fail.
double location_for_mean(double mean, const Points& k, double scale, Bounds bounds) {
    const auto reach = scale * std::max(std::abs(k.front()), std::abs(k.back()));
    auto below = mean - reach;
    auto above = mean + reach;
    for (int i = 0; i < 45; ++i) {
        const auto middle = 0.5 * (below + above);
        (clamped_moments(k, middle, scale, bounds).mean < mean ? below : above) = middle;
    }
    return 0.5 * (below + above);
}

} // namespace

double pearson_deviate(double z, double skew) {
    const auto g = std::clamp(skew, -4.5, 4.5);
    if (std::abs(g) < 0.001) return z;
    const auto root = (z - g / 6) * (g / 6) + 1;
    return 2 / g * (root * root * root - 1);
}

ClampedSkewed::ClampedSkewed(Moments wanted, Bounds bounds)
    : scale_(wanted.sd), location_(wanted.mean), skew_(wanted.skew), bounds_(bounds) {
    if (wanted.sd <= 0 || wanted.mean <= bounds.low || wanted.mean >= bounds.high) {
        scale_ = 0;
        return;
    }
    const auto k = deviates(wanted.skew);
    for (int round = 0; round < 12; ++round) {
        location_ = location_for_mean(wanted.mean, k, scale_, bounds);
        const auto sd = clamped_moments(k, location_, scale_, bounds).sd;
        const auto better = std::min(scale_ * wanted.sd / sd, most_widening * wanted.sd);
        if (std::abs(better - scale_) < 1e-4 * wanted.sd) return;
        scale_ = better;
    }
    location_ = location_for_mean(wanted.mean, k, scale_, bounds);
}

double ClampedSkewed::at(double z) const {
    return std::clamp(location_ + scale_ * pearson_deviate(z, skew_), bounds_.low, bounds_.high);
}

} // namespace freshet::climate
