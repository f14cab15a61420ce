#include "prep/logging.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet {

BOOST_AUTO_TEST_SUITE(logging)

BOOST_AUTO_TEST_CASE(severities_are_read_from_their_names_only) {
    BOOST_TEST((severity_from("warning") == Severity::warning));
    BOOST_TEST(!severity_from("Warning").has_value());
    BOOST_TEST(!severity_from("").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet
