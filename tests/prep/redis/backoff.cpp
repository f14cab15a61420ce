#include "prep/redis/backoff.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::prep::redis {

BOOST_AUTO_TEST_SUITE(backoff)

BOOST_AUTO_TEST_CASE(the_ceiling_doubles_up_to_the_limit_and_the_delay_is_a_fraction_of_it) {
    struct Case {
        unsigned failures;
        double random;
        int delay;
    };
    constexpr Case cases[] = {{0, 1.0, 0}, {1, 1.0, 50}, {1, 0.5, 25}, {1, 0.0, 0}, {2, 1.0, 100},
        {5, 1.0, 800}, {7, 1.0, 3200}, {8, 1.0, 5000}, {8, 0.25, 1250}, {64, 1.0, 5000},
        {4'000'000'000U, 1.0, 5000}};
    for (const auto& [failures, random, delay] : cases) {
        using std::chrono::milliseconds;
        BOOST_TEST_CONTEXT(failures << " failures, random " << random)
        BOOST_TEST(backoff_delay(failures, milliseconds(50), milliseconds(5000), random).count() == delay);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
