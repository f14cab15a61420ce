#include "tests/support/worker_fixture.hpp"
#include "worker/runtime/trace.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker {
namespace {

using namespace freshet::tests;

const std::string trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string producers_span = "00f067aa0ba902b7";
const std::string producers = "00-" + trace_id + "-" + producers_span + "-01";

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(tracing, WorkerFixture)

BOOST_AUTO_TEST_CASE(only_what_the_standard_calls_valid_is_taken) {
    const auto parsed = parse_traceparent(producers);
    BOOST_TEST_REQUIRE(parsed.has_value());
    BOOST_TEST(parsed->traceparent() == producers);
    BOOST_TEST(parse_traceparent("cc" + producers.substr(2) + "-what-comes-later").has_value());
    const std::vector<std::string> invalid{"", "00", producers + "0", producers + "-00",
        "ff" + producers.substr(2), "00-" + std::string(32, '0') + "-" + producers_span + "-01",
        "00-" + trace_id + "-" + std::string(16, '0') + "-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + producers_span + "-01",
        "00_" + trace_id + "-" + producers_span + "-01", "00-" + trace_id + "-" + producers_span + "-g1",
        "cc" + producers.substr(2) + "0"};
    for (const std::string& text : invalid)
        BOOST_TEST(!parse_traceparent(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(an_execution_is_a_span_of_its_own_in_its_producers_trace) {
    const auto parent = parse_traceparent(producers).value();
    const auto first = parent.child(), second = parent.child();
    BOOST_TEST(first.trace_id == trace_id);
    BOOST_TEST(first.flags == "01");
    BOOST_TEST(first.span_id != producers_span);
    BOOST_TEST(first.span_id != second.span_id);
    BOOST_TEST(parse_traceparent(first.traceparent()).has_value());
}

BOOST_AUTO_TEST_CASE(meta_in_json_and_in_pickle_may_carry_it) {
    BOOST_TEST(trace_in(R"({"traceparent": ")" + producers + "\"}").has_value());
    const std::string pickle = "\x80\x04}\x8c\x0btraceparent\x8c\x37" + producers + "s.";
    BOOST_TEST(trace_in(pickle).has_value());
    for (const std::string meta : {"", "x", "[]", "{}", R"({"traceparent": 7})", R"({"traceparent": "x"})"})
        BOOST_TEST(!trace_in(meta).has_value(), meta);
}

BOOST_AUTO_TEST_CASE(the_trace_is_in_the_log_and_in_the_model_programs_environment) {
    make_run("r1");
    const auto seen = folder.path() / "seen";
    const auto program = make_program("model",
        "echo \"$TRACEPARENT\" > " + seen.string() + "\nexec " FRESHET_BIN_DIR "/freshet-climate \"$@\"\n");
    const auto worker = start_worker({"--cligen", program.string()});
    const std::string data = R"(["freshet.build_climate_rq", null, ["r1"], {}])";
    queue_db({"HSET", "rq:job:j1", "data", data, "origin", "default", "status", "queued", "meta",
        R"({"traceparent": ")" + producers + "\"}"});
    queue_db({"RPUSH", "rq:queue:default", "j1"});
    wait_for_status("j1", "finished");

    const std::string text = text_of(seen);
    const auto span = parse_traceparent(text.substr(0, text.find('\n')));
    BOOST_TEST_REQUIRE(span.has_value(), text);
    BOOST_TEST(span->trace_id == trace_id);
    BOOST_TEST(span->span_id != producers_span);
    worker->wait_for_output("job=j1 trace=" + trace_id + " span " + span->span_id + " finished after");
}

BOOST_AUTO_TEST_CASE(a_job_without_a_trace_gets_none) {
    make_run("r1");
    const auto seen = folder.path() / "seen";
    const auto program = make_program("model", "echo \"found:$TRACEPARENT\" > " + seen.string() +
                                                   "\nexec " FRESHET_BIN_DIR "/freshet-climate \"$@\"\n");
    const auto worker = start_worker({"--cligen", program.string()});
    const auto job = enqueue({"build_climate", "r1"});
    wait_for_status(job, "finished");
    BOOST_TEST(text_of(seen) == "found:\n");
    BOOST_TEST(!contains(worker->output(), " trace="));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
