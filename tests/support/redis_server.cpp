#include "tests/support/redis_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace freshet::tests {
namespace {

constexpr std::chrono::seconds start_limit{30};
constexpr timeval answer_limit{30, 0};

struct CloseConnection {
    void operator()(redisContext* connection) const { redisFree(connection); }
};
struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using ClientConnection = std::unique_ptr<redisContext, CloseConnection>;
using ClientReply = std::unique_ptr<redisReply, FreeReply>;

std::filesystem::path make_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "freshet-redis-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
        throw std::runtime_error("mkdtemp " + pattern + ": " + std::strerror(errno));
    return pattern;
}

std::string text_of(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::string text_of(const redisReply& reply) {
    switch (reply.type) {
    case REDIS_REPLY_NIL:
        return "(nil)";
    case REDIS_REPLY_INTEGER:
        return std::to_string(reply.integer);
    case REDIS_REPLY_ERROR:
        return "(error) " + std::string(reply.str, reply.len);
    case REDIS_REPLY_ARRAY: {
        std::string lines;
        for (std::size_t i = 0; i < reply.elements; ++i) {
            if (i > 0) lines += '\n';
            lines += text_of(*reply.element[i]);
        }
        return lines;
    }
    default:
        return {reply.str, reply.len};
    }
}

ClientReply ask(redisContext& connection, const std::vector<std::string>& words) {
    std::vector<const char*> starts;
    std::vector<std::size_t> lengths;
    for (const auto& word : words) {
        starts.push_back(word.data());
        lengths.push_back(word.size());
    }
    return ClientReply(static_cast<redisReply*>(
        redisCommandArgv(&connection, static_cast<int>(words.size()), starts.data(), lengths.data())));
}

pid_t spawn(std::vector<std::string> words, const std::filesystem::path& log) {
    std::vector<char*> arguments;
    for (auto& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const auto parent = getpid();
    const auto child = fork();
    if (child < 0) throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
    if (child > 0) return child;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

} // namespace

std::uint16_t free_tcp_port() {
    namespace ip = boost::asio::ip;
    boost::asio::io_context context;
    const ip::tcp::acceptor acceptor(context, {ip::address_v4::loopback(), 0});
    return acceptor.local_endpoint().port();
}

RedisServer::RedisServer(RedisServerOptions options) : options_(std::move(options)), folder_(make_folder()) {
    if (options_.tcp) port_ = free_tcp_port();
    try {
        start();
    } catch (...) {
        clean_up();
        throw;
    }
}

RedisServer::~RedisServer() {
    clean_up();
}

void RedisServer::clean_up() {
    if (process_) kill();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

prep::redis::Settings RedisServer::settings() const {
    prep::redis::Settings settings;
    settings.unix_socket = socket();
    settings.password = options_.password;
    settings.backoff_first = std::chrono::milliseconds(1);
    settings.backoff_limit = std::chrono::milliseconds(20);
    return settings;
}

prep::redis::Settings RedisServer::tcp_settings() const {
    auto settings = this->settings();
    settings.unix_socket.clear();
    settings.host = "127.0.0.1";
    settings.port = port_;
    return settings;
}

void RedisServer::start() {
    const char* program = std::getenv("FRESHET_TEST_REDIS_SERVER");
    std::vector<std::string> words{program ? program : "redis-server"};
    if (!options_.configuration.empty()) words.push_back(write_configuration());
    words.insert(words.end(), {"--port", std::to_string(port_), "--bind", "127.0.0.1", "--unixsocket",
                                  socket(), "--dir", folder_, "--save", "", "--databases", "16"});
    words.insert(words.end(), options_.arguments.begin(), options_.arguments.end());
    process_ = spawn(std::move(words), folder_ / "redis.log");
    wait_until_it_answers();
}

std::string RedisServer::write_configuration() const {
    const auto path = folder_ / "redis.conf";
    if (!std::filesystem::exists(path)) std::ofstream(path) << options_.configuration;
    return path;
}

void RedisServer::wait_until_it_answers() {
    using Clock = std::chrono::steady_clock;
    const auto deadline = Clock::now() + start_limit;
    std::string answer;
    while (Clock::now() < deadline) {
        if (waitpid(process_, nullptr, WNOHANG) == process_) {
            process_ = 0;
            break;
        }
        if (std::filesystem::exists(socket())) try {
                answer = command({"PING"});
                if (answer == "PONG") return;
            } catch (const std::runtime_error& not_yet) {
                answer = not_yet.what();
            }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    throw std::runtime_error(
        "redis-server does not answer (last: " + answer + "); its log:\n" + text_of(folder_ / "redis.log"));
}

void RedisServer::stop() {
    end(SIGTERM);
}

void RedisServer::kill() {
    end(SIGKILL);
}

void RedisServer::end(int signal) {
    ::kill(process_, signal);
    waitpid(process_, nullptr, 0);
    process_ = 0;
    std::filesystem::remove(socket());
}

void RedisServer::pause() {
    ::kill(process_, SIGSTOP);
    waitpid(process_, nullptr, WUNTRACED);
}

void RedisServer::resume() {
    ::kill(process_, SIGCONT);
}

std::string RedisServer::command(const std::vector<std::string>& words) const {
    const ClientConnection connection(redisConnectUnixWithTimeout(socket().c_str(), answer_limit));
    if (!connection) throw std::bad_alloc();
    redisSetTimeout(connection.get(), answer_limit);
    if (!connection->err && !options_.password.empty()) ask(*connection, {"AUTH", options_.password});
    const auto reply = connection->err ? nullptr : ask(*connection, words);
    if (!reply) throw std::runtime_error(socket() + ": " + connection->errstr);
    return text_of(*reply);
}

} // namespace freshet::tests
