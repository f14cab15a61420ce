#include "worker/programs/climate/interpolation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace freshet::climate {

namespace {

constexpr double months_per_slot = static_cast<double>(months_in_year) / slots_in_year;

Daily steps(const Monthly& monthly) {
    Daily daily;
    for (int month = 0; month < months_in_year; ++month)
        std::fill(daily.begin() + first_slot(month), daily.begin() + end_slot(month),
            monthly[static_cast<std::size_t>(month)]);
    return daily;
}

double middle_of(int month) {
    return 0.5 * (first_slot(month) + end_slot(month));
}

Daily lines(const Monthly& monthly) {
    Daily daily;
    for (int month = 0; month < months_in_year; ++month) {
        const auto next = static_cast<std::size_t>((month + 1) % months_in_year);
        const auto from = middle_of(month);
        const auto to = next == 0 ? slots_in_year + middle_of(0) : middle_of(static_cast<int>(next));
        for (int slot = static_cast<int>(std::ceil(from - 0.5)); slot + 0.5 < to; ++slot) {
            const auto share = (slot + 0.5 - from) / (to - from);
            daily[static_cast<std::size_t>(slot % slots_in_year)] =
                (1 - share) * monthly[static_cast<std::size_t>(month)] + share * monthly[next];
        }
    }
    return daily;
}

/// Months are taken as equally long: value m stands at the phase (m + 1/2) / 12 of the year.
Daily wave(const Monthly& monthly) {
    Daily daily;
    for (std::size_t slot = 0; slot < daily.size(); ++slot) {
        double sum = 0;
        for (std::size_t month = 0; month < monthly.size(); ++month) {
            const auto months_away =
                (static_cast<double>(slot) + 0.5) * months_per_slot - (static_cast<double>(month) + 0.5);
            const auto angle = 2 * std::numbers::pi * months_away / months_in_year;
            double kernel = 1 + std::cos(6 * angle);
            for (int harmonic = 1; harmonic < 6; ++harmonic)
                kernel += 2 * std::cos(harmonic * angle);
            sum += monthly[month] * kernel / months_in_year;
        }
        daily[slot] = sum;
    }
    return daily;
}

Daily smooth_keeping_means(const Monthly& monthly, double least, double most) {
    auto daily = steps(monthly);
    for (int round = 0; round < slots_in_year; ++round) {
        const auto before = daily;
        for (std::size_t slot = 0; slot < daily.size(); ++slot)
            daily[slot] = (before[(slot + daily.size() - 1) % daily.size()] + before[slot] +
                              before[(slot + 1) % daily.size()]) /
                          3;
        for (int month = 0; month < months_in_year; ++month) {
            const auto first = daily.begin() + first_slot(month);
            const auto end = daily.begin() + end_slot(month);
            const auto mean = std::accumulate(first, end, 0.0) / static_cast<double>(end - first);
            const auto shift = monthly[static_cast<std::size_t>(month)] - mean;
            std::for_each(first, end, [&](double& value) { value = std::clamp(value + shift, least, most); });
        }
    }
    return daily;
}

Daily unbounded(const Monthly& monthly, Interpolation kind, double least, double most) {
    switch (kind) {
    case Interpolation::none:
        return steps(monthly);
    case Interpolation::linear:
        return lines(monthly);
    case Interpolation::fourier:
        return wave(monthly);
    case Interpolation::mean_preserving:
        return smooth_keeping_means(monthly, least, most);
    }
    return steps(monthly);
}

} // namespace

Daily interpolate(const Monthly& monthly, Interpolation kind, double least, double most) {
    auto daily = unbounded(monthly, kind, least, most);
    // Rounded: the last bit of the maths library's cosine differs between machines and must not show.
    for (auto& value : daily)
        value = std::clamp(std::round(value * 1e6) / 1e6, least, most);
    return daily;
}

} // namespace freshet::climate
