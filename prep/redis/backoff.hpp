#pragma once

#include <chrono>

namespace freshet::prep::redis {

/// How long to wait before the attempt that follows `failures` failed ones (1 = the first repetition):
/// exponential backoff with full jitter, uniform in [0, min(limit, first * 2^(failures - 1))]. `random` is
/// uniform in [0, 1]. Full jitter keeps many workers whose Redis came back from connecting in step. Source:
/// M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
std::chrono::milliseconds backoff_delay(unsigned failures, std::chrono::milliseconds first,
    std::chrono::milliseconds limit, double random) noexcept;

} // namespace freshet::prep::redis
