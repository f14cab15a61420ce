// A process of the stale-read race: store_race SOCKET RUN_DIR SHARED_FILE ROLE GENERATIONS SEED
//   ROLE         writer: sets the climate's version under its lock and invalidates the cache, until told to
//   stop
//                reader: reads through Controllers, with and without the client's cache, and as a trusting
//                reader, which
//                        believes each cache entry whatever the file says and dawdles between reading and
//                        filling
//                doomed: writes once and is killed before the step of replacing the file that stands for
//                GENERATIONS
//   GENERATIONS  on: fills are checked; off: they are plain SETs, as the old way was
// A read is stale if it gives a version less than one that was completed before the read began.

#include "prep/logging.hpp"
#include "tests/prep/store/failing_files.hpp"
#include "tests/prep/store/race.hpp"
#include "tests/prep/store/store_fixture.hpp"

#include <boost/asio/detached.hpp>

#include <iostream>
#include <random>

namespace freshet::tests {
namespace {

using prep::Controller;
using prep::Controllers;

constexpr int coroutines = 8;

class Racer {
public:
    Racer(Store& store, prep::Run run, Race& race, bool generations, unsigned seed)
        : store_(store), run_(std::move(run)), race_(race), generations_(generations), random_(seed) {}

    awaitable<void> read_until_stopped() {
        while (!race_.stop) {
            const auto completed = race_.completed.load();
            const auto version = co_await read_somehow();
            if (!version) {
                ++race_.failures;
                std::cerr << version.error().message << '\n';
                continue;
            }
            ++race_.reads;
            if (*version < completed) ++race_.stale_reads;
        }
    }

    awaitable<void> write_until_stopped() {
        Controllers::WriteOptions options;
        options.lock.wait = std::chrono::seconds(60);
        while (!race_.stop) {
            std::int64_t written = 0;
            const Controllers::Body next_version =
                [&](prep::LockedController& climate) -> awaitable<Result<>> {
                written = years_of(climate.controller()) + 1;
                climate.document().set("/years", written).value();
                co_return co_await climate.dump_and_unlock();
            };
            const auto done = co_await store_.controllers.locked(run_, "climate", options, next_version);
            const auto cleared = co_await store_.controllers.clear(run_, "climate");
            if (!done || !cleared) {
                ++race_.failures;
                std::cerr << (done ? cleared : done).error().message << '\n';
                continue;
            }
            ++race_.writes;
            for (auto seen = race_.completed.load(); seen < written;)
                race_.completed.compare_exchange_weak(seen, written);
            co_await dawdle();
        }
    }

private:
    awaitable<Result<std::int64_t>> read_somehow() {
        const auto kind = random_() % 3;
        if (kind == 0) co_return co_await read_trusting();
        auto& controllers = kind == 1 ? store_.controllers : store_.near_controllers;
        const auto climate = co_await controllers.load(run_, "climate");
        if (!climate) co_return climate.error();
        co_return years_of(**climate);
    }

    awaitable<Result<std::int64_t>> read_trusting() {
        const prep::StaleCache cache{"climate", {StoreFixture::climate_key}};
        auto looked = co_await store_.cache.look(run_, cache);
        if (!looked) co_return looked.error();
        if (looked->entry) co_return version_in(*looked->entry);
        const auto climate = Controller::load(run_.controller("climate"));
        if (!climate) co_return climate.error();
        if (random_() % 4 == 0) co_await dawdle();
        auto entry = climate->cache_entry();
        const auto filled = co_await fill(cache, std::move(looked->generation), std::move(entry));
        if (!filled) co_return filled.error();
        if (!*filled) ++race_.fills_refused;
        co_return years_of(*climate);
    }

    awaitable<Result<bool>> fill(const prep::StaleCache& cache, std::string generation, std::string entry) {
        if (!generations_) {
            const auto now = co_await store_.cache.look(run_, cache);
            if (!now) co_return now.error();
            generation = now->generation;
        }
        co_return co_await store_.cache.fill(run_, cache, std::move(generation), std::move(entry));
    }

    static std::int64_t version_in(const std::string& entry) {
        return prep::Document::parse(entry, "entry").value().find("/years")->to_number<std::int64_t>();
    }

    awaitable<void> dawdle() { co_await prep::pause(std::chrono::milliseconds(random_() % 3)); }

    Store& store_;
    prep::Run run_;
    Race& race_;
    bool generations_;
    std::minstd_rand random_;
};

int die_at(const std::string& step, const prep::redis::Settings& settings, const prep::Run& run) {
    boost::asio::io_context context;
    Store store(context, settings);
    auto files = FilesWith::killed_at(step);
    Controllers doomed(
        {.runs = store.runs, .locks = store.locks, .files = store.files, .file_operations = &files});
    const auto write = [&]() -> awaitable<void> {
        Controllers::WriteOptions options;
        options.lock = {.ttl = std::chrono::seconds(1), .wait = std::chrono::seconds(30)};
        (void)co_await doomed.locked(run, "climate", options, set_years(31));
    };
    run_with(context, write(), store.runs, store.wakeups);
    return 0;
}

int race(const std::vector<std::string>& words) {
    prep::redis::Settings settings;
    settings.unix_socket = words.at(0);
    if (words.at(3) == "doomed") return die_at(words.at(4), settings, prep::Run::at(words.at(1)).value());
    boost::asio::io_context context;
    Store store(context, settings);
    Racer racer(store, prep::Run::at(words.at(1)).value(), map_race(words.at(2)), words.at(4) == "on",
        static_cast<unsigned>(std::stoul(words.at(5))));
    const bool writes = words.at(3) == "writer";
    std::vector<awaitable<void>> parts;
    for (int i = 0; i < (writes ? 2 : coroutines); ++i)
        parts.push_back(writes ? racer.write_until_stopped() : racer.read_until_stopped());

    bool ended = false;
    const auto when_ended = [&](std::exception_ptr failure) {
        ended = true;
        if (failure) std::rethrow_exception(failure);
    };
    for (auto* link : std::initializer_list<prep::PushLink*>{&store.wakeups, &store.client_cache})
        boost::asio::co_spawn(context, link->run(), boost::asio::detached);
    boost::asio::co_spawn(context, store.runs.run(), boost::asio::detached);
    boost::asio::co_spawn(context, all(std::move(parts)), when_ended);
    while (!ended)
        context.run_one();
    store.runs.stop();
    store.wakeups.stop();
    store.client_cache.stop();
    context.run();
    return 0;
}

} // namespace
} // namespace freshet::tests

int main(int count, char** words) try {
    freshet::log_to_stderr(freshet::Severity::warning);
    return freshet::tests::race(std::vector<std::string>(words + 1, words + count));
} catch (const std::exception& failure) {
    std::cerr << "store_race: " << failure.what() << '\n';
    return 1;
}
