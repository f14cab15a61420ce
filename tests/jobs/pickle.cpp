#include "jobs/queue/call.hpp"
#include "jobs/queue/encoding.hpp"
#include "jobs/queue/pickle_reader.hpp"
#include "jobs/queue/pickle_writer.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <limits>
#include <random>

namespace freshet::jobs {
namespace {

namespace json = boost::json;
using namespace std::string_literals;

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    return bytes;
}

/// ('mod.func', None, ('runid',), {'a': 1, 'b': 2.5, 'c': None, 'd': [True, 'x'], 'timeout': 3600}) by
/// Python 3.11.
std::string by_python() {
    return from_hex("8005955000000000000000288c086d6f642e66756e63944e8c0572756e69649485947d94288c01619"
                    "44b018c0162944740040000000000008c0163944e8c0164945d9428888c017894658c0774696d656f75"
                    "74944d100e7574942e");
}

std::string protocol_4(std::string_view body) {
    return "\x80\x04" + std::string(body) + ".";
}

std::string shown(const Result<json::value>& value) {
    return value ? json::serialize(*value) : value.error().message;
}

std::string read(std::string_view body, const PickleLimits& limits = {}) {
    return shown(read_pickle(protocol_4(body), limits));
}

unsigned seed() {
    const char* given = std::getenv("FRESHET_SEED");
    return given ? static_cast<unsigned>(std::stoul(given)) : std::random_device()();
}

} // namespace

BOOST_AUTO_TEST_SUITE(pickle)

BOOST_AUTO_TEST_CASE(a_call_that_python_wrote_is_read) {
    BOOST_TEST(shown(read_pickle(by_python())) ==
               R"(["mod.func",null,["runid"],{"a":1,"b":2.5E0,"c":null,"d":[true,"x"],"timeout":3600}])");
    for (const auto& data : {by_python(), deflate(by_python())}) {
        const auto call = decode_call(data).value();
        BOOST_TEST(call.function == "mod.func");
        BOOST_TEST((call.serializer == Serializer::pickle));
    }
}

BOOST_AUTO_TEST_CASE(each_opcode_of_plain_values_is_known) {
    struct Row {
        const char* what;
        std::string body;
        const char* value;
    };
    for (const Row& row : std::vector<Row>{
             {"NONE", "N", "null"},
             {"NEWTRUE", "\x88", "true"},
             {"NEWFALSE", "\x89", "false"},
             {"BININT", "J\xff\xff\xff\xff", "-1"},
             {"BININT lowest", "J\0\0\0\x80"s, "-2147483648"},
             {"BININT1", "K\xff", "255"},
             {"BININT2", "M\xff\xff", "65535"},
             {"LONG1 of nothing", "\x8a\0"s, "0"},
             {"LONG1 of one byte", "\x8a\x01\x80", "-128"},
             {"LONG1 of eight bytes", "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f", "9223372036854775807"},
             {"BINFLOAT", "G\x40\x04\0\0\0\0\0\0"s, "2.5E0"},
             {"SHORT_BINUNICODE", "\x8c\x02hi", "\"hi\""},
             {"SHORT_BINUNICODE of nothing", "\x8c\0"s, "\"\""},
             {"BINUNICODE", "X\x02\0\0\0\xc3\xa4"s, "\"\xc3\xa4\""},
             {"SHORT_BINBYTES", "C\x02hi", "\"hi\""},
             {"BINBYTES", "B\x02\0\0\0hi"s, "\"hi\""},
             {"EMPTY_LIST", "]", "[]"},
             {"APPEND",
                 "]K\x01"
                 "aK\x02"
                 "a",
                 "[1,2]"},
             {"APPENDS twice",
                 "](K\x01"
                 "e(K\x02K\x03"
                 "e",
                 "[1,2,3]"},
             {"EMPTY_TUPLE", ")", "[]"},
             {"TUPLE1", "K\x01\x85", "[1]"},
             {"TUPLE2", "K\x01K\x02\x86", "[1,2]"},
             {"TUPLE3", "K\x01K\x02K\x03\x87", "[1,2,3]"},
             {"TUPLE", "(K\x01K\x02K\x03K\x04t", "[1,2,3,4]"},
             {"EMPTY_DICT", "}", "{}"},
             {"SETITEM",
                 "}\x8c\x01"
                 "aK\x01s",
                 R"({"a":1})"},
             {"SETITEMS",
                 "}(\x8c\x01"
                 "aK\x01\x8c\x01"
                 "bNu",
                 R"({"a":1,"b":null})"},
             {"keys that are no texts", "}(K\x07N\x88NNN\x8a\x01\xffNu",
                 R"({"7":null,"true":null,"null":null,"-1":null})"},
             {"a key twice",
                 "}(\x8c\x01"
                 "aK\x01\x8c\x01"
                 "aK\x02u",
                 R"({"a":2})"},
             {"MEMOIZE, BINGET", "](\x8c\x01x\x94h\0e"s, R"(["x","x"])"},
             {"BINPUT, LONG_BINGET", "](K\x05q\x07j\x07\0\0\0e"s, "[5,5]"},
             {"LONG_BINPUT",
                 "](K\x05r\x07\0\0\0h\x07"
                 "e"s,
                 "[5,5]"},
             {"a list that grows after it was remembered",
                 "](]\x94K\x01"
                 "ah\0K\x02"
                 "ae"s,
                 "[[1,2],[1,2]]"},
             {"FRAME in the middle",
                 "]\x95\x03\0\0\0\0\0\0\0K\x01"
                 "a"s,
                 "[1]"},
         })
        BOOST_TEST(read(row.body) == row.value, row.what << ": " << read(row.body));
}

BOOST_AUTO_TEST_CASE(whatever_could_run_code_or_make_objects_is_refused_by_name) {
    for (const auto& [body, name] :
        std::vector<std::pair<std::string, const char*>>{{"cos\nsystem\n\x8c\x02ls\x85R", "GLOBAL"},
            {"\x8c\x02os\x8c\x06system\x93", "STACK_GLOBAL"}, {"N)R", "REDUCE"}, {"N)\x81", "NEWOBJ"},
            {"N)}\x92", "NEWOBJ_EX"}, {"NNb", "BUILD"}, {"(ios\nsystem\n", "INST"}, {"(No", "OBJ"},
            {"\x82\x01", "EXT1"}, {"\x83\x01\x01", "EXT2"}, {"\x84\x01\x01\x01\x01", "EXT4"},
            {"Pid\n", "PERSID"}, {"NQ", "BINPERSID"}, {"\x8f", "EMPTY_SET"}, {"I01\n", "INT"},
            {"S'a'\n", "STRING"}, {"Va\n", "UNICODE"}, {"\x8b\x01\0\0\0\x01"s, "LONG4"},
            {"\x96", "BYTEARRAY8"}, {"\x97", "NEXT_BUFFER"}, {"0", "POP"}, {"2", "DUP"}, {"\xff", "unknown"}})
        BOOST_TEST(read(body).find(fmt::format("({}) is not for plain values", name)) != std::string::npos,
            read(body));
}

BOOST_AUTO_TEST_CASE(a_pickle_that_is_out_of_order_is_refused) {
    for (const auto& [pickle, message] : std::vector<std::pair<std::string, const char*>>{
             {"", "cut short"},
             {"N.", "starts with 0x80"},
             {"\x80\x01N.", "protocol 1"},
             {"\x80\x06N.", "protocol 6"},
             {protocol_4(""), "expected one value"},
             {protocol_4("NN"), "expected one value"},
             {protocol_4("(N"), "expected one value"},
             {protocol_4("N") + "N", "follows after STOP"},
             {protocol_4("t"), "no mark"},
             {protocol_4("\x85"), "not enough values"},
             {protocol_4("N(\x85"), "not enough values"},
             {protocol_4("Na"), "not enough values"},
             {protocol_4("NNa"), "a list is missing"},
             {protocol_4("]K\x01K\x01s"), "a dictionary is missing"},
             {protocol_4("}(Nu"), "key without a value"},
             {protocol_4("}]Ns"), "key of a dictionary"},
             {protocol_4("h\x05"), "nothing is remembered as 5"},
             {protocol_4("\x94"), "not enough values"},
             {protocol_4("\x8a\x09\0\0\0\0\0\0\0\0\0"s), "integer of 9 bytes"},
             {protocol_4("\x8c\x01\xff"), "not UTF-8"},
             {protocol_4("\x8c\x03\xed\xa0\x80"), "not UTF-8"},
             {protocol_4("\x8c\x02\xc0\x80"), "not UTF-8"},
             {protocol_4("\x8c\x04\xf4\x90\x80\x80"), "not UTF-8"},
             {protocol_4("C\x02\xff\xfe"), "not UTF-8"},
             {protocol_4("X\xff\xff\xff\xff"), "cut short"},
             {protocol_4("\x95\xff\xff\xff\xff\xff\xff\xff\xff"), "frame reaches past the end"},
         })
        BOOST_TEST(shown(read_pickle(pickle)).find(message) != std::string::npos, shown(read_pickle(pickle)));
}

BOOST_AUTO_TEST_CASE(a_pickle_that_is_cut_short_anywhere_is_refused) {
    const auto whole = by_python();
    for (std::size_t length = 0; length < whole.size(); ++length)
        BOOST_TEST(read_pickle(whole.substr(0, length)).has_error(), length);
}

BOOST_AUTO_TEST_CASE(a_value_may_not_be_deeper_than_the_limit) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, ']') + std::string(depth - 1, 'a');
    };
    BOOST_TEST(read(nested(32)).starts_with("[["));
    BOOST_TEST(read(nested(33)).find("deeper than 32 levels") != std::string::npos);
    BOOST_TEST(read(nested(400'000)).find("deeper than 32 levels") != std::string::npos);
    BOOST_TEST(read("]\x94h\0a"s).find("deeper than 32 levels") != std::string::npos, "a list within itself");
}

BOOST_AUTO_TEST_CASE(shared_values_cannot_multiply_past_the_limits) {
    std::string body = "]\x94"; // each level holds the one before it twice
    for (char level = 0; level < 30; ++level)
        body += "](h"s + level + 'h' + level + "e\x94";
    body = "(" + body + "t";
    BOOST_TEST(read(body).find("more than 1000000 values") != std::string::npos, read(body).substr(0, 100));

    std::string texts = "](X" + "\x10\x27\0\0"s + std::string(10'000, 'x') + "\x94";
    for (int copy = 0; copy < 10'000; ++copy)
        texts += "h\0"s;
    BOOST_TEST(read(texts + "e").find("more than 67108864 bytes of text") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_number_of_values_is_limited) {
    const PickleLimits few{.values = 100, .text_bytes = 1'000, .depth = 32};
    BOOST_TEST(read("](" + std::string(98, 'N') + "e", few).starts_with("[null"));
    for (const std::string& body :
        {"](" + std::string(101, 'N') + "e", std::string(101, '('), std::string(101, ']')})
        BOOST_TEST(read(body, few).find("more than 100 values") != std::string::npos, read(body, few));
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_again) {
    json::array big;
    for (int i = 0; i < 3'000; ++i)
        big.push_back(i);
    for (const json::value& value : json::array{nullptr, true, false, 0, -1, 2'147'483'647, 2'147'483'648,
             std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max(), 0.0,
             -2.5e300, "", "\xc3\xa4", std::string(255, 'x'), std::string(256, 'x'), std::string(70'000, 'x'),
             json::array{}, json::object{}, big, json::parse(R"({"a":[1,{"b":[]}],"c":{"d":null}})")})
        BOOST_TEST(
            (read_pickle(write_pickle(value)).value() == value), json::serialize(value).substr(0, 100));
}

// Under the address sanitizer this shows that no input makes the reader step out of its bounds.
BOOST_AUTO_TEST_CASE(no_mutation_of_a_pickle_does_harm) {
    const unsigned chosen = seed();
    BOOST_TEST_MESSAGE("FRESHET_SEED=" << chosen);
    BOOST_TEST_INFO_SCOPE("FRESHET_SEED=" << chosen);
    std::mt19937 random(chosen);
    const auto below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    const std::string useful = "(.]}at)eushjqrNKMJGXCB\x85\x86\x87\x88\x89\x8a\x8c\x94\x95";
    std::size_t accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        auto pickle = by_python();
        for (auto changes = 1 + below(6); changes > 0; --changes) {
            const auto at = 2 + below(pickle.size() - 2);
            const char byte = below(2) == 0 ? useful[below(useful.size())] : static_cast<char>(below(256));
            if (below(3) == 0)
                pickle.insert(at, 1, byte);
            else if (below(3) == 0 && pickle.size() > 10)
                pickle.erase(at, 1 + below(3));
            else
                pickle[at] = byte;
        }
        const auto value = read_pickle(pickle, {.values = 10'000, .text_bytes = 100'000, .depth = 32});
        if (value) ++accepted;
    }
    BOOST_TEST(accepted > 0U);
    BOOST_TEST(accepted < 20'000U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
