#pragma once

#include "rules/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace freshet::jobs {

/// zlib format, as RQ compresses `data` and `exc_info`.
std::string deflate(std::string_view plain);

/// The reverse. bad_input if the text is not zlib, is cut short, or would inflate to more than `limit` bytes
/// (nothing beyond the limit is ever held in memory).
Result<std::string> inflate(std::string_view packed, std::size_t limit);

/// Base64 without line breaks, as RQ writes return values.
std::string base64_encode(std::string_view bytes);
/// bad_input for anything that is not padded base64.
Result<std::string> base64_decode(std::string_view text);

} // namespace freshet::jobs
