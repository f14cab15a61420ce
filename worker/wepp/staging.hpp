#pragma once

#include "worker/process/publish.hpp"
#include "worker/wepp/run_inputs.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker::wepp {

/// Files on their way into wepp/runs. What is there already with the same content is left untouched. All is
/// written in a scratch folder first. Blocks; functions throw Failure.
class Staging {
public:
    Staging(WeppFolder folder, const std::string& execution_id);

    void write(const std::string& name, std::string_view text);
    void copy(const std::string& name, const std::filesystem::path& from);
    /// A hard link to `from`, which is only ever replaced by rename; else a copy.
    void link(const std::string& name, const std::filesystem::path& from);

    /// How many files were put in place.
    std::size_t publish(const Scratch::LeaseCheck& lease_is_held);

private:
    void will_publish(const std::string& name);

    WeppFolder folder_;
    Scratch scratch_;
    std::vector<Scratch::Output> changed_;
};

} // namespace freshet::worker::wepp
