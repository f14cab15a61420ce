#pragma once

#include "prep/redis/settings.hpp"
#include "prep/settings_value.hpp"
#include "rules/error.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace freshet::prep {

struct FoundSetting;

/// An environment: variables and their values.
using Environment = std::map<std::string, std::string>;
Environment process_environment();

/// The settings of a program, from (first wins) flags, environment and a settings file.
///
/// An option `--runs-root` is also FRESHET_RUNS_ROOT in the environment and `runs-root = ...` in the file
/// (`name = value` lines,
/// `#` comment lines), which `--settings FILE` or FRESHET_SETTINGS names. Redis' own variables work as
/// WEPPcloud has them: REDIS_URL, REDIS_HOST, REDIS_PORT, REDIS_PASSWORD, REDIS_PASSWORD_FILE (an explicit
/// --redis-... wins over them, FRESHET_REDIS_... too). An empty variable counts as not set; switches take
/// true or false there. Values of a list (a composing option) stand there with blanks between, in the file
/// also on several lines; a stronger source replaces the whole list. What another program of Freshet would
/// understand, and what Kubernetes sets for its services (REDIS_PORT=tcp://...), does not count either:
/// programs may share both. Times are integers with a unit (500ms, 10s, 5m, 2h), without one
/// seconds. Unknown flags, unknown FRESHET_... variables and unknown lines are errors that name the place
/// (`settings file f.conf line 3: unknown setting 'quue'`) and the nearest known name.
///
/// Use:
///     SettingsReader reader("freshet-worker [options]: pulls jobs and runs them");
///     reader.add_integer("slots", 4, {1, 64}, "Jobs that run at the same time.");
///     reader.options().add_options()("queue", po::value<std::string>()->default_value("default"), "Queue to
///     pull from."); auto read = reader.read({argv + 1, argv + argc}, process_environment());
class SettingsReader {
public:
    /// `usage` is the first line of --help. The Redis options, --settings, --log-level, --help and --version
    /// are there already.
    explicit SettingsReader(std::string usage);

    /// Where a program adds its own options, before read(). Options must have names of lower-case letters,
    /// digits, '-'.
    boost::program_options::options_description& options() { return own_; }
    /// An option that is an integer within a range; get<std::int64_t>() has it.
    void add_integer(
        const std::string& option, std::int64_t initial, Range<std::int64_t> range, const std::string& help);
    /// An option that is a time within a range; duration() has it.
    void add_duration(const std::string& option, std::chrono::milliseconds initial,
        Range<std::chrono::milliseconds> range, const std::string& help);
    /// Positional arguments are an error unless this names the option that collects them (in order; the last
    /// takes all that remain if `max_count` is -1).
    void positional(const std::string& option, int max_count);
    /// In environment and file the option is another program's and does not count.
    void only_as_flag(const std::string& option);

    /// Reads everything. `arguments` without the program's name. bad_input says which flag, variable or line;
    /// not_found which file. With --help or --version nothing else is looked at.
    Result<> read(const std::vector<std::string>& arguments, const Environment& environment);

    bool wants_help() const { return values_.count("help") > 0; }
    bool wants_version() const { return values_.count("version") > 0; }
    /// The text of --help: every option with its default and its environment variable.
    std::string help() const;

    /// After read(): whether an option was given anywhere (not its default).
    bool given(const std::string& option) const;
    template <class T>
    const T& get(const std::string& option) const {
        return values_[option].template as<T>();
    }
    std::chrono::milliseconds duration(const std::string& option) const;
    const boost::program_options::variables_map& values() const { return values_; }

    /// After read(): the Redis settings that came out of it, URL and password file applied.
    const redis::Settings& redis() const { return redis_; }
    /// After read(): --log-level, "info" unless given.
    std::string log_level() const { return get<std::string>("log-level"); }

private:
    using Check = std::function<Result<>(const std::string& value)>;

    Result<> check(const std::vector<FoundSetting>& source) const;

    std::string usage_;
    boost::program_options::options_description own_;
    boost::program_options::options_description general_;
    std::vector<std::pair<std::string, int>> positional_;
    std::vector<std::string> flags_only_;
    std::map<std::string, Check> checks_;
    boost::program_options::variables_map values_;
    redis::Settings redis_;
};

} // namespace freshet::prep
