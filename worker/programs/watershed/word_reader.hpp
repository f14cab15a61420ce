#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace freshet::watershed {

/// Words of a text file parted by white space, through a buffer of fixed size.
class WordReader {
public:
    explicit WordReader(const std::filesystem::path& path);

    bool is_open() const noexcept { return file_ != nullptr; }
    /// The next word, valid until the next call; empty at the end of the file. Words longer than the buffer
    /// (1 MiB) are cut.
    std::string_view next();

private:
    bool refill();

    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, Close> file_;
    std::vector<char> buffer_;
    std::size_t at_ = 0;
    std::size_t end_ = 0;
};

} // namespace freshet::watershed
