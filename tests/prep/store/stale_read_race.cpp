#include "tests/prep/store/race.hpp"
#include "tests/prep/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>

#include <chrono>
#include <thread>

namespace freshet::prep {
namespace {

using Clock = std::chrono::steady_clock;

struct Fixture {
    tests::RedisServer server{tests::store_server()};
    tests::RunFolder folder;
    tests::Race& race = tests::map_race(folder.parent() / "race");
    std::vector<pid_t> processes;

    Fixture() { folder.write("climate.nodb", R"({"years": 0})"); }
    ~Fixture() { stop(); }

    void start(const char* role, const char* generations) {
        const auto program = std::string(FRESHET_BIN_DIR) + "/store_race";
        const auto seed = std::to_string(processes.size() + 1), shared = (folder.parent() / "race").string();
        const auto child = fork();
        if (child == 0) {
            execl(program.c_str(), program.c_str(), server.socket().c_str(), folder.path().c_str(),
                shared.c_str(), role, generations, seed.c_str(), nullptr);
            _exit(127);
        }
        processes.push_back(child);
    }

    /// Two readers and two writers, until `enough()` or the time is over.
    template <class Enough>
    void run(const char* generations, Enough enough) {
        for (const auto* role : {"writer", "reader", "writer", "reader"})
            start(role, generations);
        const auto deadline = Clock::now() + std::chrono::seconds(240);
        while (!enough() && Clock::now() < deadline)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        stop();
    }

    void stop() {
        race.stop = true;
        for (const auto process : std::exchange(processes, {})) {
            int status = 0;
            waitpid(process, &status, 0);
            BOOST_TEST(status == 0);
        }
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(stale_read_race, Fixture)

BOOST_AUTO_TEST_CASE(no_reader_sees_less_than_what_was_completed_before_it_looked) {
    run("on", [&] {
        return race.reads + race.writes >= 200'000 && race.writes > 100 && race.fills_refused > 0;
    });
    BOOST_TEST_MESSAGE(
        "reads " << race.reads << ", writes " << race.writes << ", fills refused " << race.fills_refused);
    BOOST_TEST(race.reads + race.writes >= 200'000);
    BOOST_TEST(race.writes > 100);
    BOOST_TEST(race.fills_refused > 0); // the race was there
    BOOST_TEST(race.stale_reads == 0);
    BOOST_TEST(race.failures == 0);
}

BOOST_AUTO_TEST_CASE(without_generations_the_same_race_finds_stale_reads) {
    run("off", [&] { return race.stale_reads > 0; });
    BOOST_TEST(race.stale_reads > 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
