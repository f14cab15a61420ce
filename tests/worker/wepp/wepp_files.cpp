#include "tests/support/process.hpp"
#include "worker/wepp/answers.hpp"
#include "worker/wepp/manifest.hpp"
#include "worker/wepp/model_run.hpp"
#include "worker/wepp/schedule.hpp"
#include "worker/wepp/summary.hpp"
#include "worker/wepp/watershed_files.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <numeric>

namespace freshet::worker::wepp {
namespace {

using namespace std::chrono_literals;
using tests::contains;
namespace tolerance = boost::test_tools;

Watershed two_heads() {
    return {{{1, 22, 24, Side::left, 100}, {2, 31, 34, Side::top, 100}, {3, 43, 44, Side::right, 100}},
        {24, 34, 44}, {{24, {34, 44}}, {34, {}}, {44, {}}}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(wepp_files)

BOOST_AUTO_TEST_CASE(chunks_cover_all_hillslopes_never_grow_and_end_small) {
    struct Case {
        std::size_t hillslopes, slots, least_chunks, most_chunks;
    };
    for (const auto& [hillslopes, slots, least, most] : std::vector<Case>{{1, 8, 1, 1}, {0, 4, 0, 0},
             {5, 0, 3, 4}, {100, 1, 7, 8}, {2000, 8, 80, 110}, {16, 8, 16, 16}, {3, 64, 3, 3}}) {
        BOOST_TEST_CONTEXT(hillslopes << " hillslopes on " << slots << " slots") {
            const auto sizes = chunk_sizes(hillslopes, slots);
            BOOST_TEST(sizes.size() >= least);
            BOOST_TEST(sizes.size() <= most);
            BOOST_TEST(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}) == hillslopes);
            BOOST_TEST(std::is_sorted(sizes.rbegin(), sizes.rend()));
            if (hillslopes > 0) BOOST_TEST(sizes.back() == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_watershed_gets_twelve_hours_or_what_its_size_asks_for) {
    BOOST_TEST(watershed_time_limit(10, 100).count() == 12);
    BOOST_TEST(watershed_time_limit(100, 8'640).count() == 12);
    BOOST_TEST(watershed_time_limit(100, 8'641).count() == 13);
    BOOST_TEST(chunk_time_limit(1, 60s).count() == 43'200);
    BOOST_TEST(chunk_time_limit(1'000, 60s).count() == 243'500);
}

BOOST_AUTO_TEST_CASE(a_template_is_filled_or_refused_by_name) {
    const auto filled =
        fill_template(hillslope_template(), {{"id", "7"}, {"years", "30"}}, "built-in").value();
    BOOST_TEST(
        filled.starts_with("m\nYes\n1\n1\nYes\n../output/H7.pass.dat\n1\nNo\n../output/H7.loss.dat\n"));
    BOOST_TEST(filled.ends_with("p7.man\np7.slp\np7.cli\np7.sol\n0\n30\n0\n"));
    BOOST_TEST(files_in_output(filled).size() == 7U);
    BOOST_TEST(files_in_output(filled).front() == "H7.pass.dat");

    const auto unknown = fill_template("a {what} b", {{"id", "7"}}, "my.txt");
    BOOST_TEST(contains(unknown.error().message, "my.txt: unknown placeholder '{what"));
    const auto long_name = fill_template("../output/" + std::string(41, 'x') + "\n", {}, "my.txt");
    BOOST_TEST(contains(long_name.error().message, "at most 50 characters"));
}

BOOST_AUTO_TEST_CASE(the_structure_lists_channels_downstream_of_what_feeds_them) {
    const auto watershed = two_heads();
    const auto order = upstream_first(watershed.network).value();
    BOOST_TEST(order.back() == 24);
    BOOST_TEST(structure_text(watershed, {34, 44, 24}).value() ==
               "99.1\n2 0 0 2 0 0 0 0 0 0\n2 0 3 0 0 0 0 0 0 0\n2 1 0 0 4 5 0 0 0 0\n");
    auto twice = watershed;
    twice.hillslopes[1] = {2, 32, 24, Side::left, 100};
    BOOST_TEST(contains(structure_text(twice, order).error().message, "hillslope 32"));
    BOOST_TEST(contains(upstream_first({{24, {34}}, {34, {24}}}).error().message, "one outlet, found 0"));
    BOOST_TEST(contains(upstream_first({{24, {}}, {34, {}}}).error().message, "one outlet, found 2"));
    BOOST_TEST(
        contains(upstream_first({{24, {}}, {34, {44}}, {44, {34}}}).error().message, "2 channels do not"));
}

BOOST_AUTO_TEST_CASE(slopes_and_soils_follow_the_order_of_the_channels) {
    const std::string slopes = "97.5\n# comment\n2\n10 1\n2 100\na\n20 2\n2 200\nb\n";
    BOOST_TEST(slopes_in_order(slopes, {24, 34}, {34, 24}, "channels.slp").value() ==
               "97.5\n2\n20 2\n2 200\nb\n10 1\n2 100\na\n");
    BOOST_TEST(contains(slopes_in_order(slopes, {24}, {24}, "channels.slp").error().message, "channels.slp"));
    const std::string soil =
        "2006.2\nnote\n1 1\n'a loam' 'loam' 1 0.2 0.6 1 2 3 4\n200 40 20 3 15 5\n0 0 0\n";
    BOOST_TEST(soils_for_channels(soil, 2, "a.sol").value() ==
               "2006.2\nnote\n2 1\n'a loam' 'loam' 1 0.2 0.6 1 2 3 4\n200 40 20 3 15 5\n0 0 0\n"
               "'a loam' 'loam' 1 0.2 0.6 1 2 3 4\n200 40 20 3 15 5\n0 0 0\n");
    BOOST_TEST(contains(
        soils_for_channels("2006.2\nnote\n1 1\n'x' 'y'\n", 2, "a.sol").error().message, "a.sol line 4"));
}

BOOST_AUTO_TEST_CASE(a_broken_table_is_named_with_its_line) {
    struct Case {
        std::string text, message;
    };
    const std::string heading = "topaz_id,channel_id,side,area\n";
    for (const auto& [text, message] : std::vector<Case>{{"", "h.csv line 1"}, {heading, "h.csv line 2"},
             {heading + "22,24,left\n", "expected 4 fields, found '3'"},
             {heading + "22,24,middle,5\n", "side left, right or top, found 'middle'"},
             {heading + "22,24,left,0\n", "a positive number as area, found '0'"},
             {heading + "22,24,left,5\n22,24,right,5\n", "h.csv line 3: expected each topaz_id once"},
             {"topaz_id,side,area\n22,left,5\n", "expected a column 'channel_id'"}})
        BOOST_TEST(contains(parse_hillslopes(text, "h.csv").error().message, message), message);
    BOOST_TEST(contains(parse_network("24|99\n", {24}, "n.txt").error().message, "n.txt line 1"));
}

BOOST_AUTO_TEST_CASE(a_manifest_holds_the_hashes_of_contents) {
    const freshet::tests::TemporaryFolder folder;
    freshet::tests::write_text(folder.path() / "abc", "abc");
    const auto hash = sha256_of(folder.path() / "abc").value(); // FIPS 180-2, appendix B.1
    BOOST_TEST(hash == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(sha256_of(folder.path() / "none").has_error());
    const Manifest manifest{"wepp -x", hash, {{"p1.run", hash}}, {{"H1.loss.dat", hash}}};
    BOOST_TEST((Manifest::from_text(manifest.to_text()).value() == manifest));
    BOOST_TEST(Manifest::from_text("{}").has_error());
    BOOST_TEST(Manifest::from_text("spoiled").has_error());
}

BOOST_AUTO_TEST_CASE(the_last_year_is_that_of_the_last_record) {
    const freshet::tests::TemporaryFolder folder;
    const auto file = folder.path() / "H1.pass.dat";
    struct Case {
        std::string text;
        int year;
    };
    for (const auto& [text, year] :
        std::vector<Case>{{"h\nNO EVENT   2001   364\nNO EVENT   2002   365\n", 2002},
            {"EVENT 2003 365 1 2 3\n 4 5 6\n 7\n", 2003}, {"SUBEVENT 2004 1 0.1 2\n", 2004}}) {
        freshet::tests::write_text(file, text);
        BOOST_TEST(last_year_of_pass(file).value() == year);
    }
    freshet::tests::write_text(file, "2001 2002\n");
    BOOST_TEST(last_year_of_pass(file).has_error());
    BOOST_TEST(years_of_loss_report("x\n   3 YEAR AVERAGE ANNUAL VALUES FOR WATERSHED\n", "l").value() == 3);
    BOOST_TEST(years_of_loss_report("x\n", "l").has_error());
}

BOOST_AUTO_TEST_CASE(sums_are_those_of_the_files) {
    const auto water =
        sum_water("ofe jday year precip runoff sw ep es er dp\n  1 1 2001 10.0 2.0 300 1.0 0.5 0.25 "
                  "0.5\n  1 2 2001 5.0 1.0 300 1.0 0.5 0.25 0.5\n",
            "w");
    BOOST_TEST(water.value().precipitation_mm == 15);
    BOOST_TEST(water.value().runoff_mm == 3);
    BOOST_TEST(water.value().evapotranspiration_mm == 3.5);
    BOOST_TEST(*water.value().percolation_mm == 1);
    BOOST_TEST(
        contains(sum_water("ofe precip runoff ep es er\n1 x 2 3 4 5\n", "w").error().message, "w line 2"));

    const auto pass =
        sum_pass("p1.cli\nNO EVENT 2001 1\nEVENT 2001 2 1 1 1 0.1 .20000E+02 0 3 0 0 1\n 50 20 1 2 0\n 0 1 "
                 ".1 .2 .3\n .2 .2\nSUBEVENT 2001 3 0.1 4\n",
            "p")
            .value();
    BOOST_TEST(pass.runoff_m3 == 20);
    BOOST_TEST(pass.subsurface_m3 == 7);
    BOOST_TEST(pass.detached_kg == 50);
    BOOST_TEST(pass.deposited_kg == 20);
    BOOST_TEST(pass.sediment_kg == 80);
    BOOST_TEST(contains(sum_pass("EVENT 2001 2 1 1\n", "p").error().message, "rest of an EVENT record"));

    const auto outlet =
        outlet_of("Avg. Ann. water discharge from outlet               =     1234   m^3/yr\n");
    BOOST_TEST(*outlet.discharge_m3 == 1234);
    BOOST_TEST(!outlet.sediment_t.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker::wepp
