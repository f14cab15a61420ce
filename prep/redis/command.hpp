#pragma once

#include <concepts>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace freshet::prep::redis {

/// What Command takes as an argument. Characters and truth values are neither: say which text is meant.
template <class T>
concept CommandArgument = std::convertible_to<const T&, std::string_view> ||
    (std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>);

/// One Redis command as it goes over the wire (RESP 2). Arguments are binary safe.
class Command {
public:
    /// Command("HSET", key, "field", 3): texts and integers.
    template <CommandArgument... Argument>
    explicit Command(std::string_view name, const Argument&... arguments)
        : wire_(encode({name, word(arguments)...})) {}
    /// A command from a list that was put together at run time; the first is its name.
    explicit Command(std::span<const std::string> words);
    /// EVALSHA or EVAL (`verb`) with keys and arguments.
    Command(std::string_view verb, std::string_view script, std::span<const std::string> keys,
        std::span<const std::string> arguments);

    /// The command's name as it was given, e.g. "HSET".
    std::string_view name() const noexcept;

    const std::string& wire() const noexcept { return wire_; }
    std::string take() && noexcept { return std::move(wire_); }

private:
    static std::string encode(std::initializer_list<std::string_view> words);
    static std::string_view word(std::string_view text) noexcept { return text; }
    static std::string word(std::integral auto number) { return std::to_string(number); }

    std::string wire_;
};

} // namespace freshet::prep::redis
