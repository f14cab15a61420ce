#include "jobs/queue/serializer.hpp"

#include "jobs/queue/ids.hpp"
#include "jobs/queue/pickle_reader.hpp"
#include "jobs/queue/pickle_writer.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

namespace freshet::jobs {
namespace {

namespace json = boost::json;

constexpr std::size_t depth_limit = 32;
constexpr std::size_t value_limit = 1'000'000;

struct BareWord {
    std::string_view text;
    double value;
};
constexpr std::array<BareWord, 3> bare_words{{
    {"NaN", std::numeric_limits<double>::quiet_NaN()},
    {"Infinity", std::numeric_limits<double>::infinity()},
    {"-Infinity", -std::numeric_limits<double>::infinity()},
}};

/// JSON text whose bare words were replaced by texts that nobody else can have written.
struct Prepared {
    std::string text;   ///< empty: there are no bare words
    std::string marker; ///< such a text is the marker and the word
    std::size_t values = 1;
    std::optional<std::size_t> wide_integer; ///< where one stands that needs more than 64 bits
};

// Behind the closing quote of the text that starts at `at`.
std::size_t end_of_text(std::string_view json, std::size_t at) {
    for (++at; at < json.size() && json[at] != '"'; ++at)
        if (json[at] == '\\') ++at;
    return std::min(at + 1, json.size());
}

/// The number that the text starts with; empty if it starts with none.
std::string_view number_at(std::string_view rest) {
    if (rest[0] != '-' && (rest[0] < '0' || rest[0] > '9')) return {};
    return rest.substr(0, rest.find_first_not_of("+-.eE0123456789"));
}

// Boost.JSON would make it a floating-point number, and lose digits in silence.
bool is_wide_integer(std::string_view number) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    return error == std::errc::result_out_of_range && end == number.data() + number.size();
}

const BareWord* bare_word_at(std::string_view rest) {
    for (const BareWord& word : bare_words)
        if (rest.starts_with(word.text)) return &word;
    return nullptr;
}

Prepared prepare(std::string_view json) {
    Prepared prepared;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < json.size();) {
        if (json[at] == '"') {
            at = end_of_text(json, at);
            continue;
        }
        if (json[at] == ',' || json[at] == '[' || json[at] == '{') ++prepared.values;
        const BareWord* word = bare_word_at(json.substr(at));
        if (!word) {
            const auto number = number_at(json.substr(at));
            if (is_wide_integer(number)) prepared.wide_integer = at;
            at += std::max<std::size_t>(number.size(), 1);
            continue;
        }
        if (prepared.marker.empty()) prepared.marker = new_execution_id();
        prepared.text += json.substr(copied, at - copied);
        prepared.text += fmt::format("\"{}{}\"", prepared.marker, word->text);
        at += word->text.size();
        copied = at;
    }
    if (copied > 0) prepared.text += json.substr(copied);
    return prepared;
}

void put_bare_words_back(json::value& value, std::string_view marker) {
    if (auto* array = value.if_array())
        for (auto& element : *array)
            put_bare_words_back(element, marker);
    if (auto* object = value.if_object())
        for (auto& member : *object)
            put_bare_words_back(member.value(), marker);
    const auto* text = value.if_string();
    if (!text || !text->starts_with(marker)) return;
    value = bare_word_at(std::string_view(*text).substr(marker.size()))->value;
}

Result<json::value> parse_json(std::string_view text) {
    const Prepared prepared = prepare(text);
    if (prepared.values > value_limit)
        return Error{Errc::bad_input, fmt::format("JSON: more than {} values", value_limit)};
    if (prepared.wide_integer)
        return Error{Errc::bad_input,
            fmt::format("JSON, byte {}: an integer of more than 64 bits", *prepared.wide_integer + 1)};
    json::parse_options options;
    options.max_depth = depth_limit;
    json::error_code error;
    auto value = json::parse(prepared.text.empty() ? text : prepared.text, error, {}, options);
    if (error) return Error{Errc::bad_input, "not JSON: " + error.message()};
    if (!prepared.marker.empty()) put_bare_words_back(value, prepared.marker);
    return value;
}

} // namespace

std::string serialize_value(const json::value& value, Serializer serializer) {
    return serializer == Serializer::pickle ? write_pickle(value) : json::serialize(value);
}

Result<SerializedValue> parse_value(std::string_view text) {
    const bool is_pickle = !text.empty() && static_cast<unsigned char>(text[0]) == 0x80;
    auto value = is_pickle ? read_pickle(text) : parse_json(text);
    if (!value) return value.error();
    return SerializedValue{std::move(*value), is_pickle ? Serializer::pickle : Serializer::json};
}

} // namespace freshet::jobs
