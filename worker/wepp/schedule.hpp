#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace freshet::worker::wepp {

/// Hillslopes a chunk, first chunk first, for `hillslopes` in all on `slots` slots (0 counts as 1). Guided
/// self-scheduling, Polychronopoulos and Kuck (1987), with half its share: each chunk takes ceil(left / (2
/// slots)). So the first ones are large and cost little, the last ones hold one hillslope each and let all
/// slots end together. Sizes never grow; about 2 slots ln(hillslopes / (2 slots)) + 2 slots chunks.
std::vector<std::size_t> chunk_sizes(std::size_t hillslopes, std::size_t slots);

/// What a watershed run may take: 0.05 s a year and hillslope, rounded up to hours, at least 12 h.
std::chrono::hours watershed_time_limit(std::size_t years, std::size_t hillslopes);

/// What a chunk may take when every hillslope runs into `limit_each` again and again; at least 12 h.
std::chrono::seconds chunk_time_limit(std::size_t hillslopes, std::chrono::milliseconds limit_each);

/// Attempts after a time-out.
inline constexpr int most_retries = 3;
/// The pause before attempt `retry` (1 is the first retry): half a second, doubled each time.
std::chrono::milliseconds pause_before(int retry);

} // namespace freshet::worker::wepp
