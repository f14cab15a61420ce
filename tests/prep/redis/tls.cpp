#include "prep/redis/connection.hpp"
#include "tests/support/redis_server.hpp"
#include "tests/support/run_coroutine.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

namespace freshet::prep::redis {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using tests::RedisServer;
using tests::run_with;

/// Two authorities, a server certificate of the first for the name redis.internal and 127.0.0.1, and a
/// client's.
class Certificates {
public:
    Certificates() {
        auto pattern = (std::filesystem::temp_directory_path() / "freshet-tls-XXXXXX").string();
        BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
        authority("ca");
        authority("other-ca");
        std::ofstream(folder_ / "names") << "subjectAltName=DNS:redis.internal,IP:127.0.0.1\n";
        signed_by_ca("server", "-extfile names");
        signed_by_ca("client", "");
    }
    ~Certificates() { std::filesystem::remove_all(folder_); }
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    std::string certificate(const std::string& who) const { return folder_ / (who + ".pem"); }
    std::string key(const std::string& who) const { return folder_ / (who + ".key"); }

private:
    static constexpr std::string_view new_key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";

    void openssl(const std::string& arguments) const {
        const auto command =
            fmt::format("cd {} && openssl {} >>openssl.log 2>&1", folder_.string(), arguments);
        BOOST_REQUIRE_MESSAGE(std::system(command.c_str()) == 0, command);
    }
    void authority(const std::string& name) const {
        openssl(fmt::format(
            "req -x509 {0} -keyout {1}.key -out {1}.pem -subj '/CN=Authority {1}' -days 2", new_key, name));
    }
    void signed_by_ca(const std::string& name, std::string_view extensions) const {
        openssl(fmt::format("req {0} -keyout {1}.key -out {1}.csr -subj '/CN={1}'", new_key, name));
        openssl(fmt::format(
            "x509 -req -in {0}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 {1} -out {0}.pem", name,
            extensions));
    }

    std::filesystem::path folder_;
};

const Certificates& certificates() {
    static const Certificates made;
    return made;
}

/// A server that speaks TLS on one port and plain text on another.
struct Fixture {
    explicit Fixture(std::string clients = "no")
        : server({.arguments = {"--tls-port", std::to_string(tls_port), "--tls-cert-file",
                      certificates().certificate("server"), "--tls-key-file", certificates().key("server"),
                      "--tls-ca-cert-file", certificates().certificate("ca"), "--tls-auth-clients", clients},
              .tcp = true}) {}

    Settings settings() const {
        auto settings = server.tcp_settings();
        settings.port = tls_port;
        settings.tls.enabled = true;
        settings.tls.ca_file = certificates().certificate("ca");
        return settings;
    }
    /// "PONG", or why there is no connection.
    std::string ping(const Settings& settings, std::chrono::milliseconds limit) {
        Connection redis(context.get_executor(), settings, {});
        std::string answer;
        const auto body = [&]() -> asio::awaitable<void> {
            const auto reply = co_await redis.call(Command("PING"), CallOptions{limit});
            answer = reply ? std::string(reply->text()) : reply.error().message;
        };
        run_with(context, body(), redis);
        return answer;
    }
    void check_works(const Settings& settings) { BOOST_TEST(ping(settings, 30s) == "PONG"); }
    void check_fails(const Settings& settings, std::string_view part) {
        const auto answer = ping(settings, 300ms);
        BOOST_TEST(answer.find(part) != std::string::npos, answer);
    }

    std::uint16_t tls_port = tests::free_tcp_port();
    RedisServer server;
    asio::io_context context;
};

struct StrictFixture : Fixture {
    StrictFixture() : Fixture("yes") {}
};

} // namespace

BOOST_AUTO_TEST_SUITE(tls)

BOOST_FIXTURE_TEST_CASE(a_server_with_a_certificate_of_the_right_authority_and_name_is_trusted, Fixture) {
    check_works(settings()); // by its address
    auto by_name = settings();
    by_name.tls.server_name = "redis.internal";
    check_works(by_name);
}

BOOST_FIXTURE_TEST_CASE(a_big_value_passes, Fixture) {
    Connection redis(context.get_executor(), settings(), {});
    const std::string big(3'000'000, 'x');
    const auto body = [&]() -> asio::awaitable<void> {
        const auto reply = co_await redis.call(Command("ECHO", big));
        BOOST_REQUIRE_MESSAGE(reply.has_value(), reply.error().message);
        BOOST_TEST((reply->text() == big));
    };
    run_with(context, body(), redis);
}

BOOST_FIXTURE_TEST_CASE(a_certificate_of_another_authority_is_not_accepted, Fixture) {
    auto settings = this->settings();
    settings.tls.ca_file = certificates().certificate("other-ca");
    check_fails(
        settings, "TLS handshake: the server's certificate was not accepted: self-signed certificate");
    settings.tls.ca_file.clear();
    check_fails(settings, "TLS handshake: the server's certificate was not accepted: ");
}

BOOST_FIXTURE_TEST_CASE(a_certificate_for_another_name_is_not_accepted, Fixture) {
    auto settings = this->settings();
    settings.tls.server_name = "other.internal";
    check_fails(settings, "TLS handshake: the server's certificate was not accepted: hostname mismatch");
    settings.tls.server_name = "127.0.0.2";
    check_fails(settings, "TLS handshake: the server's certificate was not accepted: IP address mismatch");
}

BOOST_FIXTURE_TEST_CASE(insecure_accepts_any_certificate, Fixture) {
    auto settings = this->settings();
    settings.tls.ca_file.clear();
    settings.tls.server_name = "other.internal";
    settings.tls.verify = false;
    check_works(settings);
}

BOOST_FIXTURE_TEST_CASE(files_that_cannot_be_used_are_named, Fixture) {
    auto settings = this->settings();
    settings.tls.ca_file = "/nonexistent/ca.pem";
    check_fails(settings, "Redis TLS CA file /nonexistent/ca.pem: ");
    settings = this->settings();
    settings.tls.certificate_file = "/nonexistent/client.pem";
    check_fails(settings, "Redis TLS certificate file /nonexistent/client.pem: ");
    settings.tls.certificate_file = certificates().certificate("client");
    settings.tls.key_file = certificates().key("server");
    check_fails(settings, "Redis TLS key file " + certificates().key("server") + ": ");
}

BOOST_FIXTURE_TEST_CASE(tls_to_a_port_without_it_fails_in_the_handshake, Fixture) {
    auto settings = this->settings();
    settings.port = server.port();
    settings.connect_timeout = 100ms;
    const auto answer = ping(settings, 500ms);
    BOOST_TEST(answer.find(settings.where()) != std::string::npos, answer);
    BOOST_TEST(answer != "PONG");
    settings.tls.enabled = false;
    check_works(settings);
}

BOOST_FIXTURE_TEST_CASE(a_server_that_asks_for_a_certificate_gets_the_clients, StrictFixture) {
    auto settings = this->settings();
    settings.tls.certificate_file = certificates().certificate("client");
    settings.tls.key_file = certificates().key("client");
    check_works(settings);
    settings.tls.certificate_file.clear();
    settings.tls.key_file.clear();
    check_fails(settings, "certificate"); // TLS 1.3 may reset the connection before its reason is read
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep::redis
