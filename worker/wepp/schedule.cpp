#include "worker/wepp/schedule.hpp"

#include <algorithm>

namespace freshet::worker::wepp {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::hours least_allowance{12};
constexpr std::chrono::milliseconds a_year_and_hillslope{50};

} // namespace

std::vector<std::size_t> chunk_sizes(std::size_t hillslopes, std::size_t slots) {
    const std::size_t shares = 2 * std::max<std::size_t>(slots, 1);
    std::vector<std::size_t> sizes;
    for (std::size_t left = hillslopes; left > 0; left -= sizes.back())
        sizes.push_back((left + shares - 1) / shares);
    return sizes;
}

std::chrono::hours watershed_time_limit(std::size_t years, std::size_t hillslopes) {
    const auto needed = a_year_and_hillslope * static_cast<std::int64_t>(years * hillslopes);
    return std::max(least_allowance, std::chrono::ceil<std::chrono::hours>(needed));
}

std::chrono::seconds chunk_time_limit(std::size_t hillslopes, std::chrono::milliseconds limit_each) {
    auto worst = limit_each * (most_retries + 1);
    for (int retry = 1; retry <= most_retries; ++retry)
        worst += pause_before(retry);
    const auto all = std::chrono::ceil<std::chrono::seconds>(worst * static_cast<std::int64_t>(hillslopes));
    return std::max(std::chrono::seconds(least_allowance), all);
}

std::chrono::milliseconds pause_before(int retry) {
    return 500ms * (1 << (retry - 1));
}

} // namespace freshet::worker::wepp
