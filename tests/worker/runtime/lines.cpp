#include "worker/runtime/slots.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace freshet::worker {
namespace {

using namespace std::chrono_literals;

struct Fixture {
    Executions::iterator claimed_for(const std::string& slot) {
        jobs::ClaimedJob job;
        job.lease.worker = slot;
        return jobs.emplace(jobs.end(), std::move(job), now);
    }
    Slots::Entered enter(const std::string& slot) { return slots.enter(claimed_for(slot), now); }
    void run_one(const std::string& slot, Slots::Clock::duration time) {
        enter(slot);
        now += time;
        slots.leave(slot, now);
    }
    void run_many_short_ones() {
        for (int i = 0; i < 300; ++i)
            run_one("w.1", 10us);
    }
    Slots::Wanted wanted() const { return slots.wanted(now); }

    Slots::Clock::time_point now;
    Executions jobs;
    Slots slots{{"w.1", "w.2"}, Slots::Lines::allowed};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(lines, Fixture)

BOOST_AUTO_TEST_CASE(a_worker_begins_without_lines) {
    BOOST_TEST((wanted().slots == std::vector<std::string>{"w.1", "w.2"}));
    BOOST_TEST(wanted().ahead == 0U);
    BOOST_TEST((enter("w.1") == Slots::Entered::slot));
    BOOST_TEST((wanted().slots == std::vector<std::string>{"w.2"}));
}

BOOST_AUTO_TEST_CASE(before_short_tasks_lines_form_evenly_and_behind_the_free_slots) {
    run_many_short_ones();
    const auto places = wanted();
    BOOST_TEST_REQUIRE(places.ahead > 10U);
    BOOST_TEST_REQUIRE(places.slots.size() == 2 + places.ahead);
    BOOST_TEST(places.slots[0] == "w.1");
    BOOST_TEST(places.slots[1] == "w.2");
    const auto of_first = std::ranges::count(places.slots, "w.1");
    const auto of_second = std::ranges::count(places.slots, "w.2");
    BOOST_TEST(std::abs(of_first - of_second) <= 1);
}

BOOST_AUTO_TEST_CASE(tasks_that_take_longer_than_redis_have_no_lines) {
    for (int i = 0; i < 100; ++i)
        run_one("w.1", 3ms);
    BOOST_TEST(wanted().ahead == 0U);
}

BOOST_AUTO_TEST_CASE(nor_does_a_worker_that_may_not) {
    slots = Slots({"w.1", "w.2"}, Slots::Lines::none);
    run_many_short_ones();
    BOOST_TEST(wanted().ahead == 0U);
}

BOOST_AUTO_TEST_CASE(the_first_of_a_line_gets_the_slot) {
    run_many_short_ones();
    const auto running = claimed_for("w.1"), first = claimed_for("w.1"), second = claimed_for("w.1");
    BOOST_TEST((slots.enter(running, now) == Slots::Entered::slot));
    BOOST_TEST((slots.enter(first, now) == Slots::Entered::line));
    BOOST_TEST((slots.enter(second, now) == Slots::Entered::line));
    BOOST_TEST((slots.leave("w.1", now) == first));
    BOOST_TEST((slots.leave("w.1", now) == second));
    BOOST_TEST(!slots.leave("w.1", now));
    BOOST_TEST(slots.lines_are_empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_wanted_until_the_lines_are_half_empty) {
    run_many_short_ones();
    const auto places = wanted();
    for (const std::string& slot : places.slots)
        enter(slot);
    std::size_t left = 0;
    for (; wanted().slots.empty(); ++left)
        slots.leave(left % 2 == 0 ? "w.1" : "w.2", now);
    BOOST_TEST(left == places.ahead / 2);
}

BOOST_AUTO_TEST_CASE(nobody_stands_behind_a_task_that_turns_out_to_be_long) {
    run_many_short_ones();
    enter("w.1");
    now += 5ms;
    const auto places = wanted();
    BOOST_TEST(places.ahead > 0U);
    BOOST_TEST(std::ranges::count(places.slots, "w.1") == 0);
}

BOOST_AUTO_TEST_CASE(who_has_stood_too_long_leaves_and_no_line_forms_after_that) {
    run_many_short_ones();
    enter("w.1");
    const auto late = claimed_for("w.1");
    slots.enter(late, now);
    const auto then = now;
    now += 20ms;
    const auto in_time = claimed_for("w.1");
    slots.enter(in_time, now);
    BOOST_TEST(slots.take_from_lines(then).empty());
    const auto left = slots.take_from_lines(then + 1ms);
    BOOST_TEST_REQUIRE(left.size() == 1U);
    BOOST_TEST((left[0] == late));
    BOOST_TEST(wanted().ahead == 0U);
    BOOST_TEST((slots.leave("w.1", now) == in_time));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
