#pragma once

#include "worker/programs/model/climate_file.hpp"

#include <filesystem>
#include <string>

namespace freshet::test {

/// A run folder of its own under the system's temporary folder, with runs/ and output/; removed at the end.
class RunFolder {
public:
    RunFolder();
    ~RunFolder();
    RunFolder(const RunFolder&) = delete;
    RunFolder& operator=(const RunFolder&) = delete;

    std::filesystem::path runs() const { return root_ / "runs"; }
    std::filesystem::path output() const { return root_ / "output"; }

    void write(const std::filesystem::path& relative, const std::string& text) const;
    std::string read(const std::filesystem::path& relative) const;
    bool has(const std::filesystem::path& relative) const {
        return std::filesystem::exists(root_ / relative);
    }

private:
    std::filesystem::path root_;
};

struct Ending {
    int exit_code;
    std::string log;
};

/// Starts a program of build/bin in `folder` with `input` on its standard input and waits for its end.
Ending run_program(const std::string& program, const std::filesystem::path& folder, const std::string& input);

/// Made-up weather, the same on every machine: cold winters with snow, summers with storms of up to 90 mm.
model::Climate made_up_climate(int years);
/// The same as a .cli file.
std::string cli_text(const model::Climate& climate);

/// The answers of a hillslope run p1 that asks for every file.
std::string hillslope_answers(int years, const std::string& id = "1");

std::string replaced(std::string text, const std::string& from, const std::string& to);

} // namespace freshet::test
