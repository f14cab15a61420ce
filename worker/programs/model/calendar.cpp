#include "worker/programs/model/calendar.hpp"

#include <array>

namespace freshet::model {

int days_in_month(int month, bool leap) {
    constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days.at(static_cast<std::size_t>(month - 1)) + (month == 2 && leap ? 1 : 0);
}

bool follows(const Date& day, const Date& next) {
    if (next == Date{day.day + 1, day.month, day.year})
        return next.day <= days_in_month(day.month, day.year % 4 == 0);
    if (day.day < days_in_month(day.month, false)) return false;
    const bool december = day.month == 12;
    return next == Date{1, december ? 1 : day.month + 1, december ? day.year + 1 : day.year};
}

int day_of_year(const Date& date) {
    int day = date.day;
    for (int month = 1; month < date.month; ++month)
        day += days_in_month(month, date.year % 4 == 0);
    return day;
}

} // namespace freshet::model
