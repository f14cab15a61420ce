#include "jobs/queue/encoding.hpp"

#include <boost/test/unit_test.hpp>

#include <zlib.h>

#include <numeric>

namespace freshet::jobs {
namespace {

std::string every_byte() {
    std::string bytes(256, '\0');
    std::iota(bytes.begin(), bytes.end(), '\0');
    return bytes;
}

} // namespace

BOOST_AUTO_TEST_SUITE(encoding)

BOOST_AUTO_TEST_CASE(what_was_compressed_comes_back) {
    for (const std::string& plain :
        {std::string(), std::string("a"), every_byte(), std::string(100'000, 'x')})
        BOOST_TEST((inflate(deflate(plain), plain.size()).value() == plain));
}

BOOST_AUTO_TEST_CASE(a_text_may_be_as_long_as_the_limit_and_no_longer) {
    const auto packed = deflate(std::string(5'000, 'x'));
    BOOST_TEST(inflate(packed, 5'000).value().size() == 5'000U);
    const auto refused = inflate(packed, 4'999);
    BOOST_TEST((refused.error().code == Errc::bad_input));
    BOOST_TEST(refused.error().message.find("more than 4999 bytes") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_bomb_is_refused_at_the_limit) {
    const auto bomb = deflate(std::string(64 * 1024 * 1024, '\0'));
    BOOST_TEST(bomb.size() < 100'000U);
    BOOST_TEST(inflate(bomb, 1024 * 1024).has_error());
}

BOOST_AUTO_TEST_CASE(what_is_cut_short_or_spoiled_is_refused) {
    const auto packed = deflate("the quick brown fox jumps over the lazy dog");
    for (std::size_t length = 0; length < packed.size(); ++length)
        BOOST_TEST(inflate(packed.substr(0, length), 1'000).has_error(), length);
    BOOST_TEST(inflate("not zlib", 1'000).error().message == "not zlib data");
    auto spoiled = packed;
    spoiled.back() = static_cast<char>(spoiled.back() ^ 1);
    BOOST_TEST(inflate(spoiled, 1'000).has_error());
}

BOOST_AUTO_TEST_CASE(base64_is_that_of_rfc_4648) {
    for (const auto& [plain, text] : {std::pair{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
             {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}}) {
        BOOST_TEST(base64_encode(plain) == text);
        BOOST_TEST(base64_decode(text).value() == plain);
    }
    BOOST_TEST((base64_decode(base64_encode(every_byte())).value() == every_byte()));
}

BOOST_AUTO_TEST_CASE(what_is_not_base64_is_refused) {
    for (const char* text :
        {"Zg", "Zg=", "Z===", "====", "Zg==\n", " \n==", "    ", "Z=g=", "Zm9v Zm9", "\xc3\xa4zz"})
        BOOST_TEST(base64_decode(text).has_error(), text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
