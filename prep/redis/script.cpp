#include "prep/redis/script.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace freshet::prep::redis {
namespace {

std::string sha1_of(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr) != 1)
        throw std::runtime_error("OpenSSL has no SHA-1, by which Redis knows its scripts");
    std::string hex;
    for (unsigned int i = 0; i < length; ++i)
        hex += fmt::format("{:02x}", digest[i]);
    return hex;
}

} // namespace

Script::Script(std::string_view name, std::initializer_list<std::string_view> parts) : name_(name) {
    for (const auto part : parts)
        source_ += part;
    sha1_ = sha1_of(source_);
}

} // namespace freshet::prep::redis
