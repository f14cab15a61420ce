#include "rules/rules_file.hpp"

#include "rules/strict_json.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace freshet::rules {
namespace {

constexpr int readings_of_a_version = 2;

class FileDescriptor {
public:
    explicit FileDescriptor(int number) : number_(number) {}
    ~FileDescriptor() {
        if (number_ >= 0) ::close(number_);
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    int number() const noexcept { return number_; }

private:
    int number_;
};

} // namespace

Refreshed RulesFile::current(Clock::time_point now) {
    const std::scoped_lock lock(mutex_);
    std::optional<std::string> warning;
    const bool due = !looked_at_ || now - *looked_at_ >= interval_;
    if (due && !path_.empty()) {
        looked_at_ = now;
        warning = look();
    }
    return {last_good_ ? last_good_ : default_cache_rules(), std::move(warning)};
}

std::optional<std::string> RulesFile::look() {
    const auto found = signature();
    if (found != seen_) {
        seen_ = found;
        readings_ = 0;
    }
    if (readings_ == readings_of_a_version) return std::nullopt;
    ++readings_;

    auto text = read();
    if (last_text_ == text) return std::nullopt;
    last_text_ = std::move(text);
    return adopt(*last_text_);
}

std::optional<std::string> RulesFile::adopt(const Result<std::string>& text) {
    auto rules = text ? CacheRules::parse(*text, path_.native()) : Result<CacheRules>(text.error());
    if (rules) {
        last_good_ = std::make_shared<const CacheRules>(*std::move(rules));
        return std::nullopt;
    }
    return fmt::format("{}; until it is corrected {} apply", rules.error().message,
        last_good_ ? "the rules that were read from it before" : "the built-in default rules");
}

std::optional<RulesFile::Signature> RulesFile::signature() const {
    struct stat status {};
    if (::stat(path_.c_str(), &status) != 0) return std::nullopt;
    return Signature{.seconds = status.st_mtim.tv_sec,
        .nanoseconds = status.st_mtim.tv_nsec,
        .size = static_cast<std::uint64_t>(status.st_size),
        .inode = status.st_ino};
}

Result<std::string> RulesFile::read() const {
    const auto failed = [this](int error) {
        return Error{error == ENOENT ? Errc::not_found : Errc::refused,
            fmt::format("{}: cannot be read: {}", path_.native(), std::strerror(error))};
    };
    // Not to wait for a writer, should the path be a pipe.
    const FileDescriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.number() < 0) return failed(errno);
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return failed(errno);
    if (!S_ISREG(status.st_mode))
        return Error{Errc::bad_input, fmt::format("{}: expected a regular file", path_.native())};

    std::string text;
    std::array<char, 16384> buffer;
    while (text.size() <= JsonLimits{}.bytes) {
        const auto count = ::read(file.number(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failed(errno);
        if (count == 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

} // namespace freshet::rules
