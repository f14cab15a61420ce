#include "rules/strict_json.hpp"

#include "rules/message_text.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace freshet::rules {
namespace {

namespace json = boost::json;
using boost::system::error_code;

/// Follows the parser through the document and stops it at the first name that its object already has.
class DuplicateFinder {
public:
    static constexpr auto max_object_size = std::size_t(-1);
    static constexpr auto max_array_size = std::size_t(-1);
    static constexpr auto max_key_size = std::size_t(-1);
    static constexpr auto max_string_size = std::size_t(-1);

    /// JSON pointer of the repeated name; empty if there is none.
    const std::string& duplicate() const noexcept { return duplicate_; }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return enter(); }
    bool on_object_end(std::size_t, error_code&) { return leave(); }
    bool on_array_begin(error_code&) { return enter(); }
    bool on_array_end(std::size_t, error_code&) { return leave(); }
    bool on_key_part(json::string_view part, std::size_t, error_code&) {
        key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, error_code& error) {
        key_.append(part.data(), part.size());
        levels_.back().name = std::exchange(key_, {});
        if (levels_.back().names.insert(levels_.back().name).second) return true;
        duplicate_ = pointer();
        error = json::error::syntax;
        return false;
    }
    bool on_string_part(json::string_view, std::size_t, error_code&) { return true; }
    bool on_string(json::string_view, std::size_t, error_code&) { return value_ended(); }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, error_code&) { return value_ended(); }
    bool on_uint64(std::uint64_t, json::string_view, error_code&) { return value_ended(); }
    bool on_double(double, json::string_view, error_code&) { return value_ended(); }
    bool on_bool(bool, error_code&) { return value_ended(); }
    bool on_null(error_code&) { return value_ended(); }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

private:
    /// An open object (which has names) or array (which counts).
    struct Level {
        std::set<std::string> names;
        std::string name;
        std::size_t index = 0;
    };

    bool enter() {
        levels_.emplace_back();
        return true;
    }

    bool leave() {
        levels_.pop_back();
        return value_ended();
    }

    bool value_ended() {
        if (!levels_.empty()) ++levels_.back().index;
        return true;
    }

    std::string pointer() const {
        std::string all;
        for (const Level& level : levels_)
            all = level.names.empty() ? json_pointer_to(all, level.index) : json_pointer_to(all, level.name);
        return all;
    }

    std::vector<Level> levels_;
    std::string key_;
    std::string duplicate_;
};

Error refused(std::string_view file, std::string_view reason) {
    return {Errc::bad_input, fmt::format("{} {}", file, reason)};
}

Error refused_at(
    std::size_t position, std::string_view text, std::string_view file, std::string_view reason) {
    const auto before = text.substr(0, position);
    const auto line = std::ranges::count(before, '\n') + 1;
    const auto column = before.size() - (before.rfind('\n') + 1) + 1;
    return refused(file, fmt::format("line {} column {}: {}", line, column, reason));
}

std::string reason_of(error_code error, const JsonLimits& limits) {
    if (error == json::error::too_deep) return fmt::format("more than {} levels deep", limits.depth);
    if (error == json::error::incomplete) return "not JSON: the text ends too early";
    return fmt::format("not JSON: {}", error.message());
}

} // namespace

Result<json::value> parse_strict_json(
    std::string_view text, std::string_view file, const JsonLimits& limits) {
    if (text.size() > limits.bytes)
        return refused(file, fmt::format("is too long: expected at most {} bytes", limits.bytes));

    json::parse_options options;
    options.max_depth = limits.depth;
    json::basic_parser<DuplicateFinder> checker(options);
    error_code error;
    const auto consumed = checker.write_some(false, text.data(), text.size(), error);
    if (const auto& pointer = checker.handler().duplicate(); !pointer.empty())
        return refused_at(consumed, text, file, fmt::format("{}: this name occurs twice", pointer));
    if (!error && consumed < text.size()) error = json::error::extra_data;
    if (error) return refused_at(consumed, text, file, reason_of(error, limits));

    return json::parse(text, {}, options);
}

std::string json_pointer_to(std::string_view pointer, std::string_view name) {
    std::string extended(pointer);
    extended += '/';
    for (const char c : name) {
        if (c == '~')
            extended += "~0";
        else if (c == '/')
            extended += "~1";
        else
            extended += c;
    }
    return extended;
}

std::string json_pointer_to(std::string_view pointer, std::size_t index) {
    return fmt::format("{}/{}", pointer, index);
}

} // namespace freshet::rules
