#include "worker/process/oom.hpp"

#include <fstream>
#include <string>

namespace freshet::worker {

std::uint64_t oom_kills(const std::filesystem::path& vmstat) {
    std::ifstream in(vmstat);
    std::string name;
    for (std::uint64_t value = 0; in >> name >> value;)
        if (name == "oom_kill") return value;
    return 0;
}

} // namespace freshet::worker
