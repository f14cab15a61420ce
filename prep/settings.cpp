#include "prep/settings.hpp"

#include "prep/logging.hpp"
#include "prep/settings_redis.hpp"
#include "prep/settings_source.hpp"

#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <sstream>

namespace freshet::prep {

namespace po = boost::program_options;
using Found = std::vector<FoundSetting>;

namespace {

Error bad(std::string message) {
    return {Errc::bad_input, std::move(message)};
}

/// What only makes sense on a command line.
bool is_flag_only(std::string_view option) {
    return option == "help" || option == "version";
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

std::vector<std::string> names_of(const po::options_description& options) {
    std::vector<std::string> names;
    for (const auto& option : options.options())
        names.push_back(option->long_name());
    return names;
}

/// The name of an option as one writes it at that place.
std::string spelled(std::string_view place, const std::string& option) {
    if (place == "command line") return "--" + option;
    return place == "environment" ? variable_of(option) : option;
}

Error unknown(const FoundSetting& found, const std::vector<std::string>& known) {
    auto message = fmt::format("{}: unknown setting '{}'", found.place, found.name);
    const auto meant = nearest(found.option, known);
    if (!meant.empty()) message += fmt::format("; did you mean '{}'?", spelled(found.place, meant));
    return bad(std::move(message));
}

Result<> check_known(const Found& found, std::vector<std::string> known) {
    std::erase_if(known, is_flag_only);
    for (const auto& setting : found)
        if (!contains(known, setting.option)) return unknown(setting, known);
    return {};
}

Result<po::parsed_options> parse_flags(const std::vector<std::string>& arguments,
    const po::options_description& options, const po::positional_options_description& positional) try {
    namespace style = po::command_line_style;
    po::command_line_parser parser(arguments);
    // There are no short options: -1 is an argument, and so is a job id that starts with a dash.
    const auto long_options = style::unix_style & ~style::allow_guessing & ~style::allow_short;
    parser.options(options).style(long_options).allow_unregistered();
    if (positional.max_total_count() > 0) parser.positional(positional);
    auto parsed = parser.run();
    for (const auto& option : parsed.options) {
        if (option.string_key.empty())
            return bad(fmt::format("command line: unexpected argument '{}'", option.original_tokens.front()));
        if (!option.unregistered) continue;
        const auto name = "--" + option.string_key;
        return unknown({option.string_key, "", "command line", name}, names_of(options));
    }
    return parsed;
} catch (const po::error& error) {
    return bad(fmt::format("command line: {}", error.what()));
}

Found found_in(const po::parsed_options& parsed) {
    Found found;
    for (const auto& option : parsed.options) {
        const auto name = "--" + option.string_key;
        if (option.value.empty()) found.push_back({option.string_key, "", "command line", name});
        for (const auto& value : option.value)
            found.push_back({option.string_key, value, "command line", name});
    }
    return found;
}

Result<> store(const po::parsed_options& parsed, const std::string& origin, po::variables_map& values) try {
    po::store(parsed, values);
    return {};
} catch (const po::error& error) {
    return bad(fmt::format("{}: {}", origin, error.what()));
}

bool is_list(const po::options_description& options, const std::string& option) {
    const auto* known = options.find_nothrow(option, false);
    return known && known->semantic()->is_composing();
}

std::vector<std::string> values_of(const FoundSetting& setting, const po::options_description& options) {
    if (!is_list(options, setting.option)) return {setting.value};
    std::istringstream words(setting.value);
    return {std::istream_iterator<std::string>(words), {}};
}

/// Settings that a stronger source has given are passed over.
Result<> store(const Found& found, const po::options_description& options, po::variables_map& values) {
    const auto stronger = values;
    for (const auto& setting : found) {
        if (const auto given = stronger.find(setting.option);
            given != stronger.end() && !given->second.defaulted())
            continue;
        po::parsed_options parsed(&options);
        parsed.options.emplace_back(setting.option, values_of(setting, options));
        if (auto stored = store(parsed, setting.origin(), values); !stored) return stored;
    }
    return {};
}

/// Empty if no source names a file.
std::string settings_path(const Found& flags, const Found& variables) {
    for (const auto* source : {&flags, &variables}) {
        const auto found = std::ranges::find(*source, "settings", &FoundSetting::option);
        if (found != source->end()) return found->value;
    }
    return {};
}

/// Without what only other programs of Freshet understand.
Result<Found> only_known(Found found, const std::vector<std::string>& known) {
    auto somewhere_known = known;
    for (const std::string& option : options_of_all_programs())
        somewhere_known.push_back(option);
    if (const auto checked = check_known(found, somewhere_known); !checked) return checked.error();
    std::erase_if(found, [&](const FoundSetting& setting) { return !contains(known, setting.option); });
    return found;
}

Result<Found> known_lines(
    const std::string& path, const po::options_description& options, std::vector<std::string> known) {
    if (path.empty()) return Found();
    std::erase(known, "settings");
    const auto may_repeat = [&](const std::string& name) {
        return !contains(known, name) || is_list(options, name);
    };
    auto lines = settings_from_file(path, may_repeat);
    if (!lines) return lines.error();
    return only_known(std::move(*lines), known);
}

std::string described(const po::option_description& option, const std::vector<std::string>& flags_only) {
    const auto parameter = option.format_parameter();
    auto line = fmt::format("  {}{}{}", option.format_name(), parameter.empty() ? "" : " ", parameter);
    if (!is_flag_only(option.long_name()) && !contains(flags_only, option.long_name()))
        line = fmt::format("{:<48} {}", line, variable_of(option.long_name()));
    return fmt::format("{}\n      {}\n", line, option.description());
}

std::string described(std::string_view title, const po::options_description& options,
    const std::vector<std::string>& flags_only = {}) {
    auto text = fmt::format("\n{}:\n", title);
    for (const auto& option : options.options())
        text += described(*option, flags_only);
    return text;
}

} // namespace

Environment process_environment() {
    Environment environment;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text(*entry);
        const auto equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return environment;
}

SettingsReader::SettingsReader(std::string usage) : usage_(std::move(usage)) {
    general_.add_options()("settings", po::value<std::string>()->value_name("FILE"),
        "File of 'name = value' lines; flags and environment win over it.");
    general_.add_options()("log-level", po::value<std::string>()->default_value("info"),
        "debug, info, warning, error or critical: the least that is logged.");
    general_.add_options()("help", "This text.");
    general_.add_options()("version", "The version.");
    checks_["log-level"] = [](const std::string& word) -> Result<> {
        if (severity_from(word)) return {};
        return bad(fmt::format("expected debug, info, warning, error or critical, found \"{}\"", word));
    };
}

void SettingsReader::add_integer(
    const std::string& option, std::int64_t initial, Range<std::int64_t> range, const std::string& help) {
    own_.add_options()(option.c_str(), po::value<std::int64_t>()->default_value(initial), help.c_str());
    checks_[option] = [range](const std::string& value) -> Result<> {
        const auto number = parse_integer(value, range);
        if (!number) return number.error();
        return {};
    };
}

void SettingsReader::add_duration(const std::string& option, std::chrono::milliseconds initial,
    Range<std::chrono::milliseconds> range, const std::string& help) {
    own_.add_options()(
        option.c_str(), po::value<std::string>()->default_value(to_text(initial)), help.c_str());
    checks_[option] = [range](const std::string& value) -> Result<> {
        const auto duration = parse_duration(value, range);
        if (!duration) return duration.error();
        return {};
    };
}

void SettingsReader::positional(const std::string& option, int max_count) {
    positional_.emplace_back(option, max_count);
}

void SettingsReader::only_as_flag(const std::string& option) {
    flags_only_.push_back(option);
}

Result<> SettingsReader::read(const std::vector<std::string>& arguments, const Environment& environment) {
    po::options_description options;
    options.add(own_).add(redis_options()).add(general_);
    po::positional_options_description positional;
    for (const auto& [option, max_count] : positional_)
        positional.add(option.c_str(), max_count);
    values_.clear();

    const auto parsed = parse_flags(arguments, options, positional);
    if (!parsed) return parsed.error();
    const auto flags = found_in(*parsed);
    if (std::ranges::any_of(flags, is_flag_only, &FoundSetting::option))
        return store(*parsed, "command line", values_);

    auto known = names_of(options);
    std::erase_if(known, [&](const std::string& option) { return contains(flags_only_, option); });
    const auto variables = only_known(settings_from_environment(environment), known);
    if (!variables) return variables.error();
    const auto file = known_lines(settings_path(flags, *variables), options, known);
    if (!file) return file.error();

    for (const auto* source : {&flags, &*variables, &*file})
        if (auto checked = check(*source); !checked) return checked;
    if (auto stored = store(*parsed, "command line", values_); !stored) return stored;
    for (const auto* source : {&*variables, &*file})
        if (auto stored = store(*source, options, values_); !stored) return stored;

    redis_ = {};
    const auto redis_variables = settings_from_redis_variables(environment);
    for (const auto* source : {&*file, &redis_variables, &*variables, &flags})
        if (auto applied = apply_redis_settings(*source, redis_); !applied) return applied;
    return {};
}

Result<> SettingsReader::check(const std::vector<FoundSetting>& source) const {
    for (const auto& setting : source) {
        const auto check = checks_.find(setting.option);
        if (check == checks_.end()) continue;
        if (const auto passed = check->second(setting.value); !passed)
            return bad(fmt::format("{}: {}", setting.origin(), passed.error().message));
    }
    return {};
}

std::string SettingsReader::help() const {
    auto text = usage_ + '\n';
    if (!own_.options().empty()) text += described("Options", own_, flags_only_);
    text += described("Redis", redis_options());
    text += described("General", general_);
    return text;
}

bool SettingsReader::given(const std::string& option) const {
    const auto value = values_.find(option);
    return value != values_.end() && !value->second.defaulted();
}

std::chrono::milliseconds SettingsReader::duration(const std::string& option) const {
    using std::chrono::milliseconds;
    return parse_duration(get<std::string>(option), {milliseconds::zero(), milliseconds::max()}).value();
}

} // namespace freshet::prep
