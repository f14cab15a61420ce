#include "prep/redis/settings.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <fstream>
#include <variant>

namespace freshet::prep::redis {
namespace {

constexpr std::string_view expected_forms =
    "redis://[user:password@]host[:port][/db], rediss://... or unix://[user:password@]/path";

/// The URL without what stands before its '@', which may be a password.
std::string without_password(std::string_view url) {
    const auto at = url.rfind('@');
    if (at == std::string_view::npos) return std::string(url);
    const auto scheme_end = url.find("://");
    const auto scheme = scheme_end < at ? url.substr(0, scheme_end + 3) : std::string_view();
    return fmt::format("{}***{}", scheme, url.substr(at));
}

Error bad_url(std::string_view url, std::string_view what) {
    return Error{Errc::bad_input,
        fmt::format("Redis URL '{}': {}; expected {}", without_password(url), what, expected_forms)};
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const auto digits = text.substr(i + 1, 2);
        unsigned char byte = 0;
        const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() != 2 || failure != std::errc() || end != digits.data() + 2) return std::nullopt;
        decoded += static_cast<char>(byte);
        i += 2;
    }
    return decoded;
}

struct Credentials {
    std::string user;
    std::string password;
};

/// `user:password`, `:password` or `user`.
std::optional<Credentials> credentials_from(std::string_view text) {
    const auto colon = text.find(':');
    const auto user = percent_decoded(text.substr(0, colon));
    const auto password =
        percent_decoded(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1));
    if (!user || !password) return std::nullopt;
    return Credentials{*user, *password};
}

constexpr std::uint16_t redis_port = 6379;
constexpr std::uint16_t sentinel_port = 26379;

std::optional<std::uint16_t> port_from(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (failure != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

/// `host`, `host:port`, `[v6]` or `[v6]:port`; what is wrong is a text.
std::variant<Address, std::string_view> address_from(std::string_view text, std::uint16_t default_port) {
    auto host = text.substr(0, text.rfind(':'));
    auto rest = text.substr(host.size());
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string_view::npos) return std::string_view("the address has no closing ']'");
        host = text.substr(1, close - 1);
        rest = text.substr(close + 1);
    }
    const auto decoded = percent_decoded(host);
    if (!decoded) return std::string_view("the host has a broken percent-encoding");
    if (rest.empty()) return Address{*decoded, default_port};
    const auto port = rest.front() == ':' ? port_from(rest.substr(1)) : std::nullopt;
    if (!port) return std::string_view("the port is not a number in 1..65535");
    return Address{*decoded, *port};
}

bool is_database_path(std::string_view path) {
    return path.find_first_not_of("0123456789") == std::string_view::npos;
}

} // namespace

std::string Settings::where() const {
    if (!sentinel.addresses.empty()) return "primary " + sentinel.primary;
    if (!unix_socket.empty()) return "unix://" + unix_socket;
    if (host.find(':') != std::string::npos) return fmt::format("[{}]:{}", host, port);
    return fmt::format("{}:{}", host, port);
}

Result<> apply_url(std::string_view url, Settings& settings) {
    const auto scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) return bad_url(url, "it has no scheme");
    const auto scheme = url.substr(0, scheme_end);
    auto rest = url.substr(scheme_end + 3);
    rest = rest.substr(0, rest.find_first_of("?#"));

    std::optional<Credentials> credentials;
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        credentials = credentials_from(rest.substr(0, at));
        if (!credentials) return bad_url(url, "the user or the password has a broken percent-encoding");
        rest.remove_prefix(at + 1);
    }

    auto applied = settings;
    applied.sentinel.addresses.clear();
    if (scheme == "unix") {
        const auto path = percent_decoded(rest);
        if (!path || !path->starts_with('/')) return bad_url(url, "the socket is not an absolute path");
        applied.unix_socket = *path;
        applied.tls.enabled = false;
    } else if (scheme == "redis" || scheme == "rediss") {
        const auto slash = std::min(rest.find('/'), rest.size());
        const auto path = rest.substr(std::min(slash + 1, rest.size()));
        if (!is_database_path(path)) return bad_url(url, "the path is not a database number");
        const auto read = address_from(rest.substr(0, slash), redis_port);
        const auto* address = std::get_if<Address>(&read);
        if (!address) return bad_url(url, std::get<std::string_view>(read));
        applied.unix_socket.clear();
        applied.host = address->host.empty() ? "localhost" : address->host;
        applied.port = address->port;
        applied.tls.enabled = scheme == "rediss";
    } else {
        return bad_url(url, fmt::format("unknown scheme '{}'", scheme));
    }
    if (credentials) {
        applied.user = credentials->user;
        applied.password = credentials->password;
    }
    settings = std::move(applied);
    return {};
}

Result<> apply_sentinels(std::string_view text, Settings& settings) {
    std::vector<Address> addresses;
    for (std::size_t start = 0; start <= text.size();) {
        const auto end = std::min(text.find(',', start), text.size());
        const auto read = address_from(text.substr(start, end - start), sentinel_port);
        const auto* address = std::get_if<Address>(&read);
        if (!address || address->host.empty())
            return Error{
                Errc::bad_input, fmt::format("sentinels '{}': expected host[:port], ..., found {}", text,
                                     address ? "an empty name" : std::get<std::string_view>(read))};
        addresses.push_back(*address);
        start = end + 1;
    }
    settings.sentinel.addresses = std::move(addresses);
    settings.unix_socket.clear();
    return {};
}

Result<std::string> read_password_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) return Error{Errc::not_found, fmt::format("password file {}: {}", path, std::strerror(errno))};
    std::string password;
    std::getline(file, password);
    if (password.ends_with('\r')) password.pop_back();
    if (password.empty())
        return Error{Errc::bad_input, fmt::format("password file {}: its first line is empty", path)};
    return password;
}

} // namespace freshet::prep::redis
