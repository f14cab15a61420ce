#include "worker/programs/watershed/slope_profile.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::watershed::tests {

BOOST_AUTO_TEST_SUITE(slope_profile)

BOOST_AUTO_TEST_CASE(an_even_slope_gives_an_even_profile) {
    ProfileBuilder builder(50, 10);
    for (int from = 0; from < 50; from += 10)
        builder.add(from, from + 10, 0.2, 3);
    const SlopeProfile profile = builder.build();
    BOOST_CHECK_EQUAL(profile.points.size(), 7);
    BOOST_CHECK_EQUAL(profile.points.front().distance, 0);
    BOOST_CHECK_EQUAL(profile.points.back().distance, 1);
    for (const ProfilePoint& point : profile.points)
        BOOST_CHECK_CLOSE(point.slope, 0.2, 1e-9);
}

BOOST_AUTO_TEST_CASE(the_descent_is_that_of_the_stretches) {
    ProfileBuilder builder(30, 10);
    builder.add(0, 10, 0.1, 1);
    builder.add(10, 20, 0.4, 1);
    builder.add(20, 30, 0.7, 1);
    const SlopeProfile profile = builder.build();
    BOOST_CHECK_CLOSE(profile.mean_slope(), 0.4, 1e-9);
    BOOST_CHECK_CLOSE(profile.points.front().slope, 0.7, 1e-9); // the top is farthest from the bottom
}

BOOST_AUTO_TEST_CASE(paths_count_by_their_weight_and_by_what_lies_within_the_length) {
    ProfileBuilder builder(10, 10);
    builder.add(0, 10, 0.1, 3);
    builder.add(0, 20, 0.5, 1);
    builder.add(20, 30, 9, 100);
    BOOST_CHECK_CLOSE(builder.build().mean_slope(), 0.2, 1e-9);
}

BOOST_AUTO_TEST_CASE(a_long_profile_has_no_more_points_than_any_wepp_takes) {
    BOOST_CHECK_EQUAL(ProfileBuilder(10'000, 10).build().points.size(), 20);
    BOOST_CHECK_EQUAL(ProfileBuilder(1, 10).build().points.size(), 3);
}

BOOST_AUTO_TEST_CASE(a_slope_file_is_what_wepp_reads) {
    const SlopeElement element{90, 250, {100, {{0, 0.05}, {1, 0}}}};
    BOOST_CHECK_EQUAL(slope_file({&element, 1}), "97.5\n"
                                                 "# aspect (degrees from north), width (m)\n"
                                                 "# points, length (m)\n"
                                                 "# distance from the top (0 to 1), slope (m/m)\n"
                                                 "1\n"
                                                 "90.000 250.000\n"
                                                 "2 100.000\n"
                                                 " 0.000000, 0.050000 1.000000, 0.001000\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
