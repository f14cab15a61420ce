#include "jobs/queue/encoding.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <bit>

namespace freshet::jobs {
namespace {

bool is_base64_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

} // namespace

// As much of a window, and of tables, as the text can make use of: for a job's few words zlib's usual quarter
// of a megabyte takes longer to come by than to compress.
std::string deflate(std::string_view plain) {
    const int window_bits = std::clamp(static_cast<int>(std::bit_width(plain.size())), 9, 15);
    const int memory_level = std::min(window_bits - 6, 8);
    z_stream stream{};
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, memory_level,
            Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc();
    std::string packed(deflateBound(&stream, static_cast<uLong>(plain.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    const int status = ::deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    if (status != Z_STREAM_END) throw std::bad_alloc();
    return packed;
}

Result<std::string> inflate(std::string_view packed, std::size_t limit) {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());

    std::string plain;
    int status = Z_OK;
    while (status == Z_OK && plain.size() <= limit) {
        const std::size_t before = plain.size();
        const std::size_t room =
            std::min<std::size_t>(std::max<std::size_t>(1024, before), limit + 1 - before);
        plain.resize(before + room);
        stream.next_out = reinterpret_cast<Bytef*>(plain.data() + before);
        stream.avail_out = static_cast<uInt>(room);
        status = ::inflate(&stream, Z_NO_FLUSH);
        plain.resize(before + room - stream.avail_out);
    }
    inflateEnd(&stream);

    if (plain.size() > limit)
        return Error{Errc::bad_input, fmt::format("compressed data inflates to more than {} bytes", limit)};
    if (status == Z_STREAM_END) return plain;
    return Error{Errc::bad_input, status == Z_BUF_ERROR ? "compressed data is cut short" : "not zlib data"};
}

std::string base64_encode(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

Result<std::string> base64_decode(std::string_view text) {
    const Error broken{Errc::bad_input, "not base64"};
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    const auto digits = text.substr(0, text.size() - padding);
    if (text.size() % 4 != 0 || !std::all_of(digits.begin(), digits.end(), is_base64_digit)) return broken;
    std::string bytes(3 * (text.size() / 4) + 1, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (length < 0) return broken;
    bytes.resize(static_cast<std::size_t>(length) - padding);
    return bytes;
}

} // namespace freshet::jobs
