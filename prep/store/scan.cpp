#include "prep/store/scan.hpp"

#include <set>

namespace freshet::prep {

using boost::asio::awaitable;

awaitable<Result<std::vector<std::string>>> scan_keys(redis::Connection& redis, std::string pattern) {
    constexpr int batch = 1000;
    std::set<std::string> found;
    std::string cursor = "0";
    do {
        redis::Command scan("SCAN", cursor, "MATCH", pattern, "COUNT", batch);
        const auto reply = co_await redis.call(std::move(scan));
        if (!reply) co_return reply.error();
        cursor = (*reply)[0].text();
        const auto keys = (*reply)[1];
        for (std::size_t i = 0; i < keys.size(); ++i)
            found.emplace(keys[i].text());
    } while (cursor != "0");
    co_return std::vector<std::string>(found.begin(), found.end());
}

std::string glob_escaped(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (std::string_view("*?[]\\^").find(c) != std::string_view::npos) escaped += '\\';
        escaped += c;
    }
    return escaped;
}

} // namespace freshet::prep
