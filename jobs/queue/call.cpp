#include "jobs/queue/call.hpp"

#include "jobs/queue/encoding.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

namespace freshet::jobs {
namespace {

namespace json = boost::json;

constexpr std::size_t inflated_limit = 16 * 1024 * 1024;
constexpr std::size_t depth_limit = 32;

Error bad(std::string message) {
    return {Errc::bad_input, "job data: " + std::move(message)};
}

bool looks_compressed(std::string_view data) {
    return !data.empty() && (data[0] & 0x0f) == 8;
}

// As Python's repr() would show it, near enough for a person.
std::string shown(const json::value& value) {
    if (const auto* text = value.if_string()) return fmt::format("'{}'", std::string_view(*text));
    if (value.is_null()) return "None";
    if (const auto* flag = value.if_bool()) return *flag ? "True" : "False";
    return json::serialize(value);
}

Result<Call> from_json(const json::value& value) {
    const auto* parts = value.if_array();
    if (!parts || parts->size() != 4)
        return bad("expected [function, null, [arguments], {keyword arguments}]");
    const auto& tuple = *parts;
    if (!tuple[0].is_string() || tuple[0].get_string().empty())
        return bad("the function's name must be a text");
    if (!tuple[1].is_null())
        return bad("methods of an instance cannot run here: the second element must be null");
    if (!tuple[2].is_array()) return bad("the arguments must be a list");
    if (!tuple[3].is_object()) return bad("the keyword arguments must be an object");
    return Call{std::string(tuple[0].get_string()), tuple[2].get_array(), tuple[3].get_object()};
}

} // namespace

std::string_view Call::name() const {
    const std::string_view whole = function;
    const auto dot = whole.rfind('.');
    return dot == std::string_view::npos ? whole : whole.substr(dot + 1);
}

std::string_view Call::task() const {
    const std::string_view last = name();
    return last.size() > 3 && last.ends_with("_rq") ? last.substr(0, last.size() - 3) : last;
}

std::string Call::description() const {
    std::string text = function + "(";
    const char* separator = "";
    for (const auto& argument : args) {
        text += separator + shown(argument);
        separator = ", ";
    }
    for (const auto& [key, argument] : kwargs) {
        text += separator + std::string(key) + "=" + shown(argument);
        separator = ", ";
    }
    return text + ")";
}

std::string encode_call(const Call& call) {
    return deflate(json::serialize(json::array{call.function, nullptr, call.args, call.kwargs}));
}

Result<Call> decode_call(std::string_view data) {
    std::string inflated;
    if (looks_compressed(data)) {
        auto plain = inflate(data, inflated_limit);
        if (!plain) return bad(plain.error().message);
        inflated = std::move(*plain);
        data = inflated;
    }
    if (data.empty()) return bad("empty");
    if (static_cast<unsigned char>(data[0]) == 0x80)
        return bad("a pickle; this worker reads JSON (RQ's JSONSerializer)");

    json::parse_options options;
    options.max_depth = depth_limit;
    json::error_code error;
    const auto value = json::parse(data, error, {}, options);
    if (error) return bad("not JSON: " + error.message());
    return from_json(value);
}

} // namespace freshet::jobs
