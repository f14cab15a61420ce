#include "worker/programs/climate/wind.hpp"

#include <algorithm>

namespace freshet::climate {

namespace {

constexpr double sector_degrees = 360.0 / wind_directions;
constexpr double least_speed = 0.1;

} // namespace

WindModel::WindModel(const Station& station, std::uint64_t seed)
    : direction_(seed, Variable::wind_direction), speed_(seed, Variable::wind_speed) {
    for (std::size_t month = 0; month < months_.size(); ++month) {
        auto& wind = months_[month];
        double sum = 0;
        for (std::size_t direction = 0; direction < wind_directions; ++direction) {
            const auto& sector = station.wind[direction];
            wind.cumulative[direction] = sum += sector.percent[month];
            wind.speed[direction] = ClampedSkewed(
                {.mean = sector.mean[month], .sd = sector.sd[month], .skew = sector.skew[month]},
                {.low = least_speed});
        }
        wind.cumulative.back() = sum + station.calm[month];
    }
}

Wind WindModel::draw(int month) {
    const auto& wind = months_[static_cast<std::size_t>(month)];
    const auto z = speed_.normal();
    const auto place = direction_.uniform() * wind.cumulative.back();
    const auto offset = direction_.uniform() - 0.5;
    const auto chosen = std::ranges::upper_bound(wind.cumulative, place) - wind.cumulative.begin();
    const auto direction = static_cast<std::size_t>(chosen);
    if (direction >= wind_directions) return {};
    const auto degrees = (static_cast<double>(direction) + offset) * sector_degrees;
    return {.speed = wind.speed[direction].at(z), .direction = degrees < 0 ? degrees + 360 : degrees};
}

} // namespace freshet::climate
