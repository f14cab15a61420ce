#pragma once

#include "rules/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace freshet::rules {

/// What the placeholders of a key template stand for.
struct KeyPlace {
    std::string_view run_id;
    std::string_view run_dir; ///< as the run's readers spell it; slashes at its end are left out of keys
    std::string_view controller;
};

/// A pattern of cache keys such as `nodb_cache:{run_id}:{controller}`.
class KeyTemplate {
public:
    /// Errc::bad_input, without the place of the text, if a brace has no partner, a placeholder is other than
    /// run_id, run_dir and controller, or the key would be the same for all runs because both run_id and
    /// run_dir are missing.
    static Result<KeyTemplate> parse(std::string_view text);

    /// The key. Values are put in as they are: braces in them mean nothing.
    std::string expand(const KeyPlace& place) const;

    const std::string& text() const noexcept { return text_; }

private:
    /// Text to copy, then a placeholder's value; the last piece has none.
    struct Piece {
        std::string literal;
        std::string_view KeyPlace::*placeholder;
    };

    std::string text_;
    std::vector<Piece> pieces_;
};

} // namespace freshet::rules
