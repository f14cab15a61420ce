#include "jobs/queue/call.hpp"

#include "jobs/queue/encoding.hpp"
#include "jobs/queue/pickle_writer.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

namespace freshet::jobs {
namespace {

namespace json = boost::json;

constexpr std::size_t inflated_limit = 16 * 1024 * 1024;

Error bad(std::string message) {
    return {Errc::bad_input, "job data: " + std::move(message)};
}

// The two bytes of a zlib header (RFC 1950): method 8, and a multiple of 31.
bool looks_compressed(std::string_view data) {
    if (data.size() < 2) return false;
    const auto method = static_cast<unsigned char>(data[0]), flags = static_cast<unsigned char>(data[1]);
    return (method & 0x0f) == 8 && (method * 256 + flags) % 31 == 0;
}

std::string shown(const json::value& value);

std::string shown(const json::array& array) {
    std::string text = "[";
    for (const auto& element : array)
        text += (text.size() > 1 ? ", " : "") + shown(element);
    return text + "]";
}

std::string shown(const json::object& object) {
    std::string text = "{";
    for (const auto& [name, member] : object)
        text += fmt::format("{}'{}': {}", text.size() > 1 ? ", " : "", std::string_view(name), shown(member));
    return text + "}";
}

// As Python's repr() would show it, near enough for a person.
std::string shown(const json::value& value) {
    if (const auto* text = value.if_string()) return fmt::format("'{}'", std::string_view(*text));
    if (const auto* number = value.if_double()) return fmt::format("{}", *number);
    if (const auto* flag = value.if_bool()) return *flag ? "True" : "False";
    if (const auto* array = value.if_array()) return shown(*array);
    if (const auto* object = value.if_object()) return shown(*object);
    return value.is_null() ? "None" : json::serialize(value);
}

Result<Call> to_call(const SerializedValue& parsed) {
    const auto* parts = parsed.value.if_array();
    if (!parts || parts->size() != 4)
        return bad("expected [function, null, [arguments], {keyword arguments}]");
    const auto& tuple = *parts;
    if (!tuple[0].is_string() || tuple[0].get_string().empty())
        return bad("the function's name must be a text");
    if (!tuple[1].is_null())
        return bad("methods of an instance cannot run here: the second element must be null");
    if (!tuple[2].is_array()) return bad("the arguments must be a list");
    if (!tuple[3].is_object()) return bad("the keyword arguments must be an object");
    return Call{
        std::string(tuple[0].get_string()), tuple[2].get_array(), tuple[3].get_object(), parsed.serializer};
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
    if (call.serializer == Serializer::pickle)
        return deflate(write_call_pickle(call.function, call.args, call.kwargs));
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
    const auto parsed = parse_value(data);
    if (!parsed) return bad(parsed.error().message);
    return to_call(*parsed);
}

} // namespace freshet::jobs
