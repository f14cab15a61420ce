#include "prep/store/json_text.hpp"

#include <array>

namespace freshet::prep {
namespace {

constexpr std::array<std::string_view, 6> words{"true", "false", "null", "NaN", "Infinity", "-Infinity"};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Walks over one value; the first fault stops it.
class Walker {
public:
    Walker(std::string_view text, std::size_t at) : text_(text), at_(at) {}

    std::size_t at() const { return at_; }
    const std::optional<JsonFault>& fault() const { return fault_; }

    bool value(int depth = 0) {
        if (depth >= deepest_json) return expected("at most 500 objects and arrays within each other");
        switch (peek()) {
        case '{':
            return object(depth);
        case '[':
            return array(depth);
        case '"':
            return string();
        case 't':
        case 'f':
        case 'n':
        case 'N':
        case 'I':
            return word();
        default:
            return text_.substr(at_).starts_with("-I") ? word() : number();
        }
    }

    bool expected(const char* what) {
        if (!fault_) fault_ = JsonFault{at_, what};
        return false;
    }

    void space() { at_ = skip_space(text_, at_); }

private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }

    bool object(int depth) {
        ++at_;
        space();
        if (take('}')) return true;
        do {
            space();
            if (peek() != '"') return expected("a field's name");
            if (!string()) return false;
            space();
            if (!take(':')) return expected("':'");
            space();
            if (!value(depth + 1)) return false;
            space();
        } while (take(','));
        return take('}') || expected("',' or '}'");
    }

    bool array(int depth) {
        ++at_;
        space();
        if (take(']')) return true;
        do {
            space();
            if (!value(depth + 1)) return false;
            space();
        } while (take(','));
        return take(']') || expected("',' or ']'");
    }

    bool string() {
        ++at_;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (static_cast<unsigned char>(c) < 0x20) return expected("an escaped control character");
            if (c == '\\' && !escape()) return false;
            ++at_;
            if (c == '"') return true;
        }
        return expected("the end of a text");
    }

    // Leaves at_ on the last character of the escape.
    bool escape() {
        ++at_;
        if (peek() == 'u') {
            for (int i = 0; i < 4; ++i) {
                ++at_;
                if (std::string_view("0123456789abcdefABCDEF").find(peek()) == std::string_view::npos)
                    return expected("four hexadecimal digits");
            }
            return true;
        }
        return (peek() != '\0' && std::string_view("\"\\/bfnrt").find(peek()) != std::string_view::npos) ||
               expected("an escape");
    }

    bool word() {
        for (const auto candidate : words)
            if (text_.substr(at_).starts_with(candidate)) {
                at_ += candidate.size();
                return true;
            }
        return expected("a value");
    }

    bool digits() {
        if (!is_digit(peek())) return expected("a digit");
        while (is_digit(peek()))
            ++at_;
        return true;
    }

    bool number() {
        const bool negative = take('-');
        if (!is_digit(peek())) return expected(negative ? "a digit" : "a value");
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            return digits();
        }
        return true;
    }

    std::string_view text_;
    std::size_t at_;
    std::optional<JsonFault> fault_;
};

} // namespace

std::size_t skip_space(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r'))
        ++at;
    return at;
}

std::optional<JsonFault> fault_in(std::string_view text) {
    Walker walker(text, skip_space(text, 0));
    if (walker.value()) {
        walker.space();
        if (walker.at() < text.size()) walker.expected("the end");
    }
    return walker.fault();
}

JsonSpan root_of(std::string_view text) {
    return {skip_space(text, 0), text.find_last_not_of(" \n\t\r") + 1};
}

JsonSpan value_at(std::string_view text, std::size_t begin) {
    Walker walker(text, begin);
    walker.value();
    return {begin, walker.at()};
}

} // namespace freshet::prep
