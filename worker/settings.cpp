#include "worker/settings.hpp"

#include "jobs/queue/ids.hpp"
#include "prep/settings_value.hpp"

#include <boost/program_options/value_semantic.hpp>

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <set>
#include <sstream>

namespace freshet::worker {
namespace {

namespace fs = std::filesystem;
namespace options = boost::program_options;
using namespace std::chrono_literals;

constexpr std::int64_t most_slots = 4096;
constexpr std::int64_t heaviest_queue = 1000;

Error bad(std::string_view option, std::string_view expected, const auto& found) {
    return {Errc::bad_input, fmt::format("--{}: expected {}, found {}", option, expected, found)};
}

// `name` or `name:weight`, for all of them the same.
Result<> read_queues(const std::vector<std::string>& given, Settings& settings) {
    std::set<std::string> seen;
    settings.queues.clear();
    for (const std::string& text : given) {
        const auto colon = text.find(':');
        std::string name = text.substr(0, colon);
        if (auto ok = jobs::check_queue_name(name); !ok)
            return bad("queue", "<name> or <name>:<weight>", ok.error().message);
        if (!seen.insert(name).second)
            return bad("queue", "each queue once", fmt::format("'{}' twice", name));
        settings.queues.push_back(std::move(name));
        if (colon == std::string::npos) continue;
        const auto weight = prep::parse_integer(text.substr(colon + 1), {1, heaviest_queue});
        if (!weight)
            return bad("queue", "<name>:<weight>", fmt::format("'{}': {}", text, weight.error().message));
        settings.weights.push_back(*weight);
    }
    if (!settings.weights.empty() && settings.weights.size() != settings.queues.size())
        return bad("queue", "a weight for every queue or for none",
            fmt::format("{} of {} with a weight", settings.weights.size(), settings.queues.size()));
    return {};
}

Result<> read_pace(const std::vector<std::string>& given, Settings& settings) {
    for (const std::string& text : given) {
        const auto equals = text.find('=');
        if (equals == std::string::npos || equals == 0)
            return bad("pace", "<task>=<time>", fmt::format("'{}'", text));
        const auto time = prep::parse_duration(text.substr(equals + 1), {1ms, 24h});
        if (!time) return bad("pace", "<task>=<time>", fmt::format("'{}': {}", text, time.error().message));
        settings.pace[text.substr(0, equals)] = *time;
    }
    return {};
}

// `function=task` entries.
Result<> add_to(FunctionMap& map, const std::string& option, const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
        return bad(option, "<function>=<task>", fmt::format("'{}'", text));
    map[text.substr(0, equals)] = text.substr(equals + 1);
    return {};
}

Result<FunctionMap> read_functions(const std::vector<std::string>& given) {
    FunctionMap functions;
    for (const std::string& text : given)
        if (auto added = add_to(functions, "function", text); !added) return added.error();
    return functions;
}

Result<CallbackSettings> read_callbacks(const std::vector<std::string>& given) {
    CallbackSettings callbacks;
    for (const std::string& text : given) {
        if (text == "ignore") callbacks.unmapped = CallbackSettings::Unmapped::ignore;
        if (text == "ignore" || text == "fail") continue;
        if (auto added = add_to(callbacks.tasks, "callbacks", text); !added) return added.error();
    }
    return callbacks;
}

Result<fs::path> existing_folder(const std::string& option, const std::string& text) {
    std::error_code error;
    const fs::path folder = fs::weakly_canonical(text.empty() ? "." : text, error);
    if (error || !fs::is_directory(folder, error)) return bad(option, "an existing folder", "'" + text + "'");
    return folder;
}

struct KnownProgram {
    std::string option;
    std::string built_in;
    std::string what;
    std::chrono::milliseconds limit;
    enum class Input { none, answers } input;
    Program Programs::*member;
};

const std::array known_programs{
    KnownProgram{"cligen", "freshet-climate", "CLIGEN-compatible weather generator", 5min,
        KnownProgram::Input::answers, &Programs::cligen},
    KnownProgram{"wepp", "freshet-hillslope", "WEPP-compatible program for one hillslope", 60s,
        KnownProgram::Input::answers, &Programs::wepp},
    KnownProgram{"wepp-watershed", "freshet-channel", "WEPP-compatible program for the channels", 12h,
        KnownProgram::Input::answers, &Programs::wepp_watershed},
    KnownProgram{"abstract", "freshet-watershed", "watershed abstraction program", 1h,
        KnownProgram::Input::none, &Programs::abstract},
};

void add_program(prep::SettingsReader& reader, const KnownProgram& program) {
    const std::string& name = program.option;
    const auto add_text = [&](const std::string& option, const std::string& help) {
        const auto text = options::value<std::string>()->default_value("");
        reader.options().add_options()(option.c_str(), text, help.c_str());
    };
    add_text(name, fmt::format("{}; none: {}", program.what, program.built_in));
    add_text(fmt::format("{}-arguments", name),
        "further arguments for it, separated by spaces, before the task's");
    if (program.input == KnownProgram::Input::answers)
        add_text(fmt::format("{}-answers", name),
            "file with the template of what it is answered on standard input");
    reader.add_duration(fmt::format("{}-limit", name), program.limit, {1s, 1000h}, "time that it may run");
    reader.add_duration(
        fmt::format("{}-cpu", name), 0s, {0s, 1000h}, "processor time that it may use; 0: no limit");
    reader.add_integer(
        fmt::format("{}-memory", name), 0, {0, 1 << 24}, "MiB of address space that it may use; 0: no limit");
}

std::vector<std::string> split(const std::string& words) {
    std::istringstream in(words);
    return {std::istream_iterator<std::string>(in), {}};
}

Result<Program> to_program(const prep::SettingsReader& reader, const KnownProgram& known) {
    const std::string& name = known.option;
    Program program;
    const auto path = reader.get<std::string>(name);
    program.path = path.empty() ? beside_this_program(known.built_in) : fs::path(path);
    program.extra_arguments = split(reader.get<std::string>(fmt::format("{}-arguments", name)));
    program.time_limit = reader.duration(fmt::format("{}-limit", name));
    if (const auto cpu =
            std::chrono::ceil<std::chrono::seconds>(reader.duration(fmt::format("{}-cpu", name)));
        cpu > 0s)
        program.cpu_limit = cpu;
    if (const auto memory = reader.get<std::int64_t>(fmt::format("{}-memory", name)); memory > 0)
        program.memory_limit_bytes = static_cast<std::uint64_t>(memory) << 20U;
    if (known.input == KnownProgram::Input::none) return program;
    program.answers = reader.get<std::string>(fmt::format("{}-answers", name));
    if (!program.answers.empty() && !fs::is_regular_file(program.answers))
        return bad(fmt::format("{}-answers", name), "a file", fmt::format("'{}'", program.answers.string()));
    return program;
}

} // namespace

fs::path beside_this_program(const std::string& name) {
    std::error_code ignored;
    return fs::read_symlink("/proc/self/exe", ignored).parent_path() / name;
}

const std::string* task_for(const FunctionMap& map, std::string_view function) {
    auto found = map.find(function);
    if (found == map.end()) found = map.find(function.substr(function.rfind('.') + 1));
    return found == map.end() ? nullptr : &found->second;
}

void add_options(prep::SettingsReader& reader) {
    const auto add_text = [&](const char* option, const char* help) {
        reader.options().add_options()(option, options::value<std::string>()->default_value(""), help);
    };
    const auto queues =
        options::value<std::vector<std::string>>()->composing()->default_value({"default"}, "default");
    reader.options().add_options()("queue", queues,
        "queue to work on; give it again for more, highest priority first; <name>:<weight> for all: "
        "each gets its share instead");
    add_text("runs-root", "folder of the runs, a run's is <runs-root>/<run id>; none: the working directory");
    const auto add_list = [&](const char* option, const char* help) {
        const auto list = options::value<std::vector<std::string>>()->composing()->default_value({}, "");
        reader.options().add_options()(option, list, help);
    };
    add_list("function", "<function>=<task>: what a producer calls by another name; again for more");
    add_list("callbacks", "Python callbacks and webhooks of jobs: fail (such a job fails), ignore, or "
                          "<function>=<task>, enqueued instead of a callback; again for more");
    reader.options().add_options()("burst", options::bool_switch(), "end when the queues are empty");
    add_text("embedded", "start a private redis-server in this folder and end it with the worker");
    add_text("periodic", "file of jobs that are enqueued again and again, a crontab with queue and function");
    add_text("rules", "cache invalidation rules (JSON); none: the built-in ones");
    reader.add_integer("concurrency", 4, {1, most_slots}, "jobs at a time");
    reader.add_integer("io-concurrency", 0, {0, most_slots},
        "further slots, for tasks that mostly wait; 0: all tasks share the same");
    reader.add_integer("max-jobs", 0, {0, 1'000'000'000}, "end after so many jobs; 0: no limit");
    reader.add_integer("max-memory", 0, {0, 1 << 24},
        "MiB of resident memory beyond which the worker lets its jobs end and starts itself anew; 0: no "
        "limit");
    add_list("pace", "<task>=<time>: this process starts that task no more often; again for more");
    reader.add_integer("max-reaped", 3, {1, 1000}, "lost workers after which a job is given up as failed");
    reader.add_duration("lease", 15s, {500ms, 1h}, "time after which the jobs of a silent worker run again");
    reader.add_duration("drain-limit", 1h, {0s, 1000h},
        "time for running jobs to end after SIGTERM; then they are stopped and returned to their queues");
    reader.add_duration("lock-wait", 60s, {0s, 1h},
        "time that a job waits for a run's locks that another holds, before it fails");
    for (const KnownProgram& program : known_programs)
        add_program(reader, program);
}

Result<Settings> to_settings(const prep::SettingsReader& reader) {
    Settings settings;
    settings.redis = reader.redis();
    if (auto read = read_queues(reader.get<std::vector<std::string>>("queue"), settings); !read)
        return read.error();
    if (auto read = read_pace(reader.get<std::vector<std::string>>("pace"), settings); !read)
        return read.error();

    settings.concurrency = static_cast<unsigned>(reader.get<std::int64_t>("concurrency"));
    settings.io_concurrency = static_cast<unsigned>(reader.get<std::int64_t>("io-concurrency"));
    settings.most_jobs = static_cast<std::size_t>(reader.get<std::int64_t>("max-jobs"));
    settings.most_memory_bytes = static_cast<std::uint64_t>(reader.get<std::int64_t>("max-memory")) << 20U;
    settings.most_reaped = static_cast<int>(reader.get<std::int64_t>("max-reaped")) - 1;
    settings.burst = reader.get<bool>("burst");
    settings.embedded = reader.get<std::string>("embedded");
    settings.periodic_file = reader.get<std::string>("periodic");
    settings.rules_file = reader.get<std::string>("rules");

    auto functions = read_functions(reader.get<std::vector<std::string>>("function"));
    if (!functions) return functions.error();
    settings.functions = std::move(*functions);
    auto callbacks = read_callbacks(reader.get<std::vector<std::string>>("callbacks"));
    if (!callbacks) return callbacks.error();
    settings.callbacks = std::move(*callbacks);

    auto root = existing_folder("runs-root", reader.get<std::string>("runs-root"));
    if (!root) return root.error();
    settings.runs_root = std::move(*root);

    settings.lease = reader.duration("lease");
    settings.drain_limit = reader.duration("drain-limit");
    settings.lock_wait = reader.duration("lock-wait");
    for (const KnownProgram& program : known_programs) {
        auto given = to_program(reader, program);
        if (!given) return given.error();
        settings.programs.*program.member = std::move(*given);
    }
    return settings;
}

} // namespace freshet::worker
