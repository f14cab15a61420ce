#include "tests/worker/process/child_support.hpp"

#include <boost/asio.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace freshet::worker::test {

namespace asio = boost::asio;

Folder::Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "freshet-process-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
}

Folder::~Folder() {
    std::filesystem::remove_all(path_);
}

ChildSpec badly_behaved(const Folder& folder, std::vector<std::string> arguments) {
    ChildSpec spec;
    spec.program = FRESHET_BIN_DIR "/badly_behaved";
    spec.arguments = std::move(arguments);
    spec.working_directory = folder.path();
    spec.log_file = folder / "log.txt";
    return spec;
}

Result<ChildOutcome> run(ChildSpec spec) {
    asio::io_context context;
    std::exception_ptr thrown;
    Result<ChildOutcome> result;
    asio::co_spawn(
        context, run_child(std::move(spec)), [&](std::exception_ptr error, Result<ChildOutcome> outcome) {
            thrown = error;
            result = std::move(outcome);
        });
    context.run();
    if (thrown) std::rethrow_exception(thrown);
    return result;
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
}

std::vector<pid_t> pids_in(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istream_iterator<pid_t>(in), {}};
}

bool is_alive(pid_t pid) {
    const std::string stat = text_of("/proc/" + std::to_string(pid) + "/stat");
    const auto after_name = stat.rfind(") ");
    return after_name != std::string::npos && stat[after_name + 2] != 'Z';
}

bool comes_true(const std::function<bool()>& condition, std::chrono::seconds deadline) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

} // namespace freshet::worker::test
