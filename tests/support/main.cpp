#define BOOST_TEST_MODULE freshet
#include <boost/test/unit_test.hpp>
