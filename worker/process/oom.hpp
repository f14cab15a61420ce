#pragma once

#include <cstdint>
#include <filesystem>

namespace freshet::worker {

/// How many processes the kernel has killed for want of memory since it started: of the machine and, as the
/// kernel counts, of every container on it. 0 if it does not tell.
std::uint64_t oom_kills(const std::filesystem::path& vmstat = "/proc/vmstat");

} // namespace freshet::worker
