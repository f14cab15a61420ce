#pragma once

#include "rules/error.hpp"

#include <filesystem>
#include <string>

namespace freshet::prep {

/// A run: its directory, and the id that is the directory's name.
struct Run {
    std::string id;
    std::filesystem::path dir; ///< as readers of the run spell it, without a slash at the end

    /// bad_input if the directory's name is no run id.
    static Result<Run> at(std::filesystem::path dir);
    /// Has the run's owner closed it for changes (file READONLY)? Asks the file system.
    bool is_readonly() const;
    std::filesystem::path controller(std::string_view name) const {
        return dir / (std::string(name) + ".nodb");
    }
};

} // namespace freshet::prep
