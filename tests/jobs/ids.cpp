#include "jobs/queue/ids.hpp"

#include <boost/test/unit_test.hpp>

#include <regex>
#include <set>

namespace freshet::jobs {

BOOST_AUTO_TEST_SUITE(ids)

BOOST_AUTO_TEST_CASE(job_ids_are_random_uuids) {
    const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) {
        const auto id = new_job_id();
        BOOST_TEST(std::regex_match(id, uuid), id);
        BOOST_TEST(seen.insert(id).second, id);
        BOOST_TEST(!check_job_id(id).has_error());
    }
}

BOOST_AUTO_TEST_CASE(execution_ids_are_32_hexadecimal_digits) {
    BOOST_TEST(std::regex_match(new_execution_id(), std::regex("[0-9a-f]{32}")));
    BOOST_TEST(new_execution_id() != new_execution_id());
}

BOOST_AUTO_TEST_CASE(a_job_id_must_not_break_a_key) {
    for (const std::string& good : {std::string("a"), std::string("run-1_B"), std::string(255, 'x')})
        BOOST_TEST(!check_job_id(good).has_error(), good);
    for (const std::string& bad : {std::string(), std::string(256, 'x'), std::string("a b"),
             std::string("a:b"), std::string("a\n"), std::string("\0", 1), std::string("\xc3\xa4")})
        BOOST_TEST((check_job_id(bad).error().code == Errc::bad_input), bad);
}

BOOST_AUTO_TEST_CASE(a_queue_name_must_not_break_a_key) {
    for (const std::string& good :
        {std::string("default"), std::string("gpu.large"), std::string("\xc3\xa4"), std::string(255, 'x')})
        BOOST_TEST(!check_queue_name(good).has_error(), good);
    for (const std::string& bad : {std::string(), std::string(256, 'x'), std::string("a b"),
             std::string("a:b"), std::string("a\n"), std::string("a\x7f")})
        BOOST_TEST((check_queue_name(bad).error().code == Errc::bad_input), bad);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
