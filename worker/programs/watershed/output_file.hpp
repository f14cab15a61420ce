#pragma once

#include "rules/error.hpp"

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace freshet::watershed {

/// A file that appears under its name only when it is whole: written as `<name>.part`, renamed by finish(),
/// and removed if that is never called.
class OutputFile {
public:
    explicit OutputFile(std::filesystem::path path);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(std::string_view text);
    /// Errc::refused with the operating system's reason if anything failed since the start.
    Result<> finish();

private:
    std::filesystem::path path_;
    std::filesystem::path scratch_;
    std::FILE* file_ = nullptr;
    int error_ = 0;
};

Result<> write_text_file(const std::filesystem::path& path, std::string_view text);

} // namespace freshet::watershed
