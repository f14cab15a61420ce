#pragma once

#include "rules/error.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace freshet::rules {

struct JsonLimits {
    std::size_t bytes = 1 << 20;
    std::size_t depth = 16; ///< of objects and arrays within each other
};

/// Parses JSON (RFC 8259) that people write by hand. Errc::bad_input names `file`, line and column (in bytes,
/// from 1) and the reason: not JSON, a name that occurs twice in an object (with its JSON pointer; Boost.JSON
/// itself would silently keep the last), too long, too deep.
Result<boost::json::value> parse_strict_json(
    std::string_view text, std::string_view file, const JsonLimits& limits = {});

/// `pointer` extended by an object's name or an array's index (RFC 6901: '~' becomes ~0, '/' becomes ~1).
std::string json_pointer_to(std::string_view pointer, std::string_view name);
std::string json_pointer_to(std::string_view pointer, std::size_t index);

} // namespace freshet::rules
