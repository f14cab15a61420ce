#pragma once

#include "rules/error.hpp"

#include <array>
#include <bitset>
#include <chrono>
#include <optional>
#include <string_view>

namespace freshet::jobs {

/// When something is due again and again, in UTC. Either `every <time>` (`every 15m`, whole seconds: at
/// multiples of it since 1970, so that all machines agree), or cron's five fields: minute 0-59, hour 0-23,
/// day 1-31, month 1-12 or jan-dec, weekday 0-7 or sun-sat (0 and 7 are Sunday); each `*`, a value, a range
/// `1-5`, a list `1,3`, and a step `*/15`, `10-40/10`. As in cron, if both day and weekday are restricted,
/// either one will do.
class Timetable {
public:
    /// bad_input says which field, what was expected and found; also if no such day ever comes (30 2 *).
    static Result<Timetable> parse(std::string_view text);

    /// The first time that is later.
    std::chrono::sys_seconds next_after(std::chrono::sys_seconds time) const;

private:
    struct Days {
        std::bitset<32> of_month;
        std::bitset<7> of_week;
        bool any_of_month = false;
        bool any_of_week = false;
    };

    bool is_on(std::chrono::sys_days day) const;
    std::optional<std::chrono::sys_seconds> next_by_fields(std::chrono::sys_seconds time) const;

    std::chrono::seconds every_{0}; ///< 0: by the fields
    std::bitset<60> minutes_;
    std::bitset<24> hours_;
    std::bitset<13> months_;
    Days days_;
};

} // namespace freshet::jobs
