#pragma once

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

} // namespace freshet::jobs
