#include "worker/runtime/memory_watch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

namespace freshet::worker {
namespace {

const Logger logger("memory");

constexpr std::chrono::seconds between_looks{5};

} // namespace

std::uint64_t resident_memory() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t all = 0, resident = 0;
    statm >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

boost::asio::awaitable<void> MemoryWatch::run() {
    if (limit_ == 0) co_return;
    while (executor_.ended() == 0 || resident_memory() <= limit_)
        co_await executor_.slot_freed().wait_for(between_looks);
    logger.warning(fmt::format("{} MiB resident, more than --max-memory {}: draining, then starting anew",
        resident_memory() >> 20U, limit_ >> 20U));
    outgrown_();
}

} // namespace freshet::worker
