#pragma once

#include "rules/error.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace freshet::jobs {

/// RQ's two ways to write values. Nothing in a job says which one its producer used, but its `data` shows it;
/// results and meta are written in the same one.
enum class Serializer {
    json,  ///< JSONSerializer; NaN, Infinity and -Infinity may stand as bare words
    pickle ///< RQ's default; see pickle_reader.hpp for what of it is understood
};

/// A value on its own, as `meta` and a result's `return_value` hold it (a result is base64 of this).
std::string serialize_value(const boost::json::value& value, Serializer serializer);

struct SerializedValue {
    boost::json::value value;
    Serializer serializer = Serializer::json;
};

/// The reverse; tells by the first byte which one it is. bad_input: neither, not finished, deeper than 32
/// levels, more than a million values.
Result<SerializedValue> parse_value(std::string_view text);

} // namespace freshet::jobs
