#include "worker/programs/model/management_file.hpp"

#include "tests/worker/run_folder.hpp"
#include "worker/programs/model/slope_file.hpp"
#include "worker/programs/model/soil_file.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

namespace freshet::model {

namespace {

struct Folder : test::RunFolder {
    static std::string sample(const std::string& name) {
        std::ostringstream text;
        text << std::ifstream(std::string(FRESHET_SOURCE_DIR "/worker/samples/") + name).rdbuf();
        return text.str();
    }

    Result<Cover> cover(const std::string& text) const {
        write("runs/p1.man", text);
        return read_cover(runs() / "p1.man");
    }
    Result<std::vector<Soil>> soils(const std::string& text) const {
        write("runs/p1.sol", text);
        return read_soils(runs() / "p1.sol");
    }
    Result<std::vector<SlopeSegment>> slopes(
        const std::string& text, SlopeLayout layout = SlopeLayout::hillslope) const {
        write("runs/p1.slp", text);
        return read_slopes(runs() / "p1.slp", layout);
    }

    template <class T>
    static void check_error(const Result<T>& result, const std::string& message) {
        BOOST_REQUIRE(result.has_error());
        BOOST_TEST(result.error().message.find(message) != std::string::npos, result.error().message);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(management_file, Folder)

BOOST_AUTO_TEST_CASE(the_cover_of_the_sample_is_read) {
    const auto read = cover(sample("sample.man"));
    BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
    BOOST_TEST(read->canopy == 0.5);
    BOOST_TEST(read->interrill == 0.7);
    BOOST_TEST(read->rill == 0.7);
    BOOST_TEST(read->roughness_m == 0.02);
    BOOST_TEST(read->rill_spacing_m == 1.0);
    BOOST_TEST(read->days_since_tillage == 300);
    BOOST_TEST(read->canopy_height_m == 0.5);
    BOOST_TEST(read->live_roots_kgm2 == 0.2);
    BOOST_TEST(read->dead_roots_kgm2 == 0.2);
    BOOST_TEST(read->buried_residue_kgm2 == 0.1);
}

BOOST_AUTO_TEST_CASE(the_management_section_chooses_among_scenarios) {
    const auto one = sample("sample.man");
    const auto begin = one.find("meadow\nhalf");
    const auto end = one.find("############################\n# Surface");
    auto second = one.substr(begin, end - begin);
    second = test::replaced(second, "1.2 0.5 300 300 0.0 0.7", "1.2 0.1 300 300 0.0 0.2");
    auto two = test::replaced(one, "1  # number of initial conditions", "2  # number of initial conditions");
    two.insert(two.find("############################\n# Surface"), second);
    BOOST_TEST(cover(two).value().canopy == 0.5);
    two = test::replaced(two, "1  # initial condition of", "2  # initial condition of");
    BOOST_TEST(cover(two).value().canopy == 0.1);
}

BOOST_AUTO_TEST_CASE(a_damaged_management_is_reported_with_its_line) {
    const auto good = sample("sample.man");
    check_error(
        cover(test::replaced(good, "0.5 300", "1.5 300")), "initial canopy cover within 0 to 1, found 1.5");
    check_error(
        cover(test::replaced(good, "98.4", "95.7")), "line 1: expected management format 98.4, found 95.7");
    check_error(cover(test::replaced(good, "1  # number of overland", "2  # number of overland")),
        "expected one overland flow element, found 2");
    check_error(cover(test::replaced(good, "# Initial Conditions Section", "# ")),
        "expected a comment line \"Initial Conditions Section\"");
    check_error(cover(good.substr(0, good.find("500.0 0.02"))),
        "expected ridge height and rill cover, found the end of the file");
}

BOOST_AUTO_TEST_CASE(the_soil_of_the_sample_is_read) {
    const auto read = soils(sample("sample.sol"));
    BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
    const auto& soil = read->front();
    BOOST_TEST(soil.name == "Trial loam");
    BOOST_TEST(soil.layers.size() == 3U);
    BOOST_TEST(soil.layers[2].depth_mm == 1200);
    BOOST_TEST(soil.layers[0].clay == 0.2);
    BOOST_TEST(soil.effective_conductivity.value() == 6.0);
    BOOST_TEST(!soil.restricting_conductivity.has_value());
    BOOST_TEST(soil.conductivity_varies);
}

BOOST_AUTO_TEST_CASE(a_soil_with_hydraulic_properties_is_read) {
    const auto read =
        soils("7778\n# made up\nfree text\n1 0\n'Burned' 'sandy loam' 1 0.2 0.5 400000.0 0.0001 2.0\n"
              "\t300\t1.1\t40.0\t1.0\t0.22\t0.08\t60\t5\t4\t5\t20\n1 10000.0 0.36\n");
    BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
    BOOST_TEST(read->front().layers.front().conductivity.value() == 40.0);
    BOOST_TEST(read->front().layers.front().rock == 0.2);
    BOOST_TEST(read->front().restricting_conductivity.value() == 0.36);
    BOOST_TEST(!read->front().effective_conductivity.has_value());
}

BOOST_AUTO_TEST_CASE(a_damaged_soil_is_reported_with_its_line) {
    const auto good = sample("sample.sol");
    check_error(soils(test::replaced(good, "'loam' 3", "'loam' 5")), "line 8: expected");
    check_error(soils(test::replaced(good, "2006.2", "95.1")),
        "line 1: expected soil format 2006.2, 7777 or 7778, found 95.1");
    check_error(soils(test::replaced(good, "   600  40.0", "   100  40.0")),
        "line 6: expected a depth below 200 mm, found 100 mm");
    check_error(soils(test::replaced(good, "200  40.0  20.0", "200  40.0  80.0")),
        "expected sand and clay of at most 100 % together");
}

BOOST_AUTO_TEST_CASE(a_slope_is_read_and_interpolated) {
    const auto read = slopes("97.5\n#\n1\n180 50.0\n3 120.0\n0.0, 0.10 0.5, 0.30\n1.0, 0.0\n");
    BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
    const auto& slope = read->front();
    BOOST_TEST(slope.width_m == 50);
    BOOST_TEST(slope.length_m == 120);
    BOOST_TEST(std::abs(slope.slope_at(0.25) - 0.2) < 1e-12);
    BOOST_TEST(std::abs(slope.mean_slope() - 0.175) < 1e-12);
}

BOOST_AUTO_TEST_CASE(channels_have_an_aspect_line_each) {
    const auto read = slopes(
        "97.5\n2\n10 1.5\n2 300\n0, 0.02 1, 0.03\n90 2.5\n2 400\n0, 0.01 1, 0.01\n", SlopeLayout::channels);
    BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
    BOOST_TEST(read->at(1).width_m == 2.5);
    BOOST_TEST(read->at(1).length_m == 400);
}

BOOST_AUTO_TEST_CASE(a_damaged_slope_is_reported_with_its_line) {
    check_error(slopes("97.5\n1\n180 50\n2 120\n0, 0.1 0.8, 0.1\n"),
        "line 5: expected a last distance of 1, found 0.8");
    check_error(slopes("97.5\n1\n180 50\n3 120\n0, 0.1 0.6, 0.1 0.5, 0.1\n"), "expected distances that grow");
    check_error(slopes("97.5\n1\n180 50\n2 120\n0, 0.1 1\n"),
        "expected slope in m/m (a number), found the end of the line");
    check_error(slopes("97.5\n1\n180 50\n2 120\n0, -0.1 1, 0.1\n"),
        "expected slope in m/m within 0 to 10, found -0.1");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::model
