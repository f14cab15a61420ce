#include "prep/redis/script.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::prep::redis {

BOOST_AUTO_TEST_SUITE(script)

BOOST_AUTO_TEST_CASE(its_sha1_is_the_one_that_redis_computes) {
    // `redis-cli SCRIPT LOAD "return 1"` and the test vectors of FIPS 180
    BOOST_TEST(Script("one", "return 1").sha1() == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
    BOOST_TEST(Script("", "").sha1() == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    BOOST_TEST(Script("abc", "abc").sha1() == "a9993e364706816aba3e25717850c26c9cd0d89d");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
