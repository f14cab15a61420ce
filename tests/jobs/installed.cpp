#include "tests/support/worker_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <sstream>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;

/// Freshet as `cmake --install` leaves it, and the examples built against it as a project of their own.
class Installation {
public:
    Installation() {
        cmake(fmt::format("--install '{}' --prefix '{}'", FRESHET_BUILD_DIR, prefix().string()));
        cmake(fmt::format("-S '{}' -B '{}' -DCMAKE_PREFIX_PATH='{}'", examples().string(), built().string(),
            prefix().string()));
        cmake(fmt::format("--build '{}'", built().string()));
    }

    fs::path prefix() const { return folder_.path() / "prefix"; }
    fs::path built() const { return folder_.path() / "examples"; }
    static fs::path examples() { return fs::path(FRESHET_SOURCE_DIR) / "jobs/examples"; }

private:
    void cmake(const std::string& arguments) const {
        const fs::path log = folder_.path() / "cmake.log";
        const auto command = fmt::format("'{}' {} >'{}' 2>&1", FRESHET_CMAKE, arguments, log.string());
        if (std::system(command.c_str()) != 0)
            throw std::runtime_error(command + " failed:\n" + tests::text_of(log));
    }

    tests::TemporaryFolder folder_;
};

const Installation& installed_once() {
    static const Installation installation;
    return installation;
}

struct Fixture : tests::WorkerFixture {
    Fixture() {
        for (const char* run : {"r1", "r2"})
            make_run(run);
    }

    std::unique_ptr<tests::Process> start_installed_worker() {
        return start_program({(prefix / "bin/freshet-worker").string(), "--redis-unix-socket",
                                 server.socket(), "--runs-root", runs_root.string()},
            "worker.log");
    }
    /// Runs a program to its end with REDIS_URL as its only setting and the installed programs on its path.
    Printed run(std::vector<std::string> command) {
        const auto path = fmt::format("PATH={}:{}", (prefix / "bin").string(), std::getenv("PATH"));
        command.insert(
            command.begin(), {"/usr/bin/env", path, fmt::format("REDIS_URL=unix://{}", server.socket())});
        const auto process = start_program(std::move(command), "program.log");
        const int code = process->wait();
        return {code, process->output()};
    }
    bool has_climate(const std::string& run) const {
        return fs::exists(runs_root / run / "climate/seattle.cli");
    }

    const Installation& installation = installed_once();
    fs::path prefix = installation.prefix();

private:
    std::unique_ptr<tests::Process> start_program(std::vector<std::string> command, const char* log) {
        return std::make_unique<tests::Process>(std::move(command), folder.path() / log);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(installed, Fixture)

BOOST_AUTO_TEST_CASE(programs_and_rules_are_there_and_of_headers_what_a_producer_includes) {
    for (const char* file : {"bin/freshet", "bin/freshet-worker", "bin/freshet-supervise",
             "bin/freshet-climate", "share/freshet/cache_invalidation_rules.json"})
        BOOST_TEST(fs::exists(prefix / file), file);
    for (const auto& entry : fs::recursive_directory_iterator(prefix / "include/freshet")) {
        const auto header = entry.path().lexically_relative(prefix / "include/freshet").string();
        BOOST_TEST(!header.starts_with("worker"), header);
        if (!entry.is_regular_file()) continue;
        std::istringstream lines(tests::text_of(entry.path()));
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with("#include \""))
                BOOST_TEST(fs::exists(prefix / "include/freshet" / line.substr(10, line.size() - 11)),
                    header << ": " << line);
    }
    BOOST_TEST(
        run({"freshet", "rules", "check", prefix / "share/freshet/cache_invalidation_rules.json"}).code == 0);
}

BOOST_AUTO_TEST_CASE(bash_completes_where_it_looks_for_completions) {
    const auto file = prefix / "share/bash-completion/completions/freshet";
    const auto completed = run({"/bin/bash", "-c",
        fmt::format("source '{}'; COMP_WORDS=(freshet pu); COMP_CWORD=1; _freshet; echo \"$COMPREPLY\"",
            file.string())});
    BOOST_TEST(completed.text == "purge\n");
}

BOOST_AUTO_TEST_CASE(a_producer_built_against_the_package_has_its_jobs_done_by_the_installed_worker) {
    const auto worker = start_installed_worker();
    const auto printed = run({installation.built() / "producer", "r1", "r2"});
    BOOST_TEST(printed.code == 0);
    BOOST_TEST(
        printed.text.ends_with(R"(finished {"args":["climates are built"],"kwargs":{"runs":["r1","r2"]}})"
                               "\n"),
        printed.text);
    for (const char* run : {"r1", "r2"})
        BOOST_TEST(has_climate(run), worker->output());
}

BOOST_AUTO_TEST_CASE(a_producer_of_coroutines_waits_for_its_job) {
    const auto worker = start_installed_worker();
    const auto printed = run({installation.built() / "coroutine_producer"});
    BOOST_TEST(printed.code == 0);
    BOOST_TEST(printed.text.ends_with("finished 1E-1\n"), printed.text);
}

BOOST_AUTO_TEST_CASE(a_producer_in_python_needs_rq_alone) {
    const auto worker = start_installed_worker();
    const auto printed = run({installation.examples() / "producer.py", "r1", "r2"});
    BOOST_TEST(printed.code == 0);
    BOOST_TEST(
        printed.text == "finished {'args': ['climates are built'], 'kwargs': {'runs': ['r1', 'r2']}}\n");
    for (const char* run : {"r1", "r2"})
        BOOST_TEST(has_climate(run));
}

BOOST_AUTO_TEST_CASE(a_shell_has_jobs_done_and_sees_one_that_fails) {
    const auto worker = start_installed_worker();
    const auto good = run({installation.examples() / "producer.sh", "r1"});
    BOOST_TEST(good.code == 0);
    BOOST_TEST(good.text.find("finished") != std::string::npos, good.text);
    BOOST_TEST(has_climate("r1"));

    const auto bad = run({installation.examples() / "producer.sh", "no-such-run", "r2"});
    BOOST_TEST(bad.code == 1);
    BOOST_TEST(bad.text.find("there is no folder") != std::string::npos, bad.text);
    BOOST_TEST(!has_climate("r2"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
