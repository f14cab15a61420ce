#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace freshet::prep::redis {

/// A Lua script that is run by its SHA-1. Constant after construction; make one per script per process.
class Script {
public:
    /// `name` is for messages and must outlive the script, as a literal does. The source is `parts`, one
    /// after another.
    Script(std::string_view name, std::initializer_list<std::string_view> parts);
    Script(std::string_view name, std::string_view source) : Script(name, {source}) {}

    std::string_view name() const noexcept { return name_; }
    std::string_view source() const noexcept { return source_; }
    /// 40 lower-case hexadecimal digits.
    const std::string& sha1() const noexcept { return sha1_; }

private:
    std::string_view name_;
    std::string source_;
    std::string sha1_;
};

} // namespace freshet::prep::redis
