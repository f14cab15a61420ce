#pragma once

#include "jobs/cli/output.hpp"
#include "prep/redis/connection.hpp"
#include "prep/settings.hpp"

#include <boost/asio/awaitable.hpp>

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The commands of `freshet`: one table, from which dispatch, help and completion are made.
namespace freshet::jobs::cli {

/// What a command works with.
struct Context {
    prep::redis::Connection& redis; ///< the queue's database
    const prep::SettingsReader& options;
    std::vector<std::string> words; ///< after the command's name
    std::ostream& out;

    bool has(const std::string& option) const { return options.get<bool>(option); }
    Format format() const { return has("json") ? Format::json : Format::table; }
    const std::string& text(const std::string& option) const { return options.get<std::string>(option); }
};

struct CommandSpec {
    std::string_view name;
    std::string_view operands; ///< as help shows them
    std::string_view summary;
    std::size_t fewest = 0, most = 0; ///< operands
    std::vector<std::string_view> options = {};
    std::vector<std::string_view> words = {}; ///< operands that completion offers
    /// Returns the exit code; errors are thrown as Failure.
    boost::asio::awaitable<int> (*run)(Context& context);
    enum class Redis { needed, not_needed } redis = Redis::needed;
};

struct OptionSpec {
    enum class Kind { flag, text, duration };
    std::string_view name;
    Kind kind = Kind::flag;
    std::string_view initial = "";
    std::string_view help;
    std::vector<std::string_view> values = {}; ///< that completion offers
};

std::span<const CommandSpec> all_commands();
std::span<const OptionSpec> all_options();

/// Failure (bad_input) names the word, and the command that was probably meant.
const CommandSpec& command_named(const std::string& word);
const OptionSpec& option_named(std::string_view name);

} // namespace freshet::jobs::cli
