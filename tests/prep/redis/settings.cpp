#include "prep/redis/settings.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace freshet::prep::redis {
namespace {

/// What a URL sets, as one line.
std::string described(const Settings& settings) {
    return settings.where() + (settings.tls.enabled ? " tls" : "") + " user=" + settings.user +
           " password=" + settings.password;
}

} // namespace

BOOST_AUTO_TEST_SUITE(settings)

BOOST_AUTO_TEST_CASE(urls_say_where_redis_is_and_how_to_log_in) {
    struct Case {
        std::string_view url;
        std::string_view expected;
    };
    constexpr Case cases[] = {
        {"redis://", "localhost:6379 user= password="},
        {"redis://db.example", "db.example:6379 user= password="},
        {"redis://db.example:6380", "db.example:6380 user= password="},
        {"redis://db.example:6380/", "db.example:6380 user= password="},
        {"redis://db.example/9", "db.example:6379 user= password="},
        {"redis://db.example/9?timeout=5", "db.example:6379 user= password="},
        {"redis://:secret@db.example", "db.example:6379 user= password=secret"},
        {"redis://worker:s%40c%3aret%2F@db.example:1", "db.example:1 user=worker password=s@c:ret/"},
        {"redis://worker:a:b@db.example", "db.example:6379 user=worker password=a:b"},
        {"rediss://db.example", "db.example:6379 tls user= password="},
        {"redis://[::1]:7000/0", "[::1]:7000 user= password="},
        {"redis://[::1]", "[::1]:6379 user= password="},
        {"unix:///run/redis.sock", "unix:///run/redis.sock user= password="},
        {"unix://worker:secret@/run/my%20redis.sock?db=3",
            "unix:///run/my redis.sock user=worker password=secret"},
    };
    for (const auto& [url, expected] : cases) {
        Settings settings;
        const auto applied = apply_url(url, settings);
        BOOST_TEST_CONTEXT(url) {
            BOOST_REQUIRE_MESSAGE(applied.has_value(), applied.error().message);
            BOOST_TEST(described(settings) == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(sentinels_are_named_with_or_without_their_ports) {
    Settings settings;
    settings.unix_socket = "/run/redis.sock";
    BOOST_TEST(apply_sentinels("a,b:7000,[::1]:1,[::2]", settings).has_value());
    std::string named;
    for (const auto& [host, port] : settings.sentinel.addresses)
        named += host + ' ' + std::to_string(port) + '\n';
    BOOST_TEST(named == "a 26379\nb 7000\n::1 1\n::2 26379\n");
    BOOST_TEST(settings.where() == "primary mymaster");
    BOOST_TEST(apply_url("redis://db.example", settings).has_value());
    BOOST_TEST(settings.where() == "db.example:6379");
    for (const auto* wrong : {"", "a,", "a:b", "a:0", "[::1", ",a"}) {
        const auto applied = apply_sentinels(wrong, settings);
        BOOST_TEST_CONTEXT(wrong) BOOST_TEST(applied.has_error());
    }
    BOOST_TEST(settings.where() == "db.example:6379");
}

BOOST_AUTO_TEST_CASE(a_url_replaces_a_socket_that_was_set_before_and_keeps_a_password_that_it_does_not_name) {
    Settings settings;
    settings.unix_socket = "/run/redis.sock";
    settings.password = "secret";
    BOOST_TEST(apply_url("redis://db.example", settings).has_value());
    BOOST_TEST(described(settings) == "db.example:6379 user= password=secret");
}

BOOST_AUTO_TEST_CASE(other_urls_are_bad_input_and_change_nothing) {
    struct Case {
        std::string_view url;
        std::string_view part;
    };
    constexpr Case cases[] = {
        {"", "no scheme"},
        {"localhost:6379", "no scheme"},
        {"http://localhost", "unknown scheme 'http'"},
        {"redis://host:", "port"},
        {"redis://host:0", "port"},
        {"redis://host:65536", "port"},
        {"redis://host:12x", "port"},
        {"redis://[::1", "closing ']'"},
        {"redis://[::1]6379", "port"},
        {"redis://host/x", "database number"},
        {"redis://host/1/2", "database number"},
        {"redis://a%zz@host", "percent-encoding"},
        {"redis://a%4@host", "percent-encoding"},
        {"unix://run/redis.sock", "absolute path"},
        {"unix://", "absolute path"},
    };
    for (const auto& [url, part] : cases) {
        Settings settings;
        const auto applied = apply_url(url, settings);
        BOOST_TEST_CONTEXT(url) {
            BOOST_REQUIRE(applied.has_error());
            BOOST_TEST((applied.error().code == Errc::bad_input));
            BOOST_TEST(applied.error().message.find(part) != std::string::npos, applied.error().message);
            BOOST_TEST(described(settings) == "localhost:6379 user= password=");
        }
    }
}

BOOST_AUTO_TEST_CASE(messages_about_a_url_leave_its_password_out) {
    for (const auto* url : {"redis://worker:s3cret@host:0", "redis://:s3cret@host/x", "worker:s3cret@host",
             "redis://worker:s3cret@[host", "unix://:s3cret@run"}) {
        Settings settings;
        const auto applied = apply_url(url, settings);
        BOOST_REQUIRE(applied.has_error());
        BOOST_TEST(applied.error().message.find("s3cret") == std::string::npos, applied.error().message);
    }
}

BOOST_AUTO_TEST_CASE(where_names_the_socket_or_the_host_and_never_the_password) {
    Settings settings;
    settings.password = "secret";
    BOOST_TEST(settings.where() == "localhost:6379");
    settings.unix_socket = "/run/redis.sock";
    BOOST_TEST(settings.where() == "unix:///run/redis.sock");
}

BOOST_AUTO_TEST_CASE(the_first_line_of_a_password_file_is_the_password) {
    const auto path =
        std::filesystem::temp_directory_path() / ("freshet-password-" + std::to_string(getpid()));
    const auto read_from = [&](std::string_view text) {
        std::ofstream(path) << text;
        return read_password_file(path);
    };
    BOOST_TEST(read_from("secret").value() == "secret");
    BOOST_TEST(read_from("secret \nsecond line\n").value() == "secret ");
    BOOST_TEST(read_from("secret\r\n").value() == "secret");
    BOOST_TEST((read_from("").error().code == Errc::bad_input));
    BOOST_TEST((read_from("\nsecret\n").error().code == Errc::bad_input));
    std::filesystem::remove(path);
    const auto missing = read_password_file(path);
    BOOST_TEST((missing.error().code == Errc::not_found));
    BOOST_TEST(missing.error().message.find(path.string()) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
