#pragma once

#include <concepts>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace freshet::prep::redis {

/// What can be a word of a command: texts and integers.
template <class T>
concept Word = std::integral<T> || std::convertible_to<const T&, std::string_view>;

/// One Redis command as it goes over the wire. Arguments are binary safe.
class Command {
public:
    /// Command("HSET", key, "field", 3): texts and integers.
    template <Word... Argument>
    explicit Command(std::string_view name, const Argument&... arguments) {
        begin(1 + sizeof...(arguments));
        append(name);
        (add(arguments), ...);
    }
    /// A command from a list that was put together at run time; the first is its name.
    explicit Command(std::span<const std::string> words);
    /// EVALSHA or EVAL (`verb`) with keys and arguments.
    Command(std::string_view verb, std::string_view script, std::span<const std::string> keys,
        std::span<const std::string> arguments);

    const std::string& wire() const noexcept { return wire_; }
    std::string take() && noexcept { return std::move(wire_); }

private:
    void begin(std::size_t words);
    void append(std::string_view word);
    template <class Argument>
    void add(const Argument& argument) {
        if constexpr (std::integral<Argument>)
            append(std::to_string(argument));
        else
            append(std::string_view(argument));
    }

    std::string wire_;
};

} // namespace freshet::prep::redis
