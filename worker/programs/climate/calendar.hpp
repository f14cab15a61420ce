#pragma once

#include <chrono>
#include <string>

namespace freshet::climate {

using Date = std::chrono::year_month_day;

inline constexpr int months_in_year = 12;
/// Days of a leap year: what tables by day are long.
inline constexpr int slots_in_year = 366;

/// The day's place in a leap year, 0 (1 January) .. 365 (31 December), so that a date keeps its place in
/// every year; 59 is 29 February.
int slot_of(Date date);

/// 0 (January) .. 11 (December).
int month_index(Date date);

/// Days of the month of a common year, 28 in February; `month` is 0..11.
int days_in_month(int month);

/// The slots of the month's first day and of the day after its last one.
int first_slot(int month);
int end_slot(int month);

Date date_of(int year, unsigned month, unsigned day);
Date next_day(Date date);

/// "1/31/1999" for messages: month, day, year as in .prn files.
std::string to_string(Date date);

} // namespace freshet::climate
