#include "rules/key_template.hpp"

#include "rules/message_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace freshet::rules {
namespace {

using Placeholder = std::string_view KeyPlace::*;

constexpr std::array<std::string_view, 3> placeholder_names{"run_id", "run_dir", "controller"};
constexpr std::array<Placeholder, 3> placeholders{
    &KeyPlace::run_id, &KeyPlace::run_dir, &KeyPlace::controller};

Error malformed(std::string_view what) {
    return {Errc::bad_input, std::string(what)};
}

Placeholder placeholder_named(std::string_view name) {
    const auto found = std::ranges::find(placeholder_names, name);
    if (found == placeholder_names.end()) return nullptr;
    return placeholders[static_cast<std::size_t>(found - placeholder_names.begin())];
}

std::string_view without_trailing_slashes(std::string_view path) {
    while (path.size() > 1 && path.ends_with('/'))
        path.remove_suffix(1);
    return path;
}

} // namespace

Result<KeyTemplate> KeyTemplate::parse(std::string_view text) {
    KeyTemplate parsed;
    parsed.text_ = text;
    bool names_the_run = false;
    auto rest = text;
    for (;;) {
        const auto brace = rest.find_first_of("{}");
        std::string literal(rest.substr(0, brace));
        if (brace == rest.npos) {
            parsed.pieces_.push_back({std::move(literal), nullptr});
            break;
        }
        if (rest[brace] == '}') return malformed(fmt::format("{}: found '}}' without '{{'", quoted(text)));
        const auto end = rest.find_first_of("{}", brace + 1);
        if (end == rest.npos || rest[end] == '{')
            return malformed(fmt::format("{}: found '{{' without '}}'", quoted(text)));

        const auto name = rest.substr(brace + 1, end - brace - 1);
        const auto placeholder = placeholder_named(name);
        if (!placeholder)
            return malformed(fmt::format("{}: unknown placeholder {}; expected one of {}", quoted(text),
                quoted(name), fmt::join(placeholder_names, ", ")));
        names_the_run |= placeholder != &KeyPlace::controller;
        parsed.pieces_.push_back({std::move(literal), placeholder});
        rest.remove_prefix(end + 1);
    }
    if (!names_the_run)
        return malformed(fmt::format(
            "{}: expected {{run_id}} or {{run_dir}} in it, found neither: all runs would share the key",
            quoted(text)));
    return parsed;
}

std::string KeyTemplate::expand(const KeyPlace& place) const {
    auto normal = place;
    normal.run_dir = without_trailing_slashes(place.run_dir);
    std::string key;
    for (const auto& [literal, placeholder] : pieces_) {
        key += literal;
        if (placeholder) key += normal.*placeholder;
    }
    return key;
}

} // namespace freshet::rules
