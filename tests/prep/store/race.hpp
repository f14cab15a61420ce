#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <stdexcept>

namespace freshet::tests {

/// What the processes of the stale-read race share: memory mapped from a file.
struct Race {
    std::atomic<std::int64_t> completed{0}; ///< greatest version whose writer has been told that it is done
    std::atomic<std::int64_t> reads{0};
    std::atomic<std::int64_t> writes{0};
    std::atomic<std::int64_t> fills_refused{0};
    std::atomic<std::int64_t> stale_reads{0};
    std::atomic<std::int64_t> failures{0};
    std::atomic<bool> stop{false};
};

inline Race& map_race(const std::filesystem::path& file) {
    const int descriptor = open(file.c_str(), O_RDWR | O_CREAT, 0600);
    if (descriptor < 0 || ftruncate(descriptor, sizeof(Race)) != 0)
        throw std::runtime_error("no shared file");
    void* memory = mmap(nullptr, sizeof(Race), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (memory == MAP_FAILED) throw std::runtime_error("mmap");
    return *static_cast<Race*>(memory); // zero bytes are a valid Race
}

} // namespace freshet::tests
