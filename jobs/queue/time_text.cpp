#include "jobs/queue/time_text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace freshet::jobs {
namespace {

using namespace std::chrono;

// The number in text[at, at + digits), which must be digits only.
std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
    int value = 0;
    const char* first = text.data() + at;
    const auto [end, error] = std::from_chars(first, first + digits, value);
    if (error != std::errc{} || end != first + digits || value < 0 || *first == '-') return std::nullopt;
    return value;
}

bool has_the_shape(std::string_view text) {
    if (text.size() != 20 && text.size() != 27) return false;
    return text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':' &&
           text.back() == 'Z' && (text.size() == 20 || text[19] == '.');
}

} // namespace

Moment now() {
    return floor<microseconds>(system_clock::now());
}

std::string to_rq_text(Moment moment) {
    const auto day = floor<days>(moment);
    const year_month_day date(day);
    const hh_mm_ss time(moment - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
        time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::optional<Moment> from_rq_text(std::string_view text) {
    if (!has_the_shape(text)) return std::nullopt;
    const auto years = number_at(text, 0, 4), months = number_at(text, 5, 2), days_ = number_at(text, 8, 2);
    const auto hour = number_at(text, 11, 2), minute = number_at(text, 14, 2),
               second = number_at(text, 17, 2);
    const auto fraction = text.size() == 27 ? number_at(text, 20, 6) : std::optional(0);
    if (!years || !months || !days_ || !hour || !minute || !second || !fraction) return std::nullopt;
    const year_month_day date(
        year(*years), month(static_cast<unsigned>(*months)), day(static_cast<unsigned>(*days_)));
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) + microseconds(*fraction);
}

} // namespace freshet::jobs
