#include "prep/store/document.hpp"

#include "prep/store/json_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

namespace freshet::prep {
namespace {

namespace json = boost::json;

/// Where a value stands in the text, and where in its object.
struct Place {
    JsonSpan name; ///< with its quotes; empty for an element of an array and for the root
    JsonSpan value;
};

std::string decoded_name(std::string_view quoted) {
    if (quoted.find('\\') == quoted.npos) return std::string(quoted.substr(1, quoted.size() - 2));
    json::error_code error;
    const auto name = json::parse(quoted, error);
    return error ? std::string(quoted) : std::string(name.get_string());
}

bool is_named(std::string_view quoted, std::string_view name) {
    if (quoted.find('\\') == quoted.npos) return quoted.substr(1, quoted.size() - 2) == name;
    return decoded_name(quoted) == name;
}

std::optional<Place> child_of(std::string_view text, JsonSpan container, std::string_view name) {
    std::optional<Place> found;
    if (text[container.begin] == '{')
        for_each_member(text, container, [&](JsonSpan key, JsonSpan value) {
            if (is_named(text.substr(key.begin, key.size()), name)) found = Place{key, value};
        });
    if (text[container.begin] == '[') {
        std::size_t index = 0;
        for_each_element(text, container, [&](JsonSpan value) {
            if (std::to_string(index++) == name) found = Place{{}, value};
        });
    }
    return found;
}

std::string unescaped(std::string_view step) {
    std::string name;
    for (std::size_t i = 0; i < step.size(); ++i) {
        const bool escape = step[i] == '~' && i + 1 < step.size();
        name += escape ? (step[++i] == '1' ? '/' : '~') : step[i];
    }
    return name;
}

std::optional<Place> locate(std::string_view text, std::string_view pointer) {
    std::optional<Place> place = Place{{}, root_of(text)};
    while (place && !pointer.empty()) {
        pointer.remove_prefix(1);
        const auto end = std::min(pointer.find('/'), pointer.size());
        place = child_of(text, place->value, unescaped(pointer.substr(0, end)));
        pointer.remove_prefix(end);
    }
    return place;
}

struct Split {
    std::string_view parent;
    std::string name;
};

Split split_last(std::string_view pointer) {
    const auto slash = pointer.rfind('/');
    return {pointer.substr(0, slash), unescaped(pointer.substr(slash + 1))};
}

json::value value_of(std::string_view text, JsonSpan span);

json::object object_of(std::string_view text, JsonSpan span) {
    json::object object;
    for_each_member(text, span, [&](JsonSpan name, JsonSpan value) {
        object.insert_or_assign(decoded_name(text.substr(name.begin, name.size())), value_of(text, value));
    });
    return object;
}

json::array array_of(std::string_view text, JsonSpan span) {
    json::array array;
    for_each_element(text, span, [&](JsonSpan value) { array.push_back(value_of(text, value)); });
    return array;
}

// Boost.JSON's parser may miss the nearest double by its last bit, and then a file's time would not be its
// time.
json::value number_of(std::string_view digits) {
    double number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

json::value value_of(std::string_view text, JsonSpan span) {
    const auto word = text.substr(span.begin, span.size());
    if (word[0] == '{') return object_of(text, span);
    if (word[0] == '[') return array_of(text, span);
    if (word == "NaN") return nullptr;
    if (word == "Infinity") return std::numeric_limits<double>::infinity();
    if (word == "-Infinity") return -std::numeric_limits<double>::infinity();
    const bool is_number = word[0] == '-' || (word[0] >= '0' && word[0] <= '9');
    if (is_number && word.find_first_of(".eE") != word.npos) return number_of(word);
    json::error_code error;
    auto value = json::parse(word, error);
    return error ? nullptr : value;
}

void write(std::string& out, const json::value& value);

void write(std::string& out, double number) {
    if (std::isnan(number)) {
        out += "NaN";
    } else if (std::isinf(number)) {
        out += number < 0 ? "-Infinity" : "Infinity";
    } else {
        const auto digits = fmt::format("{}", number);
        out += digits;
        if (digits.find_first_of(".e") == digits.npos) out += ".0"; // else Python would read an int
    }
}

void write(std::string& out, const json::object& object) {
    const char* separator = "";
    out += '{';
    for (const auto& [name, value] : object) {
        out += separator;
        out += json::serialize(json::string(name));
        out += ": ";
        write(out, value);
        separator = ", ";
    }
    out += '}';
}

void write(std::string& out, const json::array& array) {
    const char* separator = "";
    out += '[';
    for (const auto& value : array) {
        out += separator;
        write(out, value);
        separator = ", ";
    }
    out += ']';
}

void write(std::string& out, const json::value& value) {
    if (value.is_object()) return write(out, value.get_object());
    if (value.is_array()) return write(out, value.get_array());
    if (value.is_double()) return write(out, value.get_double());
    out += json::serialize(value);
}

void insert_member(std::string& text, JsonSpan object, std::string_view name, std::string_view value) {
    std::optional<JsonSpan> last;
    for_each_member(text, object, [&](JsonSpan, JsonSpan member) { last = member; });
    const auto at = last ? last->end : object.begin + 1;
    text.insert(at, fmt::format("{}{}: {}", last ? ", " : "", json::serialize(json::string(name)), value));
}

void erase_member(std::string& text, JsonSpan object, const Place& member) {
    const auto comma_after = text.find_first_not_of(" \t\r\n", member.value.end);
    const auto before = text.find_last_not_of(" \t\r\n", member.name.begin - 1);
    if (text[before] == ',') {
        text.erase(before, member.value.end - before);
    } else if (text[comma_after] == ',') {
        const auto next = text.find_first_not_of(" \t\r\n", comma_after + 1);
        text.erase(member.name.begin, next - member.name.begin);
    } else {
        text.erase(object.begin + 1, member.value.end - object.begin - 1);
    }
}

} // namespace

Result<Document> Document::parse(std::string text, std::string_view file) {
    if (const auto fault = fault_in(text))
        return Error{Errc::bad_input, fmt::format("{}: not JSON at byte {} of {}: expected {}", file,
                                          fault->at, text.size(), fault->expected)};
    if (text[root_of(text).begin] != '{')
        return Error{Errc::bad_input, fmt::format("{}: expected a JSON object", file)};
    return Document(std::move(text));
}

std::optional<json::value> Document::find(std::string_view pointer) const {
    const auto place = locate(text_, pointer);
    if (!place) return std::nullopt;
    return value_of(text_, place->value);
}

json::object Document::object() const {
    return object_of(text_, root_of(text_));
}

Result<> Document::set(std::string_view pointer, const json::value& value) {
    std::string written;
    write(written, value);
    if (const auto present = locate(text_, pointer)) {
        text_.replace(present->value.begin, present->value.size(), written);
        return {};
    }
    const auto [parent, name] = split_last(pointer);
    const auto object = locate(text_, parent);
    if (!object || text_[object->value.begin] != '{')
        return Error{Errc::not_found, fmt::format("{}: there is no object {} to hold it", pointer, parent)};
    insert_member(text_, object->value, name, written);
    return {};
}

void Document::erase(std::string_view pointer) {
    const auto parent = split_last(pointer).parent;
    while (const auto place = locate(text_, pointer))
        erase_member(text_, locate(text_, parent)->value, *place);
}

} // namespace freshet::prep
