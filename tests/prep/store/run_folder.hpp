#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace freshet::tests {

/// A run's directory under a new folder of its own; both are gone after destruction.
class RunFolder {
public:
    explicit RunFolder(std::string_view run_id = "r1") : parent_(make_parent()), path_(parent_ / run_id) {
        std::filesystem::create_directory(path_);
    }
    ~RunFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(parent_, ignored);
    }
    RunFolder(const RunFolder&) = delete;
    RunFolder& operator=(const RunFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    const std::filesystem::path& parent() const { return parent_; }
    std::filesystem::path controller(std::string_view name) const {
        return path_ / (std::string(name) + ".nodb");
    }

    /// Writes in place, as a careless program would.
    std::filesystem::path write(std::string_view name, std::string_view text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
        return path_ / name;
    }
    std::string read(std::string_view name) const {
        std::ostringstream text;
        text << std::ifstream(path_ / name, std::ios::binary).rdbuf();
        return text.str();
    }
    std::size_t file_count() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(path_))
            ++count;
        return count;
    }

private:
    static std::filesystem::path make_parent() {
        auto pattern = (std::filesystem::temp_directory_path() / "freshet-run-XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp " + pattern);
        return pattern;
    }

    std::filesystem::path parent_;
    std::filesystem::path path_;
};

} // namespace freshet::tests
