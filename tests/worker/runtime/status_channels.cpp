#include "tests/support/run_messages.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker {

using namespace freshet::tests;

BOOST_FIXTURE_TEST_SUITE(status_channels, WorkerFixture)

BOOST_AUTO_TEST_CASE(watchers_of_the_run_read_its_start_what_the_program_prints_and_its_end) {
    make_run("r1");
    const auto worker = start_worker();
    std::string job;
    const auto messages = run_messages(server, "r1", "TRIGGER", [&] {
        job = enqueue({"build_climate", "r1"});
    });
    const std::vector<std::string> expected{
        "r1:climate rq:" + job + " STARTED build_climate_rq(r1)",
        "r1:climate rq:" + job + " STATUS 2 years from station climate/seattle.par",
        "r1:climate STOP Normal program termination",
        "r1:climate rq:" + job + " COMPLETED build_climate_rq(r1)",
        "r1:rq {\"job\":\"" + job + "\",\"status\":\"success\"}",
        "r1:climate rq:" + job + " TRIGGER   climate CLIMATE_BUILD_TASK_COMPLETED",
    };
    BOOST_TEST(messages == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_program_that_prints_without_end_does_not_flood_them) {
    make_run("r1");
    const auto program = make_program("chatty", "seq 100000\nexit 3\n");
    const auto worker = start_worker({"--cligen", program.string()});
    const auto messages = run_messages(server, "r1", "EXCEPTION", [&] { enqueue({"build_climate", "r1"}); });
    const auto lines = std::count_if(messages.begin(), messages.end(),
        [](const std::string& message) { return !contains(message, "rq:"); });
    BOOST_TEST(lines >= 20);
    BOOST_TEST(lines < 10'000);
}

BOOST_AUTO_TEST_CASE(a_run_is_logged_at_the_level_that_its_users_have_set) {
    make_run("r1");
    make_run("r2");
    levels_db({"SET", "loglevel:r2", "error"});
    const auto worker = start_worker();
    const auto quiet = enqueue({"build_climate", "r2"});
    wait_for_status(quiet, "finished");
    const auto plain = enqueue({"build_climate", "r1"});
    worker->wait_for_output("debug executor run=r1 job=" + plain + " recorded as finished");
    BOOST_TEST(!contains(worker->output(), "run=r2"));

    levels_db({"DEL", "loglevel:r2"});
    const auto again = enqueue({"build_climate", "r2"});
    worker->wait_for_output("debug executor run=r2 job=" + again + " recorded as finished");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
