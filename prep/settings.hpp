#pragma once

#include "prep/redis/settings.hpp"
#include "rules/error.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::prep {

/// Looks a variable up in an environment; tests pass a map.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;
Environment process_environment();

/// The settings of a program, from (first wins) flags, environment and a settings file.
///
/// An option `--runs-root` is also FRESHET_RUNS_ROOT in the environment and `runs-root = ...` in the file (`name = value` lines,
/// `#` comments), which `--settings FILE` or FRESHET_SETTINGS names. Redis' own variables work as WEPPcloud has them:
/// REDIS_URL, REDIS_HOST, REDIS_PORT, REDIS_PASSWORD, REDIS_PASSWORD_FILE (an explicit --redis-... wins over them,
/// FRESHET_REDIS_... too). Unknown flags, unknown FRESHET_... variables and unknown lines are errors that name the
/// place (`settings file f.conf line 3: unknown setting 'quue'`) and the nearest known name.
class SettingsReader {
public:
    /// `usage` is the first line of --help. The Redis options, --settings, --log-level, --help and --version are there
    /// already.
    explicit SettingsReader(std::string usage);

    /// Where a program adds its own options, before read(). Options must have names of lower-case letters, digits, '-'.
    boost::program_options::options_description& options();
    /// Positional arguments are an error unless this names the option that collects them (in order; the last takes
    /// all that remain if `max_count` is -1).
    void positional(const std::string& option, int max_count);

    /// Reads everything. `arguments` without the program's name. bad_input says which flag, variable or line.
    Result<> read(const std::vector<std::string>& arguments, const Environment& environment);

    bool wants_help() const;
    bool wants_version() const;
    /// The text of --help: every option with its default and its environment variable.
    std::string help() const;

    /// After read(): whether an option was given anywhere (not its default).
    bool given(const std::string& option) const;
    template <class T>
    const T& get(const std::string& option) const {
        return values_[option].template as<T>();
    }
    const boost::program_options::variables_map& values() const { return values_; }

    /// After read(): the Redis settings that came out of it, URL and password file applied.
    const redis::Settings& redis() const { return redis_; }
    /// After read(): --log-level, "info" unless given.
    std::string log_level() const;

private:
    std::string usage_;
    boost::program_options::options_description options_;
    std::vector<std::pair<std::string, int>> positional_;
    boost::program_options::variables_map values_;
    redis::Settings redis_;
};

} // namespace freshet::prep
