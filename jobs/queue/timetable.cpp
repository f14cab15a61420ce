#include "jobs/queue/timetable.hpp"

#include "prep/settings_value.hpp"

#include <boost/algorithm/string/case_conv.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace freshet::jobs {
namespace {

using namespace std::chrono;

constexpr hours longest_interval{24 * 366};
// Between two 29ths of February may lie eight years.
constexpr days longest_wait{8 * 366 + 1};

struct Field {
    const char* name;
    int lowest;
    int highest;
    std::vector<std::string> names; ///< of the values from `lowest` on
};

const std::array<Field, 5> fields{{{"minute", 0, 59, {}}, {"hour", 0, 23, {}}, {"day", 1, 31, {}},
    {"month", 1, 12, {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}},
    {"weekday", 0, 7, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}}};

Result<int> to_value(std::string_view text, const Field& field) {
    const auto named =
        std::find(field.names.begin(), field.names.end(), boost::to_lower_copy(std::string(text)));
    if (named != field.names.end()) return field.lowest + static_cast<int>(named - field.names.begin());
    const auto number = prep::parse_integer(text, {field.lowest, field.highest});
    if (number) return static_cast<int>(*number);
    return Error{Errc::bad_input, fmt::format("{}: {}", field.name, number.error().message)};
}

struct Span {
    int first;
    int last;
};

Result<Span> to_span(std::string_view text, const Field& field, bool has_step) {
    if (text == "*") return Span{field.lowest, field.highest};
    const auto dash = text.find('-');
    const auto first = to_value(text.substr(0, dash), field);
    if (!first) return first.error();
    if (dash == std::string_view::npos) return Span{*first, has_step ? field.highest : *first};
    const auto last = to_value(text.substr(dash + 1), field);
    if (!last) return last.error();
    if (*last < *first)
        return Error{Errc::bad_input,
            fmt::format("{}: expected a range from low to high, found \"{}\"", field.name, text)};
    return Span{*first, *last};
}

template <std::size_t size>
Result<> add_part(std::string_view text, const Field& field, std::bitset<size>& to) {
    const auto slash = text.find('/');
    const bool has_step = slash != std::string_view::npos;
    const auto span = to_span(text.substr(0, slash), field, has_step);
    if (!span) return span.error();
    std::int64_t step = 1;
    if (has_step) {
        const auto given = prep::parse_integer(text.substr(slash + 1), {1, field.highest});
        if (!given)
            return Error{Errc::bad_input, fmt::format("{}: step: {}", field.name, given.error().message)};
        step = *given;
    }
    for (int value = span->first; value <= span->last; value += static_cast<int>(step))
        to.set(static_cast<std::size_t>(value) % size);
    return {};
}

template <std::size_t size>
Result<std::bitset<size>> to_set(std::string_view text, const Field& field) {
    std::bitset<size> set;
    while (true) {
        const auto comma = text.find(',');
        if (auto added = add_part(text.substr(0, comma), field, set); !added) return added.error();
        if (comma == std::string_view::npos) return set;
        text.remove_prefix(comma + 1);
    }
}

std::vector<std::string> words_of(std::string_view text) {
    std::istringstream in{std::string(text)};
    std::vector<std::string> words;
    for (std::string word; in >> word;)
        words.push_back(std::move(word));
    return words;
}

} // namespace

Result<Timetable> Timetable::parse(std::string_view text) {
    const auto words = words_of(text);
    Timetable table;
    if (words.size() == 2 && words[0] == "every") {
        const auto time = prep::parse_duration(words[1], {seconds(1), longest_interval});
        if (!time) return Error{Errc::bad_input, fmt::format("every: {}", time.error().message)};
        table.every_ = duration_cast<seconds>(*time);
        if (table.every_ == *time) return table;
        return Error{Errc::bad_input, fmt::format("every: expected whole seconds, found \"{}\"", words[1])};
    }
    if (words.size() != fields.size())
        return Error{Errc::bad_input,
            fmt::format(
                "expected 'every <time>' or minute, hour, day, month and weekday, found \"{}\"", text)};

    const auto minutes = to_set<60>(words[0], fields[0]);
    if (!minutes) return minutes.error();
    const auto hours = to_set<24>(words[1], fields[1]);
    if (!hours) return hours.error();
    const auto of_month = to_set<32>(words[2], fields[2]);
    if (!of_month) return of_month.error();
    const auto months = to_set<13>(words[3], fields[3]);
    if (!months) return months.error();
    const auto of_week = to_set<7>(words[4], fields[4]);
    if (!of_week) return of_week.error();
    table.minutes_ = *minutes;
    table.hours_ = *hours;
    table.months_ = *months;
    table.days_ = {*of_month, *of_week, words[2].starts_with('*'), words[4].starts_with('*')};
    if (!table.next_by_fields(sys_seconds{}))
        return Error{Errc::bad_input, fmt::format("\"{}\": there is no such day", text)};
    return table;
}

sys_seconds Timetable::next_after(sys_seconds time) const {
    if (every_ == seconds(0)) return next_by_fields(time).value();
    return sys_seconds((time.time_since_epoch() / every_ + 1) * every_);
}

bool Timetable::is_on(sys_days day) const {
    const year_month_day date(day);
    if (!months_.test(static_cast<unsigned>(date.month()))) return false;
    const bool of_month = days_.of_month.test(static_cast<unsigned>(date.day()));
    const bool of_week = days_.of_week.test(weekday(day).c_encoding());
    return days_.any_of_month || days_.any_of_week ? of_month && of_week : of_month || of_week;
}

std::optional<sys_seconds> Timetable::next_by_fields(sys_seconds time) const {
    const auto earliest = floor<std::chrono::minutes>(time) + std::chrono::minutes(1);
    const auto first_day = floor<days>(earliest);
    for (auto day = first_day; day <= first_day + longest_wait; day += days(1)) {
        if (!is_on(day)) continue;
        for (std::size_t hour = 0; hour < hours_.size(); ++hour)
            for (std::size_t minute = 0; hours_.test(hour) && minute < minutes_.size(); ++minute) {
                const auto moment = day + hours(hour) + std::chrono::minutes(minute);
                if (minutes_.test(minute) && moment >= earliest) return moment;
            }
    }
    return std::nullopt;
}

} // namespace freshet::jobs
