#pragma once

#include "rules/error.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker::wepp {

/// SHA-256 of a file's content, 64 lower-case hexadecimal digits; not_found if it cannot be read. Blocks.
Result<std::string> sha256_of(const std::filesystem::path& file);
/// The same for several files of a folder, by name.
using Hashes = std::map<std::string, std::string>;
Result<Hashes> sha256_of(const std::filesystem::path& folder, const std::vector<std::string>& names);

/// What a result was made from and what it is: `wepp/output/.manifest/H<id>.json`. Holds nothing that differs
/// between two runs on the same inputs.
struct Manifest {
    std::string program;        ///< file name, then its extra arguments
    std::string program_sha256; ///< of the program file
    Hashes inputs;
    Hashes outputs;

    std::string to_text() const; ///< JSON
    /// bad_input for what is no manifest.
    static Result<Manifest> from_text(std::string_view text);

    friend bool operator==(const Manifest&, const Manifest&) = default;
};

} // namespace freshet::worker::wepp
