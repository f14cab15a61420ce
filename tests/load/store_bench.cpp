// Benchmarks of the run store, one figure a line: store_bench [SECONDS_PER_FIGURE]
// A redis-server of its own on a unix socket; the run's folder is under the temporary directory (TMPDIR
// chooses the disk).

#include "prep/logging.hpp"
#include "prep/store/redis_prep.hpp"
#include "tests/prep/store/store_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace freshet::tests {
namespace {

using Clock = std::chrono::steady_clock;
using prep::Controllers;
using Micros = std::chrono::duration<double, std::micro>;

std::string document_of(std::size_t bytes) {
    std::string text = R"({"years": 30)";
    for (int i = 0; text.size() < bytes; ++i)
        text += fmt::format(R"(, "field_{}": {{"py/object": "x.Y", "values": [{}.5, {}, "text"]}})", i, i, i);
    return text + "}";
}

struct Samples {
    std::vector<double> micros;
    void print(std::string_view name) {
        std::ranges::sort(micros);
        double sum = 0;
        for (const double one : micros)
            sum += one;
        const auto at = [&](double part) {
            return micros[static_cast<std::size_t>(part * double(micros.size() - 1))];
        };
        fmt::print("{:<44} mean {:>9.1f} us  median {:>9.1f} us  p99 {:>9.1f} us  n {}\n", name,
            sum / double(micros.size()), at(0.5), at(0.99), micros.size());
    }
};

class Bench {
public:
    Bench(StoreFixture& fixture, std::chrono::milliseconds each) : fixture_(fixture), each_(each) {}

    awaitable<void> run() {
        auto& store = fixture_.one;
        const auto& place = fixture_.run;
        co_await until([&] { return store.client_cache.active(); });
        for (const std::size_t size : {std::size_t{1'000}, std::size_t{100'000}}) {
            fixture_.folder.write("climate.nodb", document_of(size));
            const auto name = [&](const char* what) {
                return fmt::format("{} ({} kB)", what, size / 1000);
            };
            co_await measure(
                name("controller get, miss"),
                [&]() -> awaitable<void> {
                    fixture_.in_database("13", {"DEL", StoreFixture::climate_key});
                    co_return;
                },
                [&]() -> awaitable<void> {
                    (void)(co_await store.controllers.load(place, "climate")).value();
                });
            co_await measure(name("controller get, hit in Redis"), nothing, [&]() -> awaitable<void> {
                (void)(co_await store.controllers.load(place, "climate")).value();
            });
            co_await measure(
                name("controller get, hit in the client's cache"), nothing, [&]() -> awaitable<void> {
                    (void)(co_await store.near_controllers.load(place, "climate")).value();
                });
            co_await dumps(name("dump and unlock"), name("dump and unlock with transaction"));
        }
        co_await effects(store, place);
    }

private:
    awaitable<void> effects(Store& store, const prep::Run& place) {
        auto prep = prep::RedisPrep::open(store.runs, place.dir).value();
        co_await measure("timestamp + invalidation + dump", nothing, [&]() -> awaitable<void> {
            auto stale =
                prep::stale_after(*rules::default_cache_rules(), "build_climate", "r1", place.dir.string());
            (void)(co_await prep.record("build_climate", std::move(stale))).value();
        });
        co_await measure("invalidation alone", nothing, [&]() -> awaitable<void> {
            (void)co_await prep.invalidate_caches_for_task(*rules::default_cache_rules(), "build_climate");
        });
    }

    static constexpr std::size_t fewest_pairs = 500;
    using Step = std::function<awaitable<void>()>;
    static awaitable<void> nothing() { co_return; }

    awaitable<double> timed(Step step) {
        const auto begin = Clock::now();
        co_await step();
        co_return Micros(Clock::now() - begin).count();
    }

    awaitable<void> measure(std::string name, Step before, Step step) {
        Samples samples;
        for (const auto end = Clock::now() + each_; Clock::now() < end || samples.micros.empty();) {
            co_await before();
            samples.micros.push_back(co_await timed(step));
        }
        samples.print(name);
    }

    // In pairs, each kind first in every other one, so that both meet the same disk and the same moments.
    awaitable<void> dumps(std::string plain_name, std::string transaction_name) {
        Samples plain, transaction;
        std::vector<double> ratios;
        const std::vector<std::string> none, climate{"build_climate"};
        for (const auto end = Clock::now() + 2 * each_; Clock::now() < end || ratios.size() < fewest_pairs;) {
            const bool plain_first = ratios.size() % 2 == 0;
            const auto& first_tasks = plain_first ? none : climate;
            const auto& second_tasks = plain_first ? climate : none;
            const double first = co_await one_dump(first_tasks);
            const double second = co_await one_dump(second_tasks);
            plain.micros.push_back(plain_first ? first : second);
            transaction.micros.push_back(plain_first ? second : first);
            ratios.push_back(transaction.micros.back() / plain.micros.back());
        }
        plain.print(plain_name);
        transaction.print(transaction_name);
        std::ranges::nth_element(ratios, ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2));
        fmt::print("{:<44} {:+.1f} % (median of {} pairs)\n", "  transaction against plain dump",
            100 * (ratios[ratios.size() / 2] - 1), ratios.size());
    }

    awaitable<double> one_dump(std::vector<std::string> tasks) {
        double micros = 0;
        const Controllers::Body body = [&](prep::LockedController& climate) -> awaitable<Result<>> {
            climate.document().set("/years", 31).value();
            const auto begin = Clock::now();
            auto dumped = co_await climate.dump_and_unlock_with_transaction(tasks);
            micros = Micros(Clock::now() - begin).count();
            co_return dumped;
        };
        (void)(co_await fixture_.one.controllers.locked(fixture_.run, "climate", {}, body)).value();
        co_return micros;
    }

    StoreFixture& fixture_;
    std::chrono::milliseconds each_;
};

} // namespace
} // namespace freshet::tests

int main(int count, char** words) {
    freshet::log_to_stderr(freshet::Severity::warning);
    const double seconds = count > 1 ? std::atof(words[1]) : 1.0;
    freshet::tests::StoreFixture fixture;
    freshet::tests::Bench bench(fixture, std::chrono::milliseconds(static_cast<int>(seconds * 1000)));
    fixture.play(bench.run());
}
