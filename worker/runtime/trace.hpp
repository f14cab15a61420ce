#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace freshet::worker {

/// A span of a distributed trace: W3C Trace Context, header `traceparent`
/// (https://www.w3.org/TR/trace-context/#traceparent-header). Lower-case hexadecimal.
struct Trace {
    std::string trace_id; ///< 32 digits
    std::string span_id;  ///< 16 digits
    std::string flags;    ///< 2 digits

    /// `00-<trace id>-<span id>-<flags>`
    std::string traceparent() const;
    /// A span below this one, with a new random id.
    Trace child() const;
};

/// Nothing for a text that the standard calls invalid: wrong lengths or digits, ids of zeros, version ff. Of
/// versions after 00 what is known is read.
std::optional<Trace> parse_traceparent(std::string_view text);

/// The `traceparent` that a job's producer put into its meta (serialized); nothing if there is none.
std::optional<Trace> trace_in(std::string_view meta);

} // namespace freshet::worker
