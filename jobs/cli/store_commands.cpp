#include "jobs/cli/cache_commands.hpp"
#include "jobs/cli/commands.hpp"
#include "jobs/cli/prep_commands.hpp"
#include "jobs/cli/rules_commands.hpp"
#include "prep/files/atomic_file.hpp"
#include "rules/run_id.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

/// The commands about a run's store and the rules: from words and options to the functions that do it.
namespace freshet::jobs::cli {
namespace {

[[noreturn]] void refuse(const Context& context, std::string_view command) {
    throw Failure({Errc::bad_input, fmt::format("{} {}: expected {}", command, fmt::join(context.words, " "),
                                        command_named(std::string(command)).operands)});
}

} // namespace

awaitable<int> prep(Context& context) {
    PrepOptions options;
    if (context.has("json")) options.format = PrepOptions::Format::json;
    if (context.has("watch")) options.follow = PrepOptions::Follow::live;
    co_return co_await prep_status(context.redis, context.words[0], options, context.out);
}

awaitable<int> cache(Context& context) {
    const auto& words = context.words;
    const std::string run_id = rules::checked_run_id(words[1]).value();
    const std::filesystem::path folder = std::filesystem::path(context.text("runs-root")) / run_id;
    std::optional<std::string> controller;
    if (words.size() == 3) controller = words[2];
    if (words[0] == "get" && controller)
        co_return co_await cache_get(context.redis, folder, *controller, context.out);
    if (words[0] == "clear") co_return co_await cache_clear(context.redis, folder, controller, context.out);
    if (words[0] == "refresh")
        co_return co_await cache_refresh(context.redis, folder, controller, context.out);
    refuse(context, "cache");
}

awaitable<int> rules(Context& context) {
    const auto& words = context.words;
    if (words.size() == 2 && words[0] == "check") co_return rules_check(words[1], context.out);
    auto rules = rules::default_cache_rules();
    if (const auto& file = context.text("rules"); !file.empty()) {
        const auto text = prep::read_file(file).value();
        rules = std::make_shared<const rules::CacheRules>(rules::CacheRules::parse(text, file).value());
    }
    if (words.size() == 2 && words[0] == "show") co_return rules_show(*rules, words[1], context.out);
    if (words.size() == 1 && words[0] == "graph") co_return rules_graph(*rules, context.out);
    refuse(context, "rules");
}

} // namespace freshet::jobs::cli
