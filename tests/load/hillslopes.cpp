// Parallel efficiency of WEPP's hillslopes: the tree of run_wepp over equal hillslopes on one and on two
// freshet-worker processes of one slot each, on a redis-server of its own. One line a figure; never fails by
// time.
//
//   load_hillslopes [HILLSLOPES [YEARS [ROUNDS]]]   default 200, 100 and 2; the best round counts
//
// Seconds are those from the plan of the chunks to the last hillslope, by the jobs' own timestamps. `alone`
// is the program on the same hillslopes in a plain loop, without Redis, checks or publishing.

#include "jobs/queue/time_text.hpp"
#include "tests/support/worker_fixture.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <thread>

namespace freshet::tests {
namespace {

namespace fs = std::filesystem;
using Seconds = std::chrono::duration<double>;

class Load : WorkerFixture {
public:
    Load(int hillslopes, int years) : hillslopes_(hillslopes), run_(make_run("r1", years)) {
        for (const auto* name : {"sample.man", "sample.sol"})
            fs::copy_file(fs::path(FRESHET_SOURCE_DIR) / "worker/samples" / name, run_ / name);
        write_text(run_ / "wepp.nodb", R"({"management":"sample.man","soil":"sample.sol"})");
        write_text(run_ / "climate.nodb", R"({"cli":"climate/seattle.cli"})");
        make_climate(years);
        make_equal_hillslopes();
    }

    double seconds_alone() {
        const auto start = std::chrono::steady_clock::now();
        const auto runs = run_ / "wepp/runs";
        Process loop(
            {"/bin/sh", "-c",
                fmt::format("cd {} && for i in $(seq {}); do {}/freshet-hillslope < p$i.run > /dev/null "
                            "|| exit 1; done",
                    runs.string(), hillslopes_, FRESHET_BIN_DIR)},
            folder.path() / "alone.out");
        while (loop.running())
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        if (loop.wait() != 0) throw std::runtime_error(loop.output());
        return Seconds(std::chrono::steady_clock::now() - start).count();
    }

    double seconds_on(int workers) {
        fs::remove_all(run_ / "wepp");
        std::vector<std::unique_ptr<Process>> processes;
        for (int i = 0; i < workers; ++i)
            processes.push_back(std::make_unique<Process>(
                std::vector<std::string>{"freshet-worker", "--redis-unix-socket", server.socket(),
                    "--runs-root", runs_root.string(), "--concurrency", "1", "--log-level", "warning"},
                folder.path() / fmt::format("load-{}.log", i)));
        const auto slots = [&] {
            return queue_db({"SCARD", "rq:workers:default"});
        };
        eventually("all workers are there", [&] { return slots() == std::to_string(workers); });
        const auto root = enqueue({"run_wepp", "r1"});
        wait_for_end(root);
        const double seconds = Seconds(time_of(root + "-run_wepp_hillslopes", "started_at") -
                                       time_of(root + "-wepp_plan_hillslopes", "ended_at"))
                                   .count();
        for (auto& process : processes)
            process->signal(SIGTERM);
        for (auto& process : processes)
            process->wait();
        eventually("all workers are gone", [&] { return slots() == "0"; });
        return seconds;
    }

private:
    void make_climate(int years) const {
        Process climate(
            {"/bin/sh", "-c",
                fmt::format("cd {} && {}/freshet-climate -iseattle.par -oseattle.cli -b2001 -y{} -t5 -F",
                    (run_ / "climate").string(), FRESHET_BIN_DIR, years)},
            folder.path() / "climate.out");
        if (climate.wait() != 0) throw std::runtime_error(climate.output());
    }

    void make_equal_hillslopes() const {
        const auto watershed = run_ / "watershed";
        fs::create_directories(watershed / "slope_files/hillslopes");
        std::string hillslopes = "topaz_id,slope_scalar,length,width,area,channel_id,side\n";
        std::string channels = "topaz_id,length,order\n", network, slopes;
        // A channel takes two hillslopes, one a side, and the channel above it.
        const int count = (hillslopes_ + 1) / 2;
        slopes = fmt::format("97.5\n# aspect, width\n{}\n", count);
        for (int i = 0; i < count; ++i) {
            const int channel = 24 + 10 * i;
            channels += fmt::format("{},200,1\n", channel);
            if (i + 1 < count) network += fmt::format("{}|{}\n", channel, channel + 10);
            slopes += "180.0 1.5\n2 200\n0.0, 0.05 1.0, 0.03\n";
        }
        for (int i = 0; i < hillslopes_; ++i) {
            const int channel = 24 + 10 * (i / 2), id = channel - 2 + i % 2;
            hillslopes +=
                fmt::format("{},0.2,100.0,50.0,5000.0,{},{}\n", id, channel, i % 2 == 0 ? "left" : "right");
            write_text(watershed / fmt::format("slope_files/hillslopes/hill_{}.slp", id),
                "97.5\n1\n200.0 50.0\n2 100.0\n0.0, 0.15 1.0, 0.25\n");
        }
        write_text(watershed / "hillslopes.csv", hillslopes);
        write_text(watershed / "channels.csv", channels);
        write_text(watershed / "network.txt", network);
        write_text(watershed / "slope_files/channels.slp", slopes);
    }

    void wait_for_end(const std::string& root) const {
        for (;;) {
            const auto status = status_of(root + "-run_wepp_hillslopes");
            if (status == "finished") break;
            if (status == "canceled" || status == "failed") throw std::runtime_error("the tree has failed");
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        wait_for_status(root + "-wepp_log_complete", "finished");
    }

    jobs::Moment time_of(const std::string& job, const std::string& field) const {
        return jobs::from_rq_text(queue_db({"HGET", "rq:job:" + job, field})).value();
    }

    int hillslopes_;
    fs::path run_;
};

void measure(int hillslopes, int years, int rounds) {
    constexpr double never = std::numeric_limits<double>::infinity();
    Load load(hillslopes, years);
    double one = never, two = never, alone = never;
    for (int round = 0; round < rounds; ++round) {
        one = std::min(one, load.seconds_on(1));
        two = std::min(two, load.seconds_on(2));
        alone = std::min(alone, load.seconds_alone());
    }
    const auto print = [&](const char* what, double seconds) {
        fmt::print("hillslopes {} count={} years={} seconds={:.2f}\n", what, hillslopes, years, seconds);
    };
    print("alone", alone);
    print("workers=1", one);
    print("workers=2", two);
    fmt::print("hillslopes efficiency={:.3f} (seconds on one over twice those on two)\n", one / (2 * two));
    fmt::print(
        "hillslopes overhead_ms_each={:.2f} (one worker beside alone)\n", 1000 * (one - alone) / hillslopes);
}

} // namespace
} // namespace freshet::tests

int main(int count, char** words) try {
    const auto number = [&](int at, int usual) {
        return count > at ? std::atoi(words[at]) : usual;
    };
    freshet::tests::measure(number(1, 200), number(2, 100), number(3, 2));
    return 0;
} catch (const std::exception& failure) {
    fmt::print(stderr, "load_hillslopes: {}\n", failure.what());
    return 1;
}
