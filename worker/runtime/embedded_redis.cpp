#include "worker/runtime/embedded_redis.hpp"

#include "prep/files/atomic_file.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <thread>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds start_limit{10};
constexpr std::chrono::milliseconds between_looks{10};
constexpr std::size_t longest_socket_path = 107; // sockaddr_un

fs::path socket_in(const fs::path& folder) {
    return folder / "redis.sock";
}
fs::path log_in(const fs::path& folder) {
    return folder / "redis.log";
}

std::string configuration(const fs::path& folder) {
    return fmt::format("port 0\n"
                       "unixsocket \"{}\"\n"
                       "unixsocketperm 700\n"
                       "dir \"{}\"\n"
                       "logfile \"{}\"\n"
                       "appendonly yes\n"
                       "appendfsync everysec\n"
                       "save \"\"\n"
                       "notify-keyspace-events Kh\n"
                       "maxmemory-policy noeviction\n",
        socket_in(folder).string(), folder.string(), log_in(folder).string());
}

bool answers(const fs::path& socket_path) {
    boost::asio::io_context context;
    boost::asio::local::stream_protocol::socket socket(context);
    boost::system::error_code error;
    socket.connect({socket_path.string()}, error);
    if (error) return false;
    boost::asio::write(socket, boost::asio::buffer(std::string_view("PING\r\n")), error);
    std::array<char, 64> answer{};
    const auto length = error ? 0 : socket.read_some(boost::asio::buffer(answer), error);
    return std::string_view(answer.data(), length).starts_with("+PONG");
}

std::string end_of_log(const fs::path& folder) {
    const auto text = prep::read_file(log_in(folder));
    if (!text) return "it left no log";
    return "its log ends: " + text->substr(text->size() - std::min<std::size_t>(text->size(), 600));
}

Result<> prepare(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return Error{Errc::bad_input, fmt::format("--embedded {}: {}", folder.string(), error.message())};
    if (socket_in(folder).string().size() > longest_socket_path)
        return Error{Errc::bad_input,
            fmt::format("--embedded {}: too long a path for a unix socket ({} bytes at most)",
                folder.string(), longest_socket_path - socket_in("x").string().size())};
    if (answers(socket_in(folder)))
        return Error{Errc::conflict,
            fmt::format("--embedded {}: a redis-server already works there", folder.string())};
    fs::remove(log_in(folder), error);
    return prep::write_file_atomically(folder / "redis.conf", configuration(folder));
}

pid_t spawn(const std::string& configuration_file) {
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child != 0) return child;
    // It ends with the worker, however that dies, but not at a Ctrl-C that is meant for the worker.
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(127);
    ::setpgid(0, 0);
    const int null = ::open("/dev/null", O_RDWR);
    for (const int standard : {0, 1, 2})
        ::dup2(null, standard);
    ::execlp("redis-server", "redis-server", configuration_file.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
}

} // namespace

Result<EmbeddedRedis> EmbeddedRedis::start(const fs::path& folder_given) {
    const fs::path folder = fs::absolute(folder_given).lexically_normal();
    if (auto ready = prepare(folder); !ready) return ready.error();
    const pid_t process = spawn((folder / "redis.conf").string());
    if (process < 0)
        return Error{
            Errc::unavailable, "redis-server: fork failed: " + std::generic_category().message(errno)};

    EmbeddedRedis server(folder, process);
    const auto deadline = std::chrono::steady_clock::now() + start_limit;
    while (!answers(socket_in(folder))) {
        int status = 0;
        if (::waitpid(process, &status, WNOHANG) == process) {
            server.process_ = -1;
            const bool absent = WIFEXITED(status) && WEXITSTATUS(status) == 127;
            return Error{Errc::unavailable, absent
                                                ? "redis-server is not in PATH (Debian: package redis-server)"
                                                : "redis-server ended at once; " + end_of_log(folder)};
        }
        if (std::chrono::steady_clock::now() > deadline)
            return Error{Errc::timed_out, fmt::format("redis-server in {} does not answer after {} s; {}",
                                              folder.string(), start_limit.count(), end_of_log(folder))};
        std::this_thread::sleep_for(between_looks);
    }
    return server;
}

EmbeddedRedis::EmbeddedRedis(fs::path folder, pid_t process)
    : folder_(std::move(folder)), process_(process) {}

EmbeddedRedis::EmbeddedRedis(EmbeddedRedis&& other) noexcept
    : folder_(std::move(other.folder_)), process_(std::exchange(other.process_, -1)) {}

EmbeddedRedis::~EmbeddedRedis() {
    if (process_ <= 0) return;
    ::kill(process_, SIGTERM);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void EmbeddedRedis::apply_to(prep::redis::Settings& settings) const {
    settings.unix_socket = socket_in(folder_).string();
    settings.tls.enabled = false;
    settings.user.clear();
    settings.password.clear();
}

} // namespace freshet::worker
