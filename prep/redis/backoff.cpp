#include "prep/redis/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace freshet::prep::redis {

std::chrono::milliseconds backoff_delay(unsigned failures, std::chrono::milliseconds first,
    std::chrono::milliseconds limit, double random) noexcept {
    if (failures == 0) return std::chrono::milliseconds(0);
    const auto exponent = static_cast<int>(std::min(failures - 1, 62U));
    const auto ceiling = std::min(
        std::ldexp(static_cast<double>(first.count()), exponent), static_cast<double>(limit.count()));
    return std::chrono::milliseconds(std::llround(ceiling * random));
}

} // namespace freshet::prep::redis
