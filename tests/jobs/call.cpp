#include "jobs/queue/call.hpp"

#include "jobs/queue/encoding.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::jobs {
namespace {

namespace json = boost::json;

Call example(Serializer serializer) {
    Call call{"wepppy.rq.project_rq.build_climate_rq", {"run-1", 7, nullptr}, {}, serializer};
    call.kwargs = {
        {"years", 100}, {"scale", 2.5}, {"flags", {true, "x"}}, {"nested", {{"a", json::array{}}}}};
    return call;
}

std::string message_of(std::string_view data) {
    const auto call = decode_call(data);
    return call ? "accepted" : call.error().message;
}

} // namespace

BOOST_AUTO_TEST_SUITE(call)

BOOST_AUTO_TEST_CASE(a_call_survives_both_serializers) {
    for (const auto serializer : {Serializer::json, Serializer::pickle}) {
        const auto decoded = decode_call(encode_call(example(serializer))).value();
        BOOST_TEST(decoded.function == example(serializer).function);
        BOOST_TEST(json::serialize(decoded.args) == json::serialize(example(serializer).args));
        BOOST_TEST((decoded.kwargs == example(serializer).kwargs));
        BOOST_TEST((decoded.serializer == serializer));
    }
}

BOOST_AUTO_TEST_CASE(data_need_not_be_compressed) {
    BOOST_TEST(decode_call(R"(["m.f",null,[1],{"a":2}])").value().function == "m.f");
}

BOOST_AUTO_TEST_CASE(the_task_is_the_last_part_of_the_function_without_rq) {
    struct Row {
        const char* function;
        const char* name;
        const char* task;
    };
    for (const Row row :
        {Row{"a.b.build_climate_rq", "build_climate_rq", "build_climate"}, Row{"probe", "probe", "probe"},
            Row{"m._rq", "_rq", "_rq"}, Row{"m.x_rq_rq", "x_rq_rq", "x_rq"}, Row{"m.", "", ""}}) {
        const Call call{row.function, {}, {}};
        BOOST_TEST(call.name() == row.name);
        BOOST_TEST(call.task() == row.task);
    }
}

BOOST_AUTO_TEST_CASE(the_description_reads_like_python) {
    BOOST_TEST(
        example(Serializer::json).description() ==
        "wepppy.rq.project_rq.build_climate_rq('run-1', 7, None, years=100, scale=2.5, flags=[True, 'x'], "
        "nested={'a': []})");
    BOOST_TEST((Call{"m.f", {}, {}}.description()) == "m.f()");
}

BOOST_AUTO_TEST_CASE(python_writes_words_that_json_does_not_know) {
    const auto call =
        decode_call(R"(["m.f",null,[NaN,"NaN \" Infinity",[-Infinity]],{"Infinity": Infinity}])").value();
    BOOST_TEST(std::isnan(call.args[0].get_double()));
    BOOST_TEST(call.args[1].get_string() == "NaN \" Infinity");
    BOOST_TEST(call.args[2].at(0).get_double() == -INFINITY);
    BOOST_TEST(call.kwargs.at("Infinity").get_double() == INFINITY);
}

BOOST_AUTO_TEST_CASE(numbers_of_json_keep_their_value) {
    const auto call = decode_call(
        R"(["m.f",null,[-9223372036854775808,9223372036854775807,1e300,-0.5,"99999999999999999999"],{}])")
                          .value();
    BOOST_TEST(call.args[0].as_int64() == std::numeric_limits<std::int64_t>::min());
    BOOST_TEST(call.args[1].as_int64() == std::numeric_limits<std::int64_t>::max());
    BOOST_TEST(call.args[2].as_double() == 1e300);
    BOOST_TEST(call.args[3].as_double() == -0.5);
    BOOST_TEST(call.args[4].as_string() == "99999999999999999999");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_the_data_is_said) {
    struct Row {
        std::string data;
        const char* message;
    };
    for (const Row& row : std::vector<Row>{
             {"", "job data: empty"},
             {deflate(""), "job data: empty"},
             {"x\x9cgarbage", "job data: not zlib data"},
             {deflate(std::string(17 * 1024 * 1024, ' ')), "inflates to more than 16777216 bytes"},
             {"hello", "not JSON"},
             {"[\"m.f\",null,[1],{}", "not JSON"},
             {"[\"m.f\",null,[Nan],{}]", "not JSON"},
             {"[\"m.f\",null,[\"\xff\"],{}]", "not JSON"},
             {R"(["m.f",null,["\ud800"],{}])", "not JSON"},
             {R"({"a":1})", "expected [function"},
             {R"(["m.f",null,[]])", "expected [function"},
             {R"(["",null,[],{}])", "the function's name"},
             {R"([1,null,[],{}])", "the function's name"},
             {R"(["m.f",{},[],{}])", "instance"},
             {R"(["m.f",null,{},{}])", "arguments must be a list"},
             {R"(["m.f",null,[],[]])", "keyword arguments must be an object"},
             {"[\"m.f\",null," + std::string(40, '[') + std::string(40, ']') + ",{}]", "not JSON"},
             {R"(["m.f",null,[-9223372036854775809],{}])", "JSON, byte 14: an integer of more than 64 bits"},
             {"[\"m.f\",null,[" + std::string(2'000'000, ',') + "],{}]", "more than 1000000 values"},
         })
        BOOST_TEST(message_of(row.data).find(row.message) != std::string::npos, message_of(row.data));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
