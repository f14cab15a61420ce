// Builds the climates of runs, all at the same time, and has one more job follow when the last is done.
//     REDIS_URL=redis://localhost:6379 producer <run id>...
#include <jobs/client/blocking_producer.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <vector>

namespace jobs = freshet::jobs;

int main(int count, char** words) try {
    freshet::prep::redis::Settings settings;
    if (const char* url = std::getenv("REDIS_URL")) apply_url(url, settings).value();
    jobs::BlockingProducer producer(settings);

    const std::vector<std::string> runs(words + 1, words + count);
    jobs::NewJob last{.call = jobs::make_call("freshet.noop", "climates are built", jobs::kw("runs", runs))};
    std::vector<jobs::NewJob> all;
    for (const std::string& run : runs) {
        jobs::NewJob climate = jobs::job_for_run("build_climate", run).value();
        climate.retries = 2;
        add_child(last, climate, 0);
        last.depends_on.push_back(climate.id);
        all.push_back(std::move(climate));
    }
    all.push_back(std::move(last));

    const auto receipts = producer.enqueue_all(std::move(all)).value();
    const auto ended = producer.wait(receipts.back().job_id, std::chrono::minutes(10)).value();
    std::cout << ended.job.status << ' ' << ended.value << '\n';
    return ended.job.status == "finished" ? EXIT_SUCCESS : EXIT_FAILURE;
} catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return EXIT_FAILURE;
}
