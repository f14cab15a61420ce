#include "worker/programs/channel/hydrograph.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace freshet::channel {

namespace {

constexpr double day_s = 86400;
constexpr double rising_share = 0.375;

/// Share of a triangle's volume that has passed at a share of its base.
double passed_share(double time) {
    if (time >= 1) return 1;
    if (time <= rising_share) return time * time / rising_share;
    return 1 - (1 - time) * (1 - time) / (1 - rising_share);
}

} // namespace

void Hydrograph::add_event(double volume_m3, double peak_m3s) {
    if (volume_m3 <= 0) return;
    const double base = peak_m3s > 0 ? 2 * volume_m3 / peak_m3s : 2 * day_s;
    if (base > day_s) {
        add_uniform(volume_m3);
        return;
    }
    const auto count = static_cast<std::size_t>(std::ceil(base / step_s));
    if (volumes_.size() < count) volumes_.resize(count);
    double before = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double passed = i + 1 == count ? 1 : passed_share(static_cast<double>(i + 1) * step_s / base);
        volumes_[i] += volume_m3 * (passed - before);
        before = passed;
    }
}

void Hydrograph::add_uniform(double volume_m3) {
    if (volume_m3 <= 0) return;
    constexpr auto count = static_cast<std::size_t>(day_s / step_s);
    if (volumes_.size() < count) volumes_.resize(count);
    for (std::size_t i = 0; i < count; ++i)
        volumes_[i] += volume_m3 / static_cast<double>(count);
}

void Hydrograph::add(const Hydrograph& other) {
    if (volumes_.size() < other.volumes_.size()) volumes_.resize(other.volumes_.size());
    for (std::size_t i = 0; i < other.volumes_.size(); ++i)
        volumes_[i] += other.volumes_[i];
}

void Hydrograph::set(std::size_t step, double volume_m3) {
    if (volumes_.size() <= step) volumes_.resize(step + 1);
    volumes_[step] = volume_m3;
}

double Hydrograph::volume_m3() const {
    return std::accumulate(volumes_.begin(), volumes_.end(), 0.0);
}

double Hydrograph::peak_m3s() const {
    return volumes_.empty() ? 0 : *std::max_element(volumes_.begin(), volumes_.end()) / step_s;
}

double Hydrograph::peak_time_s() const {
    if (volumes_.empty()) return 0;
    return static_cast<double>(std::max_element(volumes_.begin(), volumes_.end()) - volumes_.begin() + 1) *
           step_s;
}

} // namespace freshet::channel
