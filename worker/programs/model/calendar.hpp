#pragma once

namespace freshet::model {

/// A day of the climate file's calendar.
struct Date {
    int day = 1;   ///< 1..31
    int month = 1; ///< 1..12
    int year = 1;  ///< as written in the climate file: 1, 2, ... or 1990, 1991, ...

    friend bool operator==(const Date&, const Date&) = default;
};

/// Days of the month; February has 29 in leap years.
int days_in_month(int month, bool leap);
/// True when `next` is the day after `day`. A February of a year divisible by four may have 28 or 29 days,
/// since climate generators disagree about centuries.
bool follows(const Date& day, const Date& next);
/// 1..366, counting a 29th of February when the year is divisible by four.
int day_of_year(const Date& date);

} // namespace freshet::model
