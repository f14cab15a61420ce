#include "worker/programs/watershed/arc_ascii.hpp"

#include "tests/rules/temporary_folder.hpp"
#include "tests/worker/watershed/terrain.hpp"
#include "worker/programs/watershed/dem_file.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::watershed::tests {
namespace {

const std::string header = "NCOLS 3\nNROWS 3\nXLLCORNER 500\nYLLCORNER 900.5\nCELLSIZE 30\nNODATA_VALUE -1\n";
const std::string values = "1 2 3\n4 -1 6\n7 8 9.25\n";

std::string refusal(const std::string& text) {
    const rules::TemporaryFolder folder;
    rules::write_text(folder.path() / "dem.asc", text);
    const auto read = read_dem(folder.path() / "dem.asc", CoordinateCheck::refuse_degrees);
    BOOST_REQUIRE_MESSAGE(read.has_error(), "was read: " << text);
    BOOST_CHECK(read.error().code == Errc::bad_input);
    return read.error().message;
}

void check_refused(const std::string& text, const std::string& reason) {
    const std::string message = refusal(text);
    BOOST_CHECK_MESSAGE(message.find(reason) != std::string::npos, message << "\n  should say: " << reason);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}

} // namespace

BOOST_AUTO_TEST_SUITE(arc_ascii)

BOOST_AUTO_TEST_CASE(a_grid_is_read_with_its_place_and_its_gaps) {
    const rules::TemporaryFolder folder;
    rules::write_text(folder.path() / "dem.asc", header + values);
    const Elevations dem = read_dem(folder.path() / "dem.asc", CoordinateCheck::refuse_degrees).value();
    BOOST_CHECK(dem.grid() == (Grid{3, 3, 500, 900.5, 30}));
    BOOST_CHECK_EQUAL(dem.at(0, 0), 1);
    BOOST_CHECK_EQUAL(dem.at(2, 2), 9.25F);
    BOOST_CHECK(std::isnan(dem.at(1, 1)));
    BOOST_CHECK_EQUAL(dem.grid().y(dem.grid().cell(2, 0)), 915.5);
}

BOOST_AUTO_TEST_CASE(a_place_by_the_centre_of_the_corner_cell_is_the_same_place) {
    const rules::TemporaryFolder folder;
    std::string text = replaced(header, "XLLCORNER 500", "xllcenter 515");
    text = replaced(text, "YLLCORNER 900.5", "yllcenter 915.5");
    rules::write_text(folder.path() / "dem.asc", text + values);
    BOOST_CHECK(
        read_arc_elevations(folder.path() / "dem.asc").value().grid() == (Grid{3, 3, 500, 900.5, 30}));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_grid_is_said) {
    check_refused(header + "1 2 3\n4 x 6\n7 8 9\n", "row 2, column 2: expected an elevation, found \"x\"");
    check_refused(
        header + "1 2 3\n4 5 6\n7 8\n", "row 3, column 3: expected an elevation, found the end of the file");
    check_refused(header + values + "10\n", "expected the end after 3 rows of 3 values, found \"10\"");
    check_refused(replaced(header, "CELLSIZE 30", "dx 30\ndy 31") + values, "expected square cells");
    check_refused(replaced(header, "NCOLS 3", "NCOLS three") + values, "header 'ncols': expected a number");
    check_refused(replaced(header, "NCOLS 3", "NCOLS 2.5") + values, "expected 'ncols' and 'nrows', whole");
    check_refused(
        "NCOLS 3000000\nNROWS 3000000\nXLLCORNER 0\nYLLCORNER 0\nCELLSIZE 1\n1\n", "more than 2^31 cells");
    check_refused(replaced(header, "XLLCORNER 500\n", "") + values, "expected 'xllcorner' and 'yllcorner'");
    check_refused(replaced(header, "CELLSIZE 30", "CELLSIZE 0") + values, "expected 'cellsize', positive");
    check_refused(replaced(header, "CELLSIZE", "colour 3\nCELLSIZE") + values, "unknown line 'colour'");
    check_refused(header + "-1 -1 -1\n-1 -1 -1\n-1 -1 -1\n", "found no cell with data");
    check_refused(header + "1 2 3\n4 inf 6\n7 8 9\n", "found \"inf\"");
    check_refused(
        "NCOLS 2\nNROWS 2\nXLLCORNER 0\nYLLCORNER 0\nCELLSIZE 1\n1 2 3 4\n", "at least 3 rows and 3 columns");
    check_refused("", "expected 'ncols'");
}

BOOST_AUTO_TEST_CASE(degrees_are_refused_unless_they_are_said_to_be_metres) {
    const std::string degrees =
        "ncols 3\nnrows 3\nxllcorner -84.4\nyllcorner 36.4\ncellsize 0.00083\n" + values;
    check_refused(degrees, "what looks like degrees");
    const rules::TemporaryFolder folder;
    rules::write_text(folder.path() / "dem.asc", degrees);
    BOOST_CHECK(read_dem(folder.path() / "dem.asc", CoordinateCheck::trust_metres).has_value());
    rules::write_text(folder.path() / "projected.asc", header + values);
    rules::write_text(folder.path() / "projected.prj", "GEOGCS[\"WGS 84\"]");
    BOOST_CHECK(read_dem(folder.path() / "projected.asc", CoordinateCheck::refuse_degrees).has_error());
}

BOOST_AUTO_TEST_CASE(rasters_come_back_as_they_were_written) {
    const rules::TemporaryFolder folder;
    Elevations ground = rough_ground(20, 30, 5);
    ground.at(4, 4) = 0.1F;
    ground.at(4, 5) = 1234.5678F;
    fill_depressions(ground);
    const Directions directions = flow_directions(ground);
    const Accumulation accumulation = freshet::watershed::flow_accumulation(directions);
    BOOST_REQUIRE(write_arc(folder.path() / "ground.asc", ground).has_value());
    BOOST_REQUIRE(write_arc(folder.path() / "directions.asc", directions).has_value());
    BOOST_REQUIRE(write_arc(folder.path() / "accumulation.asc", accumulation).has_value());
    const Elevations ground_back = read_arc_elevations(folder.path() / "ground.asc").value();
    const Directions directions_back = read_arc_directions(folder.path() / "directions.asc").value();
    const Accumulation accumulation_back = read_arc_accumulation(folder.path() / "accumulation.asc").value();
    for_each_cell(ground.grid(), [&](Cell cell) {
        BOOST_CHECK(
            ground_back[cell] == ground[cell] || (std::isnan(ground_back[cell]) && std::isnan(ground[cell])));
        BOOST_CHECK_EQUAL(directions_back[cell], directions[cell]);
        BOOST_CHECK_EQUAL(accumulation_back[cell], accumulation[cell]);
    });
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_written_says_why) {
    const rules::TemporaryFolder folder;
    const auto written = write_arc(folder.path() / "absent/ground.asc", rough_ground(5, 5, 1));
    BOOST_REQUIRE(written.has_error());
    BOOST_CHECK(written.error().code == Errc::refused);
    BOOST_CHECK_MESSAGE(
        written.error().message.find("No such file") != std::string::npos, written.error().message);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
