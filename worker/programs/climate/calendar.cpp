#include "worker/programs/climate/calendar.hpp"

#include <fmt/format.h>

#include <array>

namespace freshet::climate {

namespace {

constexpr std::array<int, months_in_year + 1> month_starts{
    0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, slots_in_year};

} // namespace

int month_index(Date date) {
    return static_cast<int>(unsigned{date.month()}) - 1;
}

int slot_of(Date date) {
    return first_slot(month_index(date)) + static_cast<int>(unsigned{date.day()}) - 1;
}

int first_slot(int month) {
    return month_starts[static_cast<std::size_t>(month)];
}

int end_slot(int month) {
    return month_starts[static_cast<std::size_t>(month) + 1];
}

int days_in_month(int month) {
    return month == 1 ? 28 : end_slot(month) - first_slot(month);
}

Date date_of(int year, unsigned month, unsigned day) {
    return Date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
}

Date next_day(Date date) {
    return Date{std::chrono::sys_days{date} + std::chrono::days{1}};
}

std::string to_string(Date date) {
    return fmt::format("{}/{}/{}", unsigned{date.month()}, unsigned{date.day()}, int{date.year()});
}

} // namespace freshet::climate
