#include "jobs/queue/ids.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace freshet::jobs {
namespace {

using Random = std::array<unsigned char, 16>;

Random random_bytes() {
    Random bytes;
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error("the system's random source failed");
    return bytes;
}

std::string to_hex(const Random& bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const unsigned char byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

bool is_id_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool breaks_a_queue_name(unsigned char c) {
    return c <= ' ' || c == 0x7f || c == ':';
}

} // namespace

std::string new_job_id() {
    Random bytes = random_bytes();
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
    std::string id = to_hex(bytes);
    for (const std::size_t at : {8U, 13U, 18U, 23U})
        id.insert(at, 1, '-');
    return id;
}

std::string new_execution_id() {
    return to_hex(random_bytes());
}

Result<> check_job_id(std::string_view id) {
    if (!id.empty() && id.size() <= 255 && std::all_of(id.begin(), id.end(), is_id_character)) return {};
    return Error{Errc::bad_input,
        fmt::format("job id '{}': expected 1 to 255 of the characters A-Z a-z 0-9 _ -", id.substr(0, 300))};
}

Result<> check_queue_name(std::string_view name) {
    if (!name.empty() && name.size() <= 255 && std::none_of(name.begin(), name.end(), breaks_a_queue_name))
        return {};
    return Error{Errc::bad_input,
        fmt::format("queue name '{}': expected 1 to 255 characters, no spaces, control characters or ':'",
            name.substr(0, 300))};
}

} // namespace freshet::jobs
