#include "prep/settings_redis.hpp"

#include "prep/settings_value.hpp"

#include <boost/program_options/value_semantic.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>

namespace freshet::prep {
namespace {

namespace po = boost::program_options;
using std::chrono::milliseconds;

constexpr Range<std::int64_t> ports{1, 65'535};
constexpr Range<std::int64_t> databases{0, 1'023};
constexpr Range<milliseconds> time_limits{milliseconds(1), std::chrono::hours(1)};

using Apply = std::function<Result<>(const std::string& value, redis::Settings&)>;

Apply text(std::string redis::Settings::*member) {
    return [member](const std::string& value, redis::Settings& settings) -> Result<> {
        settings.*member = value;
        return {};
    };
}

Apply sentinel_text(std::string redis::SentinelSettings::*member) {
    return [member](const std::string& value, redis::Settings& settings) -> Result<> {
        settings.sentinel.*member = value;
        return {};
    };
}

Apply tls_text(std::string redis::TlsSettings::*member) {
    return [member](const std::string& value, redis::Settings& settings) -> Result<> {
        settings.tls.enabled = true;
        settings.tls.*member = value;
        return {};
    };
}

Apply time_limit(milliseconds redis::Settings::*member) {
    return [member](const std::string& value, redis::Settings& settings) -> Result<> {
        const auto limit = parse_duration(value, time_limits);
        if (!limit) return limit.error();
        settings.*member = *limit;
        return {};
    };
}

Apply database(int redis::Databases::*member) {
    return [member](const std::string& value, redis::Settings& settings) -> Result<> {
        const auto number = parse_integer(value, databases);
        if (!number) return number.error();
        settings.databases.*member = static_cast<int>(*number);
        return {};
    };
}

Result<> apply_host(const std::string& value, redis::Settings& settings) {
    settings.host = value;
    settings.unix_socket.clear();
    settings.sentinel.addresses.clear();
    return {};
}

Result<> apply_port(const std::string& value, redis::Settings& settings) {
    const auto port = parse_integer(value, ports);
    if (!port) return port.error();
    settings.port = static_cast<std::uint16_t>(*port);
    settings.unix_socket.clear();
    settings.sentinel.addresses.clear();
    return {};
}

Result<> apply_unix_socket(const std::string& path, redis::Settings& settings) {
    settings.unix_socket = path;
    settings.sentinel.addresses.clear();
    return {};
}

Result<> apply_password_file(const std::string& path, redis::Settings& settings) {
    auto password = redis::read_password_file(path);
    if (!password) return password.error();
    settings.password = std::move(*password);
    return {};
}

Result<> apply_sentinel_password_file(const std::string& path, redis::Settings& settings) {
    auto password = redis::read_password_file(path);
    if (!password) return password.error();
    settings.sentinel.password = std::move(*password);
    return {};
}

Result<> apply_insecure(const std::string& value, redis::Settings& settings) {
    constexpr std::array yes{"", "true", "1", "yes", "on"};
    constexpr std::array no{"false", "0", "no", "off"};
    const bool insecure = std::ranges::find(yes, value) != yes.end();
    if (!insecure && std::ranges::find(no, value) == no.end())
        return Error{Errc::bad_input, fmt::format("expected true or false, found \"{}\"", value)};
    settings.tls.verify = !insecure;
    settings.tls.enabled = settings.tls.enabled || insecure;
    return {};
}

struct Option {
    std::string_view name;
    std::string_view variable; ///< Redis' own; empty: none
    std::string help;
    Apply apply;
};

/// In the order in which they are applied: the URL first, so that what is said more closely wins over it.
const std::vector<Option>& table() {
    using redis::Databases;
    using redis::SentinelSettings;
    using redis::Settings;
    using redis::TlsSettings;
    static const std::vector<Option> options{
        {"redis-url", "REDIS_URL",
            "redis://[user:password@]host[:port], rediss://... (TLS) or unix://[user:password@]/path. Also "
            "REDIS_URL.",
            [](const std::string& url, Settings& settings) {
                return redis::apply_url(url, settings);
            }},
        {"redis-host", "REDIS_HOST", "Host name or address (localhost). Also REDIS_HOST.", apply_host},
        {"redis-port", "REDIS_PORT", "TCP port (6379). Also REDIS_PORT.", apply_port},
        {"redis-unix-socket", "", "Path of a unix socket, instead of host and port.", apply_unix_socket},
        {"redis-sentinels", "",
            "Sentinels that say where the primary is, instead of host and port: host[:26379],...",
            redis::apply_sentinels},
        {"redis-sentinel-primary", "", "Name under which the sentinels know the primary (mymaster).",
            sentinel_text(&SentinelSettings::primary)},
        {"redis-sentinel-user", "", "User for AUTH with the sentinels.",
            sentinel_text(&SentinelSettings::user)},
        {"redis-sentinel-password", "", "Password for AUTH with the sentinels; better in a file.",
            sentinel_text(&SentinelSettings::password)},
        {"redis-sentinel-password-file", "", "File whose first line is that password.",
            apply_sentinel_password_file},
        {"redis-user", "", "User for AUTH; without it Redis' default user.", text(&Settings::user)},
        {"redis-password", "REDIS_PASSWORD",
            "Password for AUTH. Others can see a command line: better in a file. Also REDIS_PASSWORD.",
            text(&Settings::password)},
        {"redis-password-file", "REDIS_PASSWORD_FILE",
            "File whose first line is the password. Also REDIS_PASSWORD_FILE.", apply_password_file},
        {"redis-tls-ca", "",
            "PEM file of the authorities that may sign the server's certificate (the system's). Each "
            "--redis-tls-... "
            "option turns TLS on.",
            tls_text(&TlsSettings::ca_file)},
        {"redis-tls-certificate", "", "PEM file of the client's certificate.",
            tls_text(&TlsSettings::certificate_file)},
        {"redis-tls-key", "", "PEM file of the client's private key.", tls_text(&TlsSettings::key_file)},
        {"redis-tls-server-name", "", "Name expected in the server's certificate (the host).",
            tls_text(&TlsSettings::server_name)},
        {"redis-tls-insecure", "", "TLS without a check of the server's certificate.", apply_insecure},
        {"redis-connect-timeout", "", "Time to connect and log in (5s).",
            time_limit(&Settings::connect_timeout)},
        {"redis-command-timeout", "", "Time from a command to its reply (10s).",
            time_limit(&Settings::command_timeout)},
        {"redis-db-runs", "", "Database of run hashes and locks (0).", database(&Databases::runs)},
        {"redis-db-status", "", "Database of status messages (2).", database(&Databases::status)},
        {"redis-db-queue", "", "Database of queues and jobs (9).", database(&Databases::queue)},
        {"redis-db-cache", "", "Database of the controller cache (13).", database(&Databases::cache)},
        {"redis-db-log-levels", "", "Database of log levels (15).", database(&Databases::log_levels)},
    };
    return options;
}

const FoundSetting* find(const std::vector<FoundSetting>& source, std::string_view option) {
    const auto found = std::ranges::find(source, option, &FoundSetting::option);
    return found == source.end() ? nullptr : &*found;
}

Result<> check_exclusions(const std::vector<FoundSetting>& source) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> exclusive{{
        {"redis-unix-socket", "redis-host"},
        {"redis-unix-socket", "redis-port"},
        {"redis-sentinels", "redis-unix-socket"},
        {"redis-sentinels", "redis-host"},
        {"redis-sentinels", "redis-port"},
        {"redis-password", "redis-password-file"},
        {"redis-sentinel-password", "redis-sentinel-password-file"},
    }};
    for (const auto& [one, other] : exclusive) {
        const auto* first = find(source, one);
        const auto* second = find(source, other);
        if (first && second)
            return Error{Errc::bad_input,
                fmt::format("{} and {} exclude each other: give one of them", first->origin(), second->name)};
    }
    return {};
}

} // namespace

po::options_description redis_options() {
    po::options_description options;
    for (const auto& option : table()) {
        const std::string name(option.name);
        const auto* semantic = option.name == "redis-tls-insecure"
                                   ? static_cast<po::value_semantic*>(po::bool_switch())
                                   : po::value<std::string>();
        options.add_options()(name.c_str(), semantic, option.help.c_str());
    }
    return options;
}

std::vector<FoundSetting> settings_from_redis_variables(
    const std::map<std::string, std::string>& environment) {
    std::vector<FoundSetting> found;
    for (const auto& option : table()) {
        const auto variable = environment.find(std::string(option.variable));
        if (variable == environment.end() || variable->second.empty()) continue;
        if (is_service_link(variable->first, variable->second)) continue;
        const bool told_by_the_url = option.name == "redis-host" || option.name == "redis-port";
        if (told_by_the_url && find(found, "redis-url")) continue;
        found.push_back({std::string(option.name), variable->second, "environment", variable->first});
    }
    return found;
}

Result<> apply_redis_settings(const std::vector<FoundSetting>& source, redis::Settings& settings) {
    if (auto compatible = check_exclusions(source); !compatible) return compatible;
    for (const auto& option : table()) {
        const auto* found = find(source, option.name);
        if (!found) continue;
        const auto applied = option.apply(found->value, settings);
        if (!applied)
            return Error{
                applied.error().code, fmt::format("{}: {}", found->origin(), applied.error().message)};
    }
    return {};
}

} // namespace freshet::prep
