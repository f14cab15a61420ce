#include "worker/programs/model/climate_file.hpp"

#include "tests/worker/run_folder.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::model {

namespace {

struct Folder : test::RunFolder {
    Result<Climate> read(const std::string& text, int years) const {
        write("runs/p1.cli", text);
        return read_climate(runs() / "p1.cli", years);
    }
};

std::string line_of(const Climate& climate, std::size_t day) {
    const auto text = test::cli_text(climate);
    std::size_t at = 0;
    for (std::size_t i = 0; i < 15 + day; ++i)
        at = text.find('\n', at) + 1;
    return text.substr(at, text.find('\n', at) + 1 - at);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(climate_file, Folder)

BOOST_AUTO_TEST_CASE(what_was_written_is_read) {
    const auto made = test::made_up_climate(4);
    const auto read_back = read(test::cli_text(made), 4);
    BOOST_REQUIRE(read_back.has_value());
    BOOST_REQUIRE_EQUAL(read_back->days.size(), made.days.size());
    BOOST_TEST(read_back->years() == 4);
    BOOST_TEST(read_back->station == made.station);
    for (std::size_t i = 0; i < made.days.size(); ++i) {
        BOOST_TEST((read_back->days[i].date == made.days[i].date));
        BOOST_TEST(std::abs(read_back->days[i].precipitation_mm - made.days[i].precipitation_mm) < 1e-9);
        BOOST_TEST(std::abs(read_back->days[i].tmin_c - made.days[i].tmin_c) < 1e-9);
    }
}

BOOST_AUTO_TEST_CASE(fewer_years_than_the_file_has_may_be_asked_for) {
    const auto climate = read(test::cli_text(test::made_up_climate(4)), 2);
    BOOST_REQUIRE(climate.has_value());
    BOOST_TEST(climate->days.size() == 730U);
}

BOOST_AUTO_TEST_CASE(more_years_than_the_file_has_are_an_error) {
    const auto climate = read(test::cli_text(test::made_up_climate(4)), 5);
    BOOST_REQUIRE(climate.has_error());
    BOOST_TEST(climate.error().message.find("expected 5 whole years of days, found 4") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_year_that_breaks_off_is_not_whole) {
    auto made = test::made_up_climate(2);
    made.days.resize(made.days.size() - 1);
    BOOST_TEST(read(test::cli_text(made), 2).has_error());
}

BOOST_AUTO_TEST_CASE(damage_is_reported_with_its_line) {
    const auto made = test::made_up_climate(1);
    const auto good = test::cli_text(made);
    std::size_t wet = 0;
    while (made.days[wet].precipitation_mm <= 0)
        ++wet;
    const auto wet_line = line_of(made, wet);
    struct Case {
        std::string what;
        std::string text;
        std::string message;
    };
    const Case cases[] = {
        {"a day is missing", test::replaced(good, line_of(made, 10), ""),
            "line 26: expected the day after 10-1-1, found 12-1-1"},
        {"a word for a number", test::replaced(good, "180.0", "north"), "line 16: expected wind direction"},
        {"a line cut off", test::replaced(good, line_of(made, 4), " 5  1  1  0.0\n"),
            "line 20: expected storm duration in h"},
        {"a wet day without duration",
            test::replaced(
                good, wet_line, test::replaced(wet_line, line_of(made, wet).substr(18, 6), "  0.00")),
            "expected a storm duration above 0 on a wet day"},
        {"a single storm file", test::replaced(good, "   1   0   0", "   2   0   0"),
            "line 2: expected simulation flag 1"},
        {"not a climate file", "hello\n", "line 1: expected version (a number), found \"hello\""},
        {"empty", "", "expected the version of the climate file, found the end of the file"},
    };
    for (const auto& [what, text, message] : cases) {
        const auto climate = read(text, 1);
        BOOST_TEST_CONTEXT(what) {
            BOOST_REQUIRE(climate.has_error());
            BOOST_TEST((climate.error().code == Errc::bad_input));
            BOOST_TEST(climate.error().message.find(message) != std::string::npos, climate.error().message);
        }
    }
}

BOOST_AUTO_TEST_CASE(breakpoints_are_read) {
    auto made = test::made_up_climate(1);
    std::string text = test::cli_text({.station = "s", .first_year = 1, .days = {}});
    text = test::replaced(text, "   1   0   0", "   1   1   0");
    for (const auto& day : made.days) {
        const bool wet = day.date.day == 3 && day.date.month == 6;
        text += std::to_string(day.date.day) + "\t" + std::to_string(day.date.month) + "\t1\t" +
                (wet ? "3" : "0") + "\t20\t10\t300\t3\t0\t5\n";
        if (wet) text += "01.00 0.00\n01.50 12.50\n02.00 13.00\n";
    }
    const auto climate = read(text, 1);
    BOOST_REQUIRE_MESSAGE(climate.has_value(), climate.error().message);
    const auto& day = climate->days[153];
    BOOST_TEST(day.precipitation_mm == 13.0);
    BOOST_TEST(day.breakpoints.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_not_found) {
    const auto climate = read_climate(runs() / "none.cli", 1);
    BOOST_REQUIRE(climate.has_error());
    BOOST_TEST((climate.error().code == Errc::not_found));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::model
