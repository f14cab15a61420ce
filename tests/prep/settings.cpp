#include "prep/settings.hpp"

#include <boost/program_options/value_semantic.hpp>
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace freshet::prep {
namespace {

namespace po = boost::program_options;
using std::chrono::milliseconds;
using Arguments = std::vector<std::string>;

/// A program with a few options, and a settings file.
struct Fixture {
    Fixture() {
        reader.options().add_options()("queue", po::value<std::string>()->default_value("default"),
            "A queue.")("burst", po::bool_switch(), "Ends when all queues are empty.")(
            "job", po::value<std::vector<std::string>>(), "Jobs.")("tag",
            po::value<std::vector<std::string>>()->composing()->default_value({"none"}, "none"), "Tags.");
        reader.add_integer("slots", 4, {1, 64}, "Jobs that run at the same time.");
        reader.add_duration(
            "lease", milliseconds(15'000), {milliseconds(1'000), milliseconds(60'000)}, "Lease.");
    }
    ~Fixture() { std::filesystem::remove(file); }

    void write_file(std::string_view text) const { std::ofstream(file) << text; }
    std::string message_of(const Arguments& arguments, const Environment& environment = {}) {
        const auto read = reader.read(arguments, environment);
        if (read) return "no error";
        BOOST_TEST((read.error().code == Errc::bad_input));
        return read.error().message;
    }
    void must_read(const Arguments& arguments, const Environment& environment = {}) {
        const auto read = reader.read(arguments, environment);
        BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
    }

    std::string file =
        std::filesystem::temp_directory_path() / ("freshet-settings-" + std::to_string(getpid()) + ".conf");
    SettingsReader reader{"freshet-test [options]: a program"};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(settings, Fixture)

BOOST_AUTO_TEST_CASE(defaults_hold_where_nothing_is_said) {
    must_read({});
    BOOST_TEST(reader.get<std::string>("queue") == "default");
    BOOST_TEST(reader.get<std::int64_t>("slots") == 4);
    BOOST_TEST(reader.duration("lease").count() == 15'000);
    BOOST_TEST(!reader.get<bool>("burst"));
    BOOST_TEST(!reader.given("slots"));
    BOOST_TEST(reader.log_level() == "info");
    BOOST_TEST(reader.redis().where() == "localhost:6379");
    BOOST_TEST(reader.redis().databases.queue == 9);
}

BOOST_AUTO_TEST_CASE(flags_win_over_the_environment_and_that_over_the_file) {
    write_file("# a comment\n\nslots = 1\n  queue=file  \nlease = 2s\nburst = true\n");
    const Environment environment{
        {"FRESHET_SETTINGS", file}, {"FRESHET_SLOTS", "2"}, {"FRESHET_QUEUE", "environment"}};
    must_read({"--slots", "3"}, environment);
    BOOST_TEST(reader.get<std::int64_t>("slots") == 3);
    BOOST_TEST(reader.get<std::string>("queue") == "environment");
    BOOST_TEST(reader.duration("lease").count() == 2'000);
    BOOST_TEST(reader.get<bool>("burst"));
    BOOST_TEST(reader.given("slots"));
    BOOST_TEST(reader.given("lease"));
}

BOOST_AUTO_TEST_CASE(a_list_comes_whole_from_the_strongest_source_that_gives_it) {
    struct Case {
        Arguments arguments;
        std::string variable, file_text;
        Arguments tags;
    };
    const Case cases[] = {
        {{}, "", "", {"none"}},
        {{"--tag=a", "--tag=b"}, "", "", {"a", "b"}},
        {{}, " a  b ", "", {"a", "b"}},
        {{}, "", "tag = a\ntag = b c\n", {"a", "b", "c"}},
        {{"--tag=a"}, "b", "tag = c\n", {"a"}},
        {{}, "b", "tag = c\n", {"b"}},
    };
    for (const auto& [arguments, variable, file_text, tags] : cases) {
        write_file(file_text);
        auto with_file = arguments;
        with_file.push_back("--settings=" + file);
        must_read(with_file, {{"FRESHET_TAG", variable}});
        BOOST_TEST(reader.get<Arguments>("tag") == tags, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(the_file_named_by_a_flag_wins_over_the_one_in_the_environment) {
    write_file("slots = 7\n");
    must_read({"--settings=" + file}, {{"FRESHET_SETTINGS", "/nonexistent"}});
    BOOST_TEST(reader.get<std::int64_t>("slots") == 7);
}

BOOST_AUTO_TEST_CASE(empty_variables_and_those_of_the_build_do_not_count) {
    must_read(
        {}, {{"FRESHET_SLOTS", ""}, {"FRESHET_BUILD", "/tmp/build"}, {"REDIS_URL", ""}, {"PATH", "/bin"}});
    BOOST_TEST(reader.get<std::int64_t>("slots") == 4);
}

BOOST_AUTO_TEST_CASE(what_is_meant_for_others_does_not_count) {
    must_read({}, {{"FRESHET_CONCURRENCY", "8"}, {"FRESHET_WEPP_LIMIT", "1h"}, {"FRESHET_WATCH", "true"},
                      {"FRESHET_SERVICE_HOST", "10.0.0.1"}, {"FRESHET_PORT", "tcp://10.0.0.1:80"},
                      {"FRESHET_PORT_80_TCP_ADDR", "10.0.0.1"}, {"FRESHET_REDIS_PORT", "tcp://10.0.0.2:6379"},
                      {"REDIS_PORT", "tcp://10.0.0.2:6379"}, {"REDIS_SERVICE_HOST", "10.0.0.2"}});
    BOOST_TEST(reader.redis().where() == "localhost:6379");
    write_file("function = f=a\nfunction = g=b\nslots = 5\n");
    must_read({"--settings=" + file});
    BOOST_TEST(reader.get<std::int64_t>("slots") == 5);
}

BOOST_AUTO_TEST_CASE(an_option_may_be_meant_as_a_flag_only) {
    reader.only_as_flag("queue");
    write_file("queue = a\nqueue = b\n");
    must_read({"--settings=" + file}, {{"FRESHET_QUEUE", "high low"}});
    BOOST_TEST(reader.get<std::string>("queue") == "default");
    must_read({"--queue=low"}, {{"FRESHET_QUEUE", "high low"}});
    BOOST_TEST(reader.get<std::string>("queue") == "low");
    BOOST_TEST(reader.help().find("FRESHET_QUEUE") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_place_and_what_was_expected) {
    struct Case {
        Arguments arguments;
        Environment environment;
        std::string file_text;
        std::string message;
    };
    const auto line = [&](int number) {
        return "settings file " + file + " line " + std::to_string(number);
    };
    const Case cases[] = {
        {{"--slots=65"}, {}, "", "command line: --slots: expected an integer 1..64, found \"65\""},
        {{"--slots=x"}, {}, "", "command line: --slots: expected an integer 1..64, found \"x\""},
        {{"--quue=x"}, {}, "", "command line: unknown setting '--quue'; did you mean '--queue'?"},
        {{"--elephant"}, {}, "", "command line: unknown setting '--elephant'"},
        {{"--slot=1"}, {}, "", "command line: unknown setting '--slot'; did you mean '--slots'?"},
        {{"stray"}, {}, "", "command line: unexpected argument 'stray'"},
        {{"--slots=1", "--slots=2"}, {}, "",
            "command line: option '--slots' cannot be specified more than once"},
        {{}, {{"FRESHET_LEASE", "1h"}}, "",
            "environment: FRESHET_LEASE: expected a time 1s..1m such as 500ms, 10s, 5m or 2h, found \"1h\""},
        {{}, {{"FRESHET_QUUE", "x"}}, "",
            "environment: unknown setting 'FRESHET_QUUE'; did you mean 'FRESHET_QUEUE'?"},
        {{}, {{"FRESHET_VERSION", "x"}}, "", "environment: unknown setting 'FRESHET_VERSION'"},
        {{}, {}, "\n# x\nquue = x\n", line(3) + ": unknown setting 'quue'; did you mean 'queue'?"},
        {{}, {}, "slots = many\n", line(1) + ": slots: expected an integer 1..64, found \"many\""},
        {{}, {}, "slots\n", line(1) + ": expected 'name = value'"},
        {{}, {}, "= 5\n", line(1) + ": expected 'name = value'"},
        {{}, {}, "slots = 1\nslots = 2\n", line(2) + ": 'slots' is set in line 1 already"},
        {{}, {}, "settings = other\n", line(1) + ": unknown setting 'settings'"},
        {{"--log-level=loud"}, {}, "",
            "command line: --log-level: expected debug, info, warning, error or critical, found \"loud\""},
        {{"--redis-port=0"}, {}, "", "command line: --redis-port: expected an integer 1..65535, found \"0\""},
        {{}, {{"REDIS_PORT", "tcp//10.0.0.1"}}, "",
            "environment: REDIS_PORT: expected an integer 1..65535, found \"tcp//10.0.0.1\""},
        {{}, {{"FRESHET_CONCURENCY", "1"}}, "",
            "environment: unknown setting 'FRESHET_CONCURENCY'; did you mean 'FRESHET_CONCURRENCY'?"},
        {{}, {}, "redis-db-queue = 5000\n",
            line(1) + ": redis-db-queue: expected an integer 0..1023, found \"5000\""},
        {{"--redis-command-timeout=0"}, {}, "",
            "command line: --redis-command-timeout: expected a time 1ms..1h such as 500ms, 10s, 5m or 2h, "
            "found \"0\""},
        {{"--redis-host=h", "--redis-unix-socket=/s"}, {}, "",
            "command line: --redis-unix-socket and --redis-host exclude each other: give one of them"},
    };
    for (const auto& [arguments, environment, file_text, message] : cases) {
        write_file(file_text);
        auto with_file = arguments;
        with_file.push_back("--settings=" + file);
        BOOST_TEST(message_of(with_file, environment) == message);
    }
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_not_found) {
    const auto read = reader.read({"--settings=/nonexistent/f.conf"}, {});
    BOOST_REQUIRE(read.has_error());
    BOOST_TEST((read.error().code == Errc::not_found));
    BOOST_TEST(read.error().message == "settings file /nonexistent/f.conf: No such file or directory");
}

BOOST_AUTO_TEST_CASE(positional_arguments_go_where_the_program_wants_them) {
    reader.positional("job", -1);
    must_read({"a", "--slots=2", "-1", "b"});
    BOOST_TEST(reader.get<std::vector<std::string>>("job") == (std::vector<std::string>{"a", "-1", "b"}),
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(sources_about_redis_add_up_and_the_stronger_one_wins) {
    struct Case {
        Arguments arguments;
        Environment environment;
        std::string file_text;
        std::string where;
        std::string password;
    };
    const Case cases[] = {
        {{}, {{"REDIS_URL", "redis://:secret@db:1/9"}}, "", "db:1", "secret"},
        {{}, {{"REDIS_HOST", "db"}, {"REDIS_PORT", "7"}, {"REDIS_PASSWORD", "secret"}}, "", "db:7", "secret"},
        {{}, {{"REDIS_URL", "redis://db"}, {"REDIS_HOST", "other"}, {"REDIS_PASSWORD", "p"}}, "", "db:6379",
            "p"},
        {{"--redis-host=flag"}, {{"REDIS_URL", "redis://:secret@db:1"}}, "", "flag:1", "secret"},
        {{"--redis-url=redis://flag"}, {{"FRESHET_REDIS_PORT", "5"}}, "", "flag:6379", ""},
        {{}, {{"REDIS_HOST", "db"}, {"FRESHET_REDIS_HOST", "freshet"}}, "redis-host = file\nredis-port = 3\n",
            "freshet:3", ""},
        {{}, {{"REDIS_HOST", "db"}}, "redis-unix-socket = /run/redis.sock\n", "db:6379", ""},
        {{"--redis-unix-socket=/run/r"}, {{"REDIS_HOST", "db"}}, "", "unix:///run/r", ""},
        {{}, {{"REDIS_URL", "unix:///run/redis.sock"}}, "", "unix:///run/redis.sock", ""},
        {{"--redis-sentinels=a,b:1"}, {{"REDIS_HOST", "db"}}, "", "primary mymaster", ""},
        {{"--redis-host=db"}, {}, "redis-sentinels = a\n", "db:6379", ""},
        {{"--redis-sentinel-primary=m"}, {}, "redis-sentinels = a\n", "primary m", ""},
    };
    for (const auto& [arguments, environment, file_text, where, password] : cases) {
        write_file(file_text);
        auto with_file = arguments;
        with_file.push_back("--settings=" + file);
        must_read(with_file, environment);
        BOOST_TEST(reader.redis().where() == where);
        BOOST_TEST(reader.redis().password == password);
    }
}

BOOST_AUTO_TEST_CASE(every_redis_option_reaches_its_setting) {
    write_file("a password\n");
    must_read({"--redis-user=worker", "--redis-password-file=" + file, "--redis-tls-ca=ca.pem",
        "--redis-tls-certificate=c.pem", "--redis-tls-key=k.pem", "--redis-tls-server-name=redis.internal",
        "--redis-connect-timeout=250ms", "--redis-command-timeout=3", "--redis-db-runs=1",
        "--redis-db-status=2", "--redis-db-queue=3", "--redis-db-cache=4", "--redis-db-log-levels=5",
        "--redis-sentinel-user=watcher", "--redis-sentinel-password-file=" + file});
    const auto& redis = reader.redis();
    BOOST_TEST(redis.user == "worker");
    BOOST_TEST(redis.password == "a password");
    BOOST_TEST(redis.sentinel.user == "watcher");
    BOOST_TEST(redis.sentinel.password == "a password");
    BOOST_TEST(redis.tls.enabled);
    BOOST_TEST(redis.tls.verify);
    BOOST_TEST(redis.tls.ca_file == "ca.pem");
    BOOST_TEST(redis.tls.certificate_file == "c.pem");
    BOOST_TEST(redis.tls.key_file == "k.pem");
    BOOST_TEST(redis.tls.server_name == "redis.internal");
    BOOST_TEST(redis.connect_timeout.count() == 250);
    BOOST_TEST(redis.command_timeout.count() == 3'000);
    BOOST_TEST(redis.databases.runs == 1);
    BOOST_TEST(redis.databases.status == 2);
    BOOST_TEST(redis.databases.queue == 3);
    BOOST_TEST(redis.databases.cache == 4);
    BOOST_TEST(redis.databases.log_levels == 5);
}

BOOST_AUTO_TEST_CASE(insecure_tls_is_a_switch) {
    must_read({"--redis-tls-insecure"});
    BOOST_TEST(reader.redis().tls.enabled);
    BOOST_TEST(!reader.redis().tls.verify);
    must_read({}, {{"FRESHET_REDIS_TLS_INSECURE", "false"}, {"REDIS_URL", "rediss://db"}});
    BOOST_TEST(reader.redis().tls.verify);
    BOOST_TEST(message_of({}, {{"FRESHET_REDIS_TLS_INSECURE", "maybe"}}).find("FRESHET_REDIS_TLS_INSECURE") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(help_lists_every_option_with_its_default_and_its_variable) {
    const auto help = reader.help();
    for (const auto* part : {"freshet-test [options]: a program", "--slots arg (=4)", "FRESHET_SLOTS",
             "Jobs that run at the same time.", "--lease arg (=15s)", "--redis-url", "FRESHET_REDIS_TLS_CA",
             "--settings FILE", "--log-level arg (=info)", "--version"})
        BOOST_TEST(help.find(part) != std::string::npos, part);
    BOOST_TEST(help.find("FRESHET_HELP") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(help_and_version_work_even_where_the_rest_is_wrong) {
    must_read({"--help", "--slots=0"}, {{"FRESHET_NONSENSE", "x"}});
    BOOST_TEST(reader.wants_help());
    must_read({"--version", "--settings=/nonexistent"});
    BOOST_TEST(reader.wants_version());
    BOOST_TEST(!reader.wants_help());
}

BOOST_AUTO_TEST_CASE(passwords_are_told_to_nobody) {
    for (const Arguments& arguments : {Arguments{"--redis-url=redis://:s3cret@host:0"},
             Arguments{"--redis-password=s3cret", "--redis-password=s3cret"},
             Arguments{"--redis-password=s3cret", "--redis-password-file=/f"}}) {
        const auto message = message_of(arguments);
        BOOST_TEST(message != "no error");
        BOOST_TEST(message.find("s3cret") == std::string::npos, message);
    }
    must_read({"--redis-password=s3cret"});
    BOOST_TEST(reader.help().find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
