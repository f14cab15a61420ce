#include "tests/support/process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace freshet::tests {
namespace {

constexpr std::chrono::seconds deadline_of_a_condition{60};
constexpr std::chrono::milliseconds between_looks{5};

std::vector<std::string> clean_environment() {
    std::vector<std::string> kept;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (!text.starts_with("FRESHET_") && !text.starts_with("REDIS_")) kept.emplace_back(text);
    }
    return kept;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> raw;
    for (std::string& word : words)
        raw.push_back(word.data());
    raw.push_back(nullptr);
    return raw;
}

pid_t spawn(std::vector<std::string> command, const std::filesystem::path& output) {
    if (command.front().find('/') == std::string::npos)
        command.front() = std::string(FRESHET_BIN_DIR) + "/" + command.front();
    auto environment = clean_environment();
    const auto words = pointers(command), variables = pointers(environment);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child != 0) return child;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
    ::dup2(::open("/dev/null", O_RDONLY), 0);
    ::dup2(file, 1);
    ::dup2(file, 2);
    ::execve(words[0], words.data(), variables.data());
    ::_exit(127);
}

} // namespace

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "freshet-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Process::Process(std::vector<std::string> command, std::filesystem::path output)
    : pid_(spawn(std::move(command), output)), output_(std::move(output)) {
    if (pid_ < 0) throw std::runtime_error("fork failed");
}

Process::~Process() {
    if (!running()) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void Process::signal(int number) const {
    if (::kill(pid_, number) != 0) throw std::runtime_error("the process has ended already");
}

bool Process::running() {
    if (status_ >= 0) return false;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return false;
}

int Process::wait() {
    try {
        eventually("the process ends", [this] { return !running(); });
    } catch (const std::exception& late) {
        throw std::runtime_error(std::string(late.what()) + "; it printed:\n" + output());
    }
    return status_;
}

void Process::wait_for_output(const std::string& text) const {
    try {
        eventually("'" + text + "' is printed", [&] { return output().find(text) != std::string::npos; });
    } catch (const std::exception& late) {
        throw std::runtime_error(std::string(late.what()) + "; it printed:\n" + output());
    }
}

std::string Process::output() const {
    return text_of(output_);
}

void eventually(const std::string& what, const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + deadline_of_a_condition;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("never happened: " + what);
        std::this_thread::sleep_for(between_looks);
    }
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void write_text(const std::filesystem::path& file, const std::string& text) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

} // namespace freshet::tests
