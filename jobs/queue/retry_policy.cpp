#include "jobs/queue/retry_policy.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace freshet::jobs {
namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr double longest_interval = 3'153'600'000.0; // a hundred years

int count_in(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::max(0, value) : 0;
}

} // namespace

Retries to_retries(std::string_view left, std::string_view intervals, std::string_view done) {
    Retries retries{count_in(left), count_in(done), {}};
    if (intervals.empty()) return retries;
    json::error_code error;
    const auto list = json::parse(intervals, error);
    if (error || !list.is_array()) return retries;
    for (const auto& one : list.get_array()) {
        const double number = one.to_number<double>(error);
        if (error) return {retries.left, retries.done, {}};
        retries.intervals.emplace_back(static_cast<std::int64_t>(std::clamp(number, 0.0, longest_interval)));
    }
    return retries;
}

std::optional<seconds> retry_delay(const Retries& retries, const Backoff& backoff, double jitter) {
    if (retries.left <= 0) return std::nullopt;
    const auto left = static_cast<std::size_t>(retries.left);
    const auto& intervals = retries.intervals;
    if (!intervals.empty()) return intervals[intervals.size() > left ? intervals.size() - left : 0];

    const double doubled = static_cast<double>(backoff.first.count()) * std::exp2(retries.done);
    const double delay = std::min(doubled, static_cast<double>(backoff.longest.count())) * jitter;
    return seconds(static_cast<std::int64_t>(std::ceil(delay)));
}

} // namespace freshet::jobs
