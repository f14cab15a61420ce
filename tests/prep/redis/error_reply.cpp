#include "prep/redis/error_reply.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::prep::redis {

BOOST_AUTO_TEST_SUITE(error_reply)

BOOST_AUTO_TEST_CASE(only_errors_that_say_that_nothing_was_done_are_unavailable) {
    struct Case {
        std::string_view reply;
        Errc code;
    };
    constexpr Case cases[] = {
        {"LOADING Redis is loading the dataset in memory", Errc::unavailable},
        {"NOREPLICAS Not enough good replicas to write.", Errc::unavailable},
        {"MISCONF Redis is configured to save RDB snapshots", Errc::unavailable},
        {"UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
            Errc::unavailable},
        {"READONLY You can't write against a read only replica.", Errc::unavailable},
        {"MASTERDOWN Link with MASTER is down", Errc::unavailable},
        {"CLUSTERDOWN The cluster is down", Errc::unavailable},
        {"BUSY Redis is busy running a script.", Errc::unavailable},
        {"BUSYGROUP Consumer Group name already exists", Errc::refused},
        {"ERR LOADING is a word of mine", Errc::refused},
        {"NOSCRIPT No matching script.", Errc::refused},
        {"", Errc::refused},
    };
    for (const auto& [reply, code] : cases) {
        const auto error = error_from_reply("HSET", reply);
        BOOST_TEST_CONTEXT(reply) {
            BOOST_TEST((error.code == code));
            BOOST_TEST(error.message == "HSET: " + std::string(reply));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
