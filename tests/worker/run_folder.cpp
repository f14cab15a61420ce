#include "tests/worker/run_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace freshet::test {

namespace {

/// A small congruential generator, so that the weather does not depend on the standard library.
class Dice {
public:
    double next() {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<double>(state_ >> 11) / 9007199254740992.0;
    }

private:
    std::uint64_t state_ = 20240229;
};

double rounded(double value, double unit) {
    return std::round(value / unit) * unit;
}

model::Weather weather_of(const model::Date& date, Dice& dice) {
    const double season = std::cos(2 * 3.14159265358979 * (model::day_of_year(date) - 200) / 365.0);
    model::Weather day;
    day.date = date;
    if (dice.next() < 0.35) {
        day.precipitation_mm =
            std::max(0.1, rounded(std::min(90.0, -9 * std::log(1 - dice.next()) * (1.4 + season)), 0.1));
        day.duration_h = rounded(0.5 + 8 * dice.next(), 0.01);
        day.time_to_peak = rounded(dice.next(), 0.01);
        day.peak_intensity = rounded(1.01 + 7 * dice.next(), 0.01);
    }
    day.tmin_c = rounded(2 + 14 * season + 6 * dice.next() - 3, 0.1);
    day.tmax_c = rounded(day.tmin_c + 6 + 6 * dice.next(), 0.1);
    day.radiation_ly = rounded(330 + 220 * season, 1);
    day.wind_ms = 3;
    day.dew_point_c = day.tmin_c - 1;
    return day;
}

} // namespace

RunFolder::RunFolder() {
    auto pattern = (std::filesystem::temp_directory_path() / "freshet-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
    std::filesystem::create_directories(runs());
    std::filesystem::create_directories(output());
}

RunFolder::~RunFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

void RunFolder::write(const std::filesystem::path& relative, const std::string& text) const {
    std::ofstream(root_ / relative, std::ios::binary) << text;
}

std::string RunFolder::read(const std::filesystem::path& relative) const {
    std::ostringstream text;
    text << std::ifstream(root_ / relative, std::ios::binary).rdbuf();
    return text.str();
}

Ending run_program(
    const std::string& program, const std::filesystem::path& folder, const std::string& input) {
    const auto answers = folder / "answers.txt";
    const auto log = folder / "log.txt";
    std::ofstream(answers, std::ios::binary) << input;
    const auto command = fmt::format(
        "cd '{}' && '{}/{}' < answers.txt > log.txt 2>&1", folder.string(), FRESHET_BIN_DIR, program);
    const int status = std::system(command.c_str());
    std::ostringstream text;
    text << std::ifstream(log, std::ios::binary).rdbuf();
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text.str()};
}

model::Climate made_up_climate(int years) {
    Dice dice;
    model::Climate climate;
    climate.station = "Station:  MADE UP";
    for (int year = 1; year <= years; ++year)
        for (int month = 1; month <= 12; ++month)
            for (int day = 1; day <= model::days_in_month(month, year % 4 == 0); ++day)
                climate.days.push_back(weather_of({day, month, year}, dice));
    return climate;
}

std::string cli_text(const model::Climate& climate) {
    std::string text = fmt::format("5.32300\n   1   0   0\n  {}\n", climate.station);
    text += " Latitude Longitude Elevation (m) Obs. Years   Beginning year  Years simulated Command Line:\n";
    text += fmt::format(
        "    45.00   -90.00         300          30 {:10} {:10}\n", climate.first_year, climate.years());
    for (int line = 6; line <= 13; ++line)
        text += " a heading or twelve monthly values\n";
    text += " da mo year  prcp  dur   tp     ip  tmax  tmin  rad  w-vl w-dir  tdew\n";
    text += "             (mm)  (h)               (C)   (C) (l/d) (m/s)(Deg)   (C)\n";
    for (const auto& day : climate.days)
        text += fmt::format(
            "{:3}{:3}{:6} {:5.1f} {:5.2f} {:4.2f} {:6.2f} {:5.1f} {:5.1f} {:4.0f} {:4.1f} {:5.1f} {:5.1f}\n",
            day.date.day, day.date.month, day.date.year, day.precipitation_mm, day.duration_h,
            day.time_to_peak, day.peak_intensity, day.tmax_c, day.tmin_c, day.radiation_ly, day.wind_ms,
            180.0, day.dew_point_c);
    return text;
}

std::string hillslope_answers(int years, const std::string& id) {
    const auto output = "../output/H" + id;
    return fmt::format(
        "m\nYes\n1\n1\nYes\n{0}.pass.dat\n1\nNo\n{0}.loss.dat\nYes\n{0}.wat.dat\nNo\nYes\n{0}.soil.dat\nYes\n"
        "{0}.plot.dat\nNo\nYes\n{0}.ebe.dat\nYes\n{0}.element.dat\nNo\nNo\nNo\n"
        "p{1}.man\np{1}.slp\np{1}.cli\np{1}.sol\n0\n{2}\n0\n",
        output, id, years);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, "the text does not hold: " << from);
    return text.replace(at, from.size(), to);
}

} // namespace freshet::test
