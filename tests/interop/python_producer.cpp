#include "jobs/queue/schedule.hpp"
#include "tests/interop/python.hpp"
#include "tests/support/queue_fixture.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

namespace freshet::jobs {
namespace {

using std::chrono::seconds;

struct Fixture : tests::QueueFixture {
    std::string python(const std::string& lines) { return tests::python(server.socket(), lines); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(python_producer, Fixture)

BOOST_AUTO_TEST_CASE(a_call_arrives_as_it_was_made_with_either_serializer) {
    struct Row {
        const char* queue;
        Serializer serializer;
    };
    for (const Row row : {Row{"default", Serializer::pickle}, Row{"in_json", Serializer::json}}) {
        server.command({"FLUSHALL"});
        const auto id = python(fmt::format(R"(
job = {}.enqueue(climate, 'r1', 7, years=100, scale=2.5, nothing=None, flags=[True, 'é'], big=2**40, low=-3,
                 nested={{'a': {{'b': []}}}}, same=['x'] * 300, job_timeout='2h', result_ttl=60, failure_ttl=70,
                 meta={{'user': 'me'}}, description='a climate')
print(job.id))",
            row.queue));
        const auto claimed = claim();
        BOOST_TEST_REQUIRE(claimed.size() == 1U);
        BOOST_TEST(claimed[0].lease.job_id == id);
        BOOST_TEST((claimed[0].time_limit == seconds(7'200)));
        BOOST_TEST((claimed[0].result_ttl == seconds(60)));
        BOOST_TEST((claimed[0].failure_ttl == seconds(70)));
        const auto call = decode_call(claimed[0].data).value();
        BOOST_TEST((call.serializer == row.serializer));
        BOOST_TEST(call.function == "wepppy.rq.project_rq.build_climate_rq");
        BOOST_TEST(call.task() == "build_climate");
        BOOST_TEST(boost::json::serialize(call.args) == R"(["r1",7])");
        BOOST_TEST(call.kwargs.at("years").as_int64() == 100);
        BOOST_TEST(call.kwargs.at("scale").as_double() == 2.5);
        BOOST_TEST(call.kwargs.at("nothing").is_null());
        BOOST_TEST(boost::json::serialize(call.kwargs.at("flags")) == "[true,\"\xc3\xa9\"]");
        BOOST_TEST(call.kwargs.at("big").as_int64() == 1'099'511'627'776);
        BOOST_TEST(call.kwargs.at("low").as_int64() == -3);
        BOOST_TEST(boost::json::serialize(call.kwargs.at("nested")) == R"({"a":{"b":[]}})");
        BOOST_TEST(call.kwargs.at("same").as_array().size() == 300U);
        const auto meta = parse_value(claimed[0].meta).value();
        BOOST_TEST((meta.serializer == row.serializer));
        BOOST_TEST(meta.value.at("user").as_string() == "me");
        BOOST_TEST(field(id, "description") == "a climate");
    }
}

BOOST_AUTO_TEST_CASE(large_and_odd_arguments_arrive) {
    python(R"(
default.enqueue(climate, list(range(2500)), {str(i): i for i in range(2500)}, 'x' * 70000, (1, (2, (3,))), float('nan'),
                float('-inf'), {1: 'one', None: 2, True: 3}, b'bytes'))");
    const auto call = decode_call(claim().at(0).data).value();
    BOOST_TEST(call.args[0].as_array().size() == 2'500U);
    BOOST_TEST(call.args[1].as_object().at("2499").as_int64() == 2'499);
    BOOST_TEST(call.args[2].as_string().size() == 70'000U);
    BOOST_TEST(boost::json::serialize(call.args[3]) == "[1,[2,[3]]]");
    BOOST_TEST(call.args[4].as_double() != call.args[4].as_double());
    BOOST_TEST(call.args[5].as_double() < 0);
    BOOST_TEST(call.args[6].as_object().at("null").as_int64() == 2);
    BOOST_TEST(call.args[7].as_string() == "bytes");

    python("in_json.enqueue(climate, float('nan'), float('-inf'), 'NaN')");
    const auto json = decode_call(claim().at(0).data).value();
    BOOST_TEST(json.args[0].as_double() != json.args[0].as_double());
    BOOST_TEST(json.args[1].as_double() < 0);
    BOOST_TEST(json.args[2].as_string() == "NaN");
}

BOOST_AUTO_TEST_CASE(objects_are_refused_by_the_opcode_that_would_make_them) {
    for (const char* argument : {"datetime.now()", "{1, 2}", "print", "timedelta(1)", "2**70"}) {
        python(fmt::format("default.enqueue(climate, {})", argument));
        const auto call = decode_call(claim().at(0).data);
        BOOST_TEST_REQUIRE(call.has_error(), argument);
        BOOST_TEST(call.error().message.find("job data: pickle, byte") == 0U, call.error().message);
    }
}

BOOST_AUTO_TEST_CASE(an_impatient_job_is_claimed_first) {
    python(R"(
default.enqueue(climate, job_id='a')
default.enqueue(climate, job_id='b', at_front=True))");
    BOOST_TEST(ids_of(claim(2)) == "b,a");
}

BOOST_AUTO_TEST_CASE(a_chain_and_a_diamond_run_in_their_order) {
    python(R"(
top = default.enqueue(climate, job_id='top')
left = default.enqueue(climate, job_id='left', depends_on=top)
right = in_json.enqueue(climate, job_id='right', depends_on=['top'])
default.enqueue(climate, job_id='bottom', depends_on=['left', 'right'])
default.enqueue(climate, job_id='last', depends_on='bottom'))");
    BOOST_TEST(registered("deferred", "default", "bottom"));
    complete(finished(claim_one()));
    const auto sides = claim(5);
    BOOST_TEST_REQUIRE(sides.size() == 2U);
    for (const ClaimedJob& side : sides)
        complete(finished(side.lease));
    for (const char* id : {"bottom", "last"}) {
        const auto lease = claim_one();
        BOOST_TEST(lease.job_id == id);
        complete(finished(lease));
    }
    BOOST_TEST(
        python("print(default.deferred_job_registry.count, default.finished_job_registry.count)") == "0 5");
}

BOOST_AUTO_TEST_CASE(retries_are_those_that_the_producer_gave) {
    python("default.enqueue(climate, job_id='a', retry=Retry(max=3, interval=[10, 60]))");
    const auto claimed = claim();
    BOOST_TEST_REQUIRE(claimed.size() == 1U);
    BOOST_TEST(claimed[0].retries.left == 3);
    const auto delay = retry_delay(claimed[0].retries, {}, 1);
    BOOST_TEST_REQUIRE(delay.has_value());
    BOOST_TEST(delay->count() == 10);
    auto attempt = failed(claimed[0].lease, "first attempt");
    attempt.retry_in = delay;
    complete(attempt);
    BOOST_TEST(python(R"(
job = Job.fetch('a', connection=connection)
print(job.get_status(), job.retries_left, job.exc_info, default.scheduled_job_registry.get_job_ids()))") ==
               "scheduled 2 first attempt ['a']");
}

BOOST_AUTO_TEST_CASE(a_job_for_later_is_moved_when_it_is_due) {
    python(R"(
default.enqueue_in(timedelta(seconds=-5), climate, 'r1')
default.enqueue_at(datetime(2099, 1, 1, tzinfo=timezone.utc), climate, 'r1'))");
    Schedule schedule(redis, {"default"});
    const auto moved = wait(schedule.move_due());
    BOOST_TEST(moved.jobs == 1U);
    BOOST_TEST((moved.next_due.value() == std::chrono::sys_days(std::chrono::year(2099) / 1 / 1)));
    complete(finished(claim_one()));
}

BOOST_AUTO_TEST_CASE(a_job_that_its_producer_deletes_or_cancels_does_not_start) {
    python(R"(
default.enqueue(climate, job_id='deleted').delete(remove_from_queue=False)
default.enqueue(climate, job_id='canceled').cancel()
default.push_job_id('canceled')
default.enqueue(climate, job_id='a'))");
    BOOST_TEST(ids_of(claim(3)) == "a");
}

BOOST_AUTO_TEST_CASE(suspended_workers_claim_nothing) {
    python("from rq.suspension import suspend; suspend(connection); default.enqueue(climate, job_id='a')");
    BOOST_TEST(claim().empty());
    python("from rq.suspension import resume; resume(connection)");
    BOOST_TEST(ids_of(claim()) == "a");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
