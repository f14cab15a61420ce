#include "prep/redis/command.hpp"

#include <hiredis/hiredis.h>
#include <hiredis/sds.h>

#include <algorithm>
#include <charconv>
#include <new>
#include <vector>

namespace freshet::prep::redis {
namespace {

std::string format(std::span<const std::string_view> words) {
    std::vector<const char*> starts(words.size());
    std::vector<std::size_t> lengths(words.size());
    std::ranges::transform(words, starts.begin(), [](std::string_view word) { return word.data(); });
    std::ranges::transform(words, lengths.begin(), [](std::string_view word) { return word.size(); });
    sds formatted = nullptr;
    const auto length =
        redisFormatSdsCommandArgv(&formatted, static_cast<int>(words.size()), starts.data(), lengths.data());
    if (length < 0) throw std::bad_alloc();
    std::string wire(formatted, static_cast<std::size_t>(length));
    redisFreeSdsCommand(formatted);
    return wire;
}

} // namespace

std::string Command::encode(std::initializer_list<std::string_view> words) {
    return format({words.begin(), words.size()});
}

Command::Command(std::span<const std::string> words) {
    const std::vector<std::string_view> views(words.begin(), words.end());
    wire_ = format(views);
}

Command::Command(std::string_view verb, std::string_view script, std::span<const std::string> keys,
    std::span<const std::string> arguments) {
    const auto key_count = std::to_string(keys.size());
    std::vector<std::string_view> words{verb, script, key_count};
    words.insert(words.end(), keys.begin(), keys.end());
    words.insert(words.end(), arguments.begin(), arguments.end());
    wire_ = format(words);
}

std::string_view Command::name() const noexcept {
    const std::string_view wire = wire_;
    const auto length_at = wire.find('$') + 1;
    const auto name_at = wire.find('\n', length_at) + 1;
    std::size_t length = 0;
    std::from_chars(wire.data() + length_at, wire.data() + wire.size(), length);
    return wire.substr(name_at, length);
}

} // namespace freshet::prep::redis
