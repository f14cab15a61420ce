#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace freshet::jobs {

using Moment = std::chrono::sys_time<std::chrono::microseconds>;

/// Now, by this machine's clock.
Moment now();

/// `2026-01-31T12:00:00.000000Z`: UTC, always six fraction digits, as RQ writes it.
std::string to_rq_text(Moment moment);

/// The reverse; also reads a text without fraction, as older RQ wrote it. Nothing for '' or any other text.
std::optional<Moment> from_rq_text(std::string_view text);

/// From -1 to a hundred years: what somebody has written into a job's hash must not overflow a clock.
constexpr std::chrono::seconds bounded(std::chrono::seconds value) {
    constexpr std::chrono::seconds longest{3'153'600'000};
    return std::clamp(value, std::chrono::seconds(-1), longest);
}

} // namespace freshet::jobs
