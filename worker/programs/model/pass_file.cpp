#include "worker/programs/model/pass_file.hpp"

#include "worker/programs/model/fortran.hpp"
#include "worker/programs/model/line_reader.hpp"

#include <fmt/format.h>

namespace freshet::model {

namespace {

template <class... Values>
std::string columns(Values... values) {
    return ((e11(values) + " ") + ...);
}

PassEvent read_event(LineReader& lines, Fields& fields, int year, int day) {
    constexpr Range any_amount{0, 1e12};
    PassEvent event{.year = year, .day = day};
    event.duration_s = fields.number("storm duration in s", any_amount);
    event.concentration_time_h = fields.number("time of concentration in h", any_amount);
    event.alpha = fields.number("alpha", any_amount);
    event.runoff_m = fields.number("runoff in m", any_amount);
    event.runoff_m3 = fields.number("runoff in m3", any_amount);
    event.subsurface_m = fields.number("subsurface runoff in m", any_amount);
    event.subsurface_m3 = fields.number("subsurface runoff in m3", any_amount);
    event.drainage_m = fields.number("drainage in m", any_amount);
    event.drainage_m3 = fields.number("drainage in m3", any_amount);
    event.peak_m3s = fields.number("peak runoff in m3/s", any_amount);
    event.detached_kg = fields.number("detachment in kg", any_amount);
    event.deposited_kg = fields.number("deposition in kg");
    const auto next_number = [&](std::string_view name) {
        if (fields.at_end()) fields = lines.plain_fields("the second line of an EVENT record");
        return fields.number(name, any_amount);
    };
    for (double& value : event.concentration)
        value = next_number("sediment concentration in kg/m3");
    for (double& value : event.flow_fraction)
        value = next_number("fraction of a particle class");
    return event;
}

PassEvent read_subsurface_event(Fields& fields, int year, int day) {
    PassEvent event{.year = year, .day = day};
    event.subsurface_m = fields.number("subsurface runoff in m", {0, 1e6});
    event.subsurface_m3 = fields.number("subsurface runoff in m3", {0, 1e12});
    return event;
}

void read_heading(LineReader& lines, PassFile& pass) {
    pass.climate_name = std::string(trimmed(lines.raw("the climate file's name")));
    auto years = lines.plain_fields("years and first year");
    pass.years = years.integer("number of years", 1, 9999);
    pass.first_year = years.integer("first year", 0, 9999);
    pass.area_m2 = lines.plain_fields("the hillslope's area").number("area in m2", {1e-6, 1e12});
    auto particles = lines.plain_fields("particle classes");
    particles.integer("number of particle classes", particle_classes, particle_classes);
    for (double& diameter : pass.diameter_m)
        diameter = particles.number("diameter in m", {0, 1});
}

/// A pass file that was cut off must not look like a dry spell.
void check_end(const LineReader& lines, const PassFile& pass, int year, int day) {
    const int expected = pass.first_year + pass.years - 1;
    if (year == expected && day >= 365) return;
    throw Failure({Errc::bad_input,
        fmt::format("{}: line {}: expected records up to the end of year {}, found day {} of year {}",
            lines.source(), lines.line(), expected, day, year)});
}

} // namespace

std::string pass_heading(const PassFile& pass) {
    std::string diameters;
    for (const double diameter : pass.diameter_m)
        diameters += e11(diameter) + " ";
    return fmt::format("{:<51}\n{:5}     {:5}\n{}\n{:3}    {}\n", pass.climate_name, pass.years,
        pass.first_year, e10(pass.area_m2), particle_classes, diameters);
}

std::string pass_event(const PassEvent& e) {
    const auto& c = e.concentration;
    const auto& f = e.flow_fraction;
    return fmt::format("EVENT     {:5} {:5}      {}     {}     {}\n     {}\n", e.year, e.day,
        columns(e.duration_s, e.concentration_time_h, e.alpha, e.runoff_m, e.runoff_m3, e.subsurface_m,
            e.subsurface_m3, e.drainage_m, e.drainage_m3, e.peak_m3s),
        columns(e.detached_kg, e.deposited_kg, c[0], c[1], c[2]), columns(c[3], c[4], f[0], f[1], f[2]),
        columns(f[3], f[4]));
}

std::string pass_dry_day(int year, int day) {
    return fmt::format("NO EVENT  {:5} {:5}\n", year, day);
}

Result<PassFile> read_pass_file(const std::filesystem::path& path) {
    return as_result([&] {
        LineReader lines(path);
        PassFile pass;
        read_heading(lines, pass);
        int last_year = 0;
        int last_day = 0;
        while (!lines.at_end()) {
            auto fields = lines.plain_fields("a day's record");
            const auto kind = fields.word("EVENT, SUBEVENT or NO EVENT");
            if (kind == "NO") fields.word("EVENT");
            const int year = fields.integer("year", 0, 9999);
            const int day = fields.integer("day of the year", 1, 366);
            if (year < last_year || (year == last_year && day <= last_day))
                fields.fail("days in the order of time",
                    fmt::format("day {} of {} after day {} of {}", day, year, last_day, last_year));
            last_day = day;
            last_year = year;
            if (kind == "NO") continue;
            if (kind == "EVENT")
                pass.events.push_back(read_event(lines, fields, year, day));
            else if (kind == "SUBEVENT")
                pass.events.push_back(read_subsurface_event(fields, year, day));
            else
                fields.fail("EVENT, SUBEVENT or NO EVENT", fmt::format("\"{}\"", kind));
        }
        check_end(lines, pass, last_year, last_day);
        return pass;
    });
}

} // namespace freshet::model
