#pragma once

#include "rules/error.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

namespace freshet::jobs {

/// What a pickle may cost. Shared values count each time that they occur, because they are copied.
struct PickleLimits {
    std::size_t values = 1'000'000;
    std::size_t text_bytes = 64 * 1024 * 1024;
    std::size_t depth = 32; ///< of lists, tuples and dictionaries within each other
};

/// Reads a Python pickle, protocol 2 to 5, of plain values: None, booleans, integers of 64 bits, floats,
/// texts, lists, tuples and dictionaries. It runs nothing and makes no objects: every opcode that could
/// (GLOBAL, REDUCE, BUILD ...) is refused by its name.
///
/// As JSON: a tuple is an array; bytes are a text if they are UTF-8 and refused if not; the key of a
/// dictionary is a text, or a number, boolean or None written as Python's json writes it, and of equal keys
/// the last counts.
///
/// bad_input says what stands at which byte. Memory stays within a small multiple of the limits.
Result<boost::json::value> read_pickle(std::string_view pickle, const PickleLimits& limits = {});

} // namespace freshet::jobs
