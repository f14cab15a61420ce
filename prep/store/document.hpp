#pragma once

#include "rules/error.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace freshet::prep {

/// A JSON object as text of which single values are read and replaced; everything else keeps its order, its
/// spacing and the digits of its numbers. Takes what Python's json module writes, the bare words NaN,
/// Infinity and -Infinity included. Of a name that occurs twice the last counts, as in Python.
///
/// Places are JSON pointers (RFC 6901): "/years", "/py~1state/years" for the field "py/state". Each access
/// walks the text: O(size).
class Document {
public:
    /// bad_input names `file`, the byte and what was expected there.
    static Result<Document> parse(std::string text, std::string_view file);

    const std::string& text() const noexcept { return text_; }

    /// The value, if there is one. NaN reads as null, as does what holds a text that is no Unicode.
    std::optional<boost::json::value> find(std::string_view pointer) const;
    /// The whole, as values.
    boost::json::object object() const;

    /// Replaces the value, or adds it as the last field of its object. not_found if that object is not there.
    /// A double that is no number is written as Python's bare word.
    Result<> set(std::string_view pointer, const boost::json::value& value);
    /// Takes the field out of its object, every one of that name. Nothing happens if there is none.
    void erase(std::string_view pointer);

    friend bool operator==(const Document&, const Document&) = default;

private:
    explicit Document(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

} // namespace freshet::prep
