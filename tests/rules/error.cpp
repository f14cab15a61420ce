#include "rules/error.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet {

BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(the_value_of_a_failed_result_throws_its_message) {
    const Result<int> failed = Error{Errc::not_found, "run r1: no such folder"};
    BOOST_CHECK_EXCEPTION(failed.value(), Failure, [](const Failure& failure) {
        return failure.error().code == Errc::not_found &&
               failure.what() == std::string("run r1: no such folder");
    });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet
