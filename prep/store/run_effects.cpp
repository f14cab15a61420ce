#include "prep/store/run_effects.hpp"

#include "prep/store/scripts/run_effects.lua.hpp"
#include "prep/store/scripts/timestamp.lua.hpp"

namespace freshet::prep {

boost::asio::awaitable<Result<std::int64_t>> affect_run(
    redis::Connection& runs, std::string run_id, std::string task, std::vector<StaleCache> stale) {
    static const redis::Script script("timestamp", {run_effects_lua, timestamp_lua});
    const auto& databases = runs.settings().databases;
    std::vector<std::string> keys{std::move(run_id)};
    std::vector<std::string> arguments{
        std::to_string(databases.runs), std::to_string(databases.cache), std::move(task)};
    append_to(arguments, stale);
    const auto reply = co_await runs.run_script(script, std::move(keys), std::move(arguments));
    if (!reply) co_return reply.error();
    co_return reply->integer();
}

} // namespace freshet::prep
