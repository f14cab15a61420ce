#include "worker/wepp/model_run.hpp"

#include "prep/files/atomic_file.hpp"
#include "worker/tasks/model_program.hpp"
#include "worker/wepp/lines.hpp"
#include "worker/wepp/staging.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>

namespace freshet::worker::wepp {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t least_free_bytes = 64U << 20U;
constexpr const char* manifest_name = "manifest.json";

void check_space(const fs::path& folder) {
    std::error_code error;
    const auto space = fs::space(folder, error);
    if (!error && space.available < least_free_bytes)
        throw Failure(
            {Errc::unavailable, fmt::format("{}: expected at least {} MiB of free space, found {} MiB",
                                    folder.string(), least_free_bytes >> 20U, space.available >> 20U)});
}

Scratch mirror_in(const WeppFolder& folder, const std::string& execution_id) {
    check_space(folder.root);
    auto scratch = Scratch::create(folder.root, execution_id).value();
    fs::create_directory(scratch.path() / "runs");
    fs::create_directory(scratch.path() / "output");
    return scratch;
}

std::string tail_of(const fs::path& file, std::streamoff most) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    const std::streamoff size = in.tellg();
    if (!in) return {};
    in.seekg(std::max<std::streamoff>(0, size - most));
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

HashedProgram HashedProgram::of(const Program& program) {
    std::string description = program.path.filename().string();
    for (const auto& argument : program.extra_arguments)
        description += " " + argument;
    return {program, std::move(description), sha256_of(program.path).value()};
}

ModelRun::ModelRun(const WeppFolder& folder, const std::string& execution_id, std::vector<std::string> inputs)
    : folder_(folder),
      scratch_(mirror_in(folder, execution_id)),
      started_(file_system_time(scratch_.path()).value()),
      answers_name_(inputs.front()) {
    for (const auto& name : inputs)
        link_or_copy(folder.runs() / name, runs() / name).value();
    answers_ = prep::read_file(runs() / answers_name_).value();
    inputs_ = sha256_of(runs(), inputs).value();
}

void ModelRun::add_earlier_output(const std::string& name) {
    link_or_copy(folder_.output() / name, output() / name).value();
    inputs_[name] = sha256_of(output() / name).value();
}

ChildSpec ModelRun::child(const Program& program, const std::string& log_name) const {
    ChildSpec spec = child_of(program);
    spec.working_directory = runs();
    spec.standard_input = runs() / answers_name_;
    spec.log_file = runs() / log_name;
    return spec;
}

void ModelRun::check(const ChildOutcome& outcome, const std::string& log_name, const SuccessText& expected,
    const std::vector<std::string>& outputs) const {
    if (!outcome.succeeded())
        throw Failure({Errc::refused, outcome.describe() + quote_last_lines(outcome.last_lines)});
    check_success_text(runs() / log_name, outcome.last_lines, expected).value();
    std::vector<fs::path> paths;
    for (const auto& name : outputs)
        paths.push_back(output() / name);
    check_outputs(paths, started_).value();
}

void ModelRun::publish(const std::string& log_name, const std::vector<std::string>& outputs,
    const Manifest& manifest, const fs::path& manifest_path, const Scratch::LeaseCheck& lease_is_held) const {
    std::vector<Scratch::Output> all{{fs::path("runs") / log_name, folder_.runs() / log_name}};
    for (const auto& name : outputs)
        all.push_back({fs::path("output") / name, folder_.output() / name});
    std::ofstream(scratch_.path() / manifest_name) << manifest.to_text();
    all.push_back({manifest_name, manifest_path});
    scratch_.publish(all, lease_is_held).value();
}

Result<int> last_year_of_pass(const fs::path& file) {
    constexpr std::streamoff more_than_a_record = 8192;
    const std::string tail = tail_of(file, more_than_a_record);
    auto lines = lines_of(tail);
    std::reverse(lines.begin(), lines.end());
    for (const auto line : lines) {
        auto words = words_of(line);
        if (!words.empty() && words.front() == "NO") words.erase(words.begin());
        if (words.size() < 3 || (words.front() != "EVENT" && words.front() != "SUBEVENT")) continue;
        if (const auto year = to_integer(words[1])) return *year;
    }
    return Error{
        Errc::bad_input, fmt::format("{}: expected a day's record at its end, found none", file.string())};
}

Result<int> years_of_loss_report(std::string_view text, std::string_view file) {
    for (const auto line : lines_of(text)) {
        if (line.find("YEAR AVERAGE ANNUAL VALUES FOR WATERSHED") == std::string_view::npos) continue;
        if (const auto years = to_integer(words_of(line).front())) return *years;
    }
    return Error{Errc::bad_input,
        fmt::format(
            "{}: expected the section '<n> YEAR AVERAGE ANNUAL VALUES FOR WATERSHED', found none", file)};
}

void Usage::add(const ChildOutcome& outcome) {
    wall_s += static_cast<double>(outcome.wall_time.count()) / 1e6;
    cpu_s += static_cast<double>(outcome.cpu_time.count()) / 1e6;
    peak_memory_kib = std::max(peak_memory_kib, outcome.peak_memory_kib);
}

} // namespace freshet::worker::wepp
