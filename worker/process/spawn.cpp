#include "worker/process/spawn.hpp"

#include "worker/process/supervise_protocol.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;

constexpr int first_free_descriptor = 3; // below are the standard streams, which posix_spawn replaces

FileDescriptor above_standard_streams(FileDescriptor descriptor) {
    if (!descriptor || descriptor.get() >= first_free_descriptor) return descriptor;
    return FileDescriptor(fcntl(descriptor.get(), F_DUPFD_CLOEXEC, first_free_descriptor));
}

struct Pair {
    FileDescriptor ours;
    FileDescriptor theirs;
};

Result<Pair> pair_of(std::array<int, 2> descriptors, bool made) {
    if (made) {
        Pair pair{above_standard_streams(FileDescriptor(descriptors[0])),
            above_standard_streams(FileDescriptor(descriptors[1]))};
        if (pair.ours && pair.theirs) return pair;
    }
    return Error{code_of(errno), fmt::format("cannot open a pipe to a child: {}", std::strerror(errno))};
}

Result<Pair> open_pipe() {
    std::array<int, 2> ends{};
    const bool made = pipe2(ends.data(), O_CLOEXEC) == 0;
    return pair_of(ends, made);
}

Result<Pair> open_socket_pair() {
    std::array<int, 2> ends{};
    const bool made = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0;
    return pair_of(ends, made);
}

// Without waiting for a writer if it is a FIFO, which is then refused.
Result<FileDescriptor> open_input(const ChildSpec& spec) {
    const fs::path path = spec.standard_input.value_or("/dev/null");
    auto file = above_standard_streams(FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)));
    struct stat found {};
    if (!file || fstat(file.get(), &found) != 0)
        return system_error("cannot open standard input", path, errno);
    if (spec.standard_input && !S_ISREG(found.st_mode))
        return Error{
            Errc::bad_input, fmt::format("cannot open standard input {}: not a regular file", path.string())};
    return file;
}

std::vector<std::string> command_line(const ChildSpec& spec, int control) {
    std::vector<std::string> words{supervisor_program(spec).string(), "--protocol", supervise::protocol,
        "--control", std::to_string(control), "--directory", spec.working_directory.string()};
    const auto add = [&](const char* option, std::uint64_t value) {
        words.emplace_back(option);
        words.push_back(std::to_string(value));
    };
    const ChildLimits& limits = spec.limits;
    if (limits.cpu_time) add("--cpu-seconds", static_cast<std::uint64_t>(limits.cpu_time->count()));
    if (limits.address_space_bytes) add("--address-space-bytes", *limits.address_space_bytes);
    if (limits.file_bytes) add("--file-bytes", *limits.file_bytes);
    words.emplace_back("--");
    words.push_back(fs::absolute(spec.program).string());
    words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
    return words;
}

std::vector<std::string> environment_of(const ChildSpec& spec) {
    std::map<std::string, std::string> variables{{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LANG", "C"},
        {"TZ", "UTC"}, {"HOME", spec.working_directory.string()}};
    for (const auto& [name, value] : spec.environment)
        variables[name] = value;
    std::vector<std::string> words;
    for (const auto& [name, value] : variables)
        words.push_back(name + "=" + value);
    return words;
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
}

class SpawnSettings {
public:
    SpawnSettings() {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setflags(&attributes,
            static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    ~SpawnSettings() {
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
    }

    // `from` equal to `to` means: keep it open across exec.
    void pass(int from, int to) { posix_spawn_file_actions_adddup2(&actions, from, to); }

    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
};

} // namespace

fs::path supervisor_program(const ChildSpec& spec) {
    constexpr auto name = "freshet-supervise";
    if (spec.supervisor) return *spec.supervisor;
    std::error_code ignored;
    const fs::path here = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    const fs::path beside = here / name;
    const fs::path in_bin = here.parent_path() / "bin" / name;
    return !fs::exists(beside, ignored) && fs::exists(in_bin, ignored) ? in_bin : beside;
}

Result<Supervisor> start_supervisor(const ChildSpec& spec) {
    auto input = open_input(spec);
    if (!input) return input.error();
    auto control = open_socket_pair();
    if (!control) return control.error();
    auto output = open_pipe();
    if (!output) return output.error();
    Result<Pair> error_output = Pair{};
    if (spec.error_log_file) error_output = open_pipe();
    if (!error_output) return error_output.error();

    SpawnSettings settings;
    settings.pass(input->get(), STDIN_FILENO);
    settings.pass(output->theirs.get(), STDOUT_FILENO);
    settings.pass((spec.error_log_file ? *error_output : *output).theirs.get(), STDERR_FILENO);
    settings.pass(control->theirs.get(), control->theirs.get());
    auto words = command_line(spec, control->theirs.get());
    auto variables = environment_of(spec);

    Supervisor started;
    if (const int failed = posix_spawn(&started.pid, words.front().c_str(), &settings.actions,
            &settings.attributes, pointers_to(words).data(), pointers_to(variables).data()))
        return system_error("cannot start the supervisor", words.front(), failed);

    started.process = FileDescriptor(static_cast<int>(syscall(SYS_pidfd_open, started.pid, 0)));
    if (!started.process) {
        const int failed = errno;
        control->ours = FileDescriptor();
        waitpid(started.pid, nullptr, 0);
        return system_error("cannot watch the supervisor", words.front(), failed);
    }
    started.control = std::move(control->ours);
    started.output = std::move(output->ours);
    started.error_output = std::move(error_output->ours);
    return started;
}

} // namespace freshet::worker
