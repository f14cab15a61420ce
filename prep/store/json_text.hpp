#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// JSON as text (RFC 8259, and Python's bare words NaN, Infinity, -Infinity): is it valid, and where do its
/// values stand. For Document.
namespace freshet::prep {

/// Bytes begin to end - 1.
struct JsonSpan {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t size() const noexcept { return end - begin; }
};

struct JsonFault {
    std::size_t at;
    const char* expected;
};

/// Objects and arrays within each other.
constexpr int deepest_json = 500;

/// The first place where the text is no JSON, or too deep; nothing if there is none.
std::optional<JsonFault> fault_in(std::string_view text);

// The functions below take text without a fault.

JsonSpan root_of(std::string_view text);
/// The value whose first byte stands at `begin`.
JsonSpan value_at(std::string_view text, std::size_t begin);
std::size_t skip_space(std::string_view text, std::size_t at) noexcept;

/// Calls use(value) for each element of the array.
template <class Use>
void for_each_element(std::string_view text, JsonSpan array, Use use) {
    auto at = skip_space(text, array.begin + 1);
    while (text[at] != ']') {
        const auto value = value_at(text, at);
        use(value);
        at = skip_space(text, value.end);
        if (text[at] == ',') at = skip_space(text, at + 1);
    }
}

/// Calls use(name with its quotes, value) for each field of the object.
template <class Use>
void for_each_member(std::string_view text, JsonSpan object, Use use) {
    auto at = skip_space(text, object.begin + 1);
    while (text[at] != '}') {
        const auto name = value_at(text, at);
        const auto colon = skip_space(text, name.end);
        const auto value = value_at(text, skip_space(text, colon + 1));
        use(name, value);
        at = skip_space(text, value.end);
        if (text[at] == ',') at = skip_space(text, at + 1);
    }
}

} // namespace freshet::prep
