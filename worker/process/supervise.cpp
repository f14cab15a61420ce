// freshet-supervise: runs one model program and answers for its whole tree of processes.
//
// It is a child subreaper, so that descendants that fork twice or open a session of their own become its
// children once their parents are gone. When the program has ended, when the worker asks for it, or when the
// worker is gone (its end of the control socket closes, whatever killed it), every descendant is killed, and
// only then this process reports and exits. If this process itself is killed, the program is killed by its
// parent-death signal. Standard streams and environment are those of the program.
//
//     freshet-supervise --protocol N --control FD --directory DIR [--cpu-seconds N]
//                       [--address-space-bytes N] [--file-bytes N] -- PROGRAM [ARGUMENT...]
#include "worker/process/supervise_protocol.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

using namespace freshet::worker::supervise;

constexpr int exit_usage = 64;
constexpr int exit_system = 71;
constexpr int oom_score_raise = 200;
constexpr int rescan_milliseconds = 50;
constexpr rlim_t cpu_seconds_to_handle_xcpu = 5;

struct Order {
    const char* protocol = "";
    int control = -1;
    const char* directory = nullptr;
    rlim_t cpu_seconds = RLIM_INFINITY;
    rlim_t address_space_bytes = RLIM_INFINITY;
    rlim_t file_bytes = RLIM_INFINITY;
    char** command = nullptr;
};

[[noreturn]] void die(int code, const char* what) {
    std::fprintf(stderr, "freshet-supervise: %s\n", what);
    std::exit(code);
}

rlim_t number(const char* text) {
    char* end = nullptr;
    errno = 0;
    const auto value = std::strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0')
        die(exit_usage, "expected a whole number after the option");
    return value;
}

Order parse(int argc, char** argv) {
    Order order;
    int at = 1;
    for (; at + 1 < argc && std::string_view(argv[at]) != "--"; at += 2) {
        const std::string_view name = argv[at];
        const char* value = argv[at + 1];
        if (name == "--protocol")
            order.protocol = value;
        else if (name == "--control")
            order.control = static_cast<int>(number(value));
        else if (name == "--directory")
            order.directory = value;
        else if (name == "--cpu-seconds")
            order.cpu_seconds = number(value);
        else if (name == "--address-space-bytes")
            order.address_space_bytes = number(value);
        else if (name == "--file-bytes")
            order.file_bytes = number(value);
        else
            die(exit_usage, "unknown option; it is started by freshet-worker, not by hand");
    }
    if (std::strcmp(order.protocol, protocol) != 0) die(exit_usage, "started by a worker of another version");
    if (order.control < 3 || order.directory == nullptr || at + 1 >= argc)
        die(exit_usage, "it is started by freshet-worker, not by hand");
    order.command = argv + at + 1;
    return order;
}

// The reader may be gone: then there is nobody to tell, and nothing to do about it.
void send_report(int control, const Report& report) {
    const char* at = reinterpret_cast<const char*>(&report);
    std::size_t left = sizeof report;
    while (left > 0) {
        const ssize_t sent = send(control, at, left, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return;
        at += sent;
        left -= static_cast<std::size_t>(sent);
    }
}

void send_not_started(int control, Stage stage, int error_number) {
    send_report(control, {.kind = ReportKind::not_started, .stage = stage, .error_number = error_number});
}

void close_all_but(int control) {
    if (control > 3) close_range(3, static_cast<unsigned>(control) - 1, 0);
    close_range(static_cast<unsigned>(control) + 1, ~0U, 0);
    fcntl(control, F_SETFD, FD_CLOEXEC);
}

sigset_t watched_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP})
        sigaddset(&set, signal);
    return set;
}

// ---- between fork and exec ----

bool limit(__rlimit_resource what, rlim_t soft, rlim_t room = 0) {
    if (soft == RLIM_INFINITY) return true;
    rlimit now{};
    if (getrlimit(what, &now) != 0) return false;
    const rlim_t hard = soft + room < now.rlim_max ? soft + room : now.rlim_max;
    const rlimit wanted{.rlim_cur = soft < hard ? soft : hard, .rlim_max = hard};
    return setrlimit(what, &wanted) == 0;
}

bool set_limits(const Order& order) {
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_CPU, order.cpu_seconds, cpu_seconds_to_handle_xcpu) &&
           limit(RLIMIT_FSIZE, order.file_bytes) && limit(RLIMIT_AS, order.address_space_bytes);
}

// When memory runs out the kernel should take a model program before the worker. Only a wish: failure is
// ignored.
void raise_oom_score() {
    const int file = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    char text[16] = {};
    if (read(file, text, sizeof text - 1) > 0) {
        const int raised = std::atoi(text) + oom_score_raise;
        const int length = std::snprintf(text, sizeof text, "%d", raised < 1000 ? raised : 1000);
        [[maybe_unused]] const auto ignored = pwrite(file, text, static_cast<std::size_t>(length), 0);
    }
    close(file);
}

[[noreturn]] void become_program(const Order& order, pid_t supervisor) {
    const auto fail = [&](Stage stage) {
        send_not_started(order.control, stage, errno);
        _exit(127);
    };
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != supervisor) _exit(127);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    raise_oom_score();
    if (chdir(order.directory) != 0) fail(Stage::working_directory);
    if (!set_limits(order)) fail(Stage::limits);
    execv(order.command[0], order.command);
    fail(Stage::program);
    _exit(127);
}

// ---- the supervisor ----

class Tree {
public:
    Tree(pid_t program, int signals) : program_(program), signals_(signals) {}

    bool program_ended() const { return ended_; }
    int wait_status() const { return wait_status_; }

    void signal_group(int signal) const {
        if (ended_) return;
        kill(-program_, signal);
        kill(-program_, SIGCONT); // a stopped program must wake up to hear it
    }

    /// Takes the state of every child that has died. False when no descendant is left.
    bool reap() {
        for (;;) {
            int status = 0;
            const pid_t pid = waitpid(-1, &status, WNOHANG);
            if (pid == 0) return true;
            if (pid < 0 && errno != EINTR) return false;
            if (pid != program_) continue;
            ended_ = true;
            wait_status_ = status;
        }
    }

    /// Returns when no descendant is left. Children of the killed become children of this subreaper and are
    /// found by the next round.
    void kill_all() {
        if (!ended_) {
            kill(-program_, SIGKILL);
            await_a_death();
        }
        while (reap()) {
            kill_children();
            await_a_death();
        }
    }

private:
    void await_a_death() const {
        pollfd news{.fd = signals_, .events = POLLIN, .revents = 0};
        poll(&news, 1, rescan_milliseconds);
        signalfd_siginfo ignored;
        while (read(signals_, &ignored, sizeof ignored) > 0) {
        }
    }

    static pid_t parent_of(const char* pid) {
        char path[64];
        std::snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
        const int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0) return -1;
        char text[512] = {};
        const auto length = read(file, text, sizeof text - 1);
        close(file);
        if (length <= 0) return -1;
        const char* after_name = std::strrchr(text, ')'); // the name itself may hold blanks and brackets
        int parent = -1;
        if (after_name == nullptr || std::sscanf(after_name, ") %*c %d", &parent) != 1) return -1;
        return parent;
    }

    static void kill_children() {
        DIR* processes = opendir("/proc");
        if (processes == nullptr) return;
        while (const dirent* entry = readdir(processes)) {
            const pid_t pid = std::atoi(entry->d_name);
            if (pid > 0 && parent_of(entry->d_name) == getpid()) kill(pid, SIGKILL);
        }
        closedir(processes);
    }

    pid_t program_;
    int signals_;
    bool ended_ = false;
    int wait_status_ = 0;
};

/// Returns when the program has ended or must end at once.
void watch(Tree& tree, int signals, int control) {
    pollfd sources[] = {
        {.fd = signals, .events = POLLIN, .revents = 0}, {.fd = control, .events = POLLIN, .revents = 0}};
    while (!tree.program_ended()) {
        if (poll(sources, 2, -1) < 0 && errno != EINTR) return;
        signalfd_siginfo info;
        while (read(signals, &info, sizeof info) == sizeof info)
            if (info.ssi_signo != SIGCHLD) tree.signal_group(static_cast<int>(info.ssi_signo));
        tree.reap();
        if (sources[1].revents == 0) continue;
        char command = 0;
        const ssize_t got = recv(control, &command, 1, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (got <= 0 || command == static_cast<char>(Command::kill)) return;
        if (command == static_cast<char>(Command::terminate)) tree.signal_group(SIGTERM);
    }
}

Report final_report(const Tree& tree) {
    rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    const auto microseconds = [](const timeval& time) {
        return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
    };
    return {.kind = ReportKind::ended,
        .wait_status = tree.wait_status(),
        .user_microseconds = microseconds(used.ru_utime),
        .system_microseconds = microseconds(used.ru_stime),
        .peak_memory_kib = used.ru_maxrss};
}

} // namespace

int main(int argc, char** argv) {
    const Order order = parse(argc, argv);
    close_all_but(order.control);
    const sigset_t set = watched_signals();
    sigprocmask(SIG_SETMASK, &set, nullptr);
    const int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) die(exit_system, std::strerror(errno));

    const pid_t self = getpid();
    const pid_t program = fork();
    if (program < 0) {
        send_not_started(order.control, Stage::fork, errno);
        return exit_system;
    }
    if (program == 0) become_program(order, self);
    setpgid(program, program); // both sides do it, so that neither can be too late
    send_report(order.control, {.kind = ReportKind::started, .pid = program});

    Tree tree(program, signals);
    watch(tree, signals, order.control);
    tree.kill_all();
    send_report(order.control, final_report(tree));
    return 0;
}
