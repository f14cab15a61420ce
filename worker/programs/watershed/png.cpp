#include "worker/programs/watershed/png.hpp"

#include <zlib.h>

#include <stdexcept>
#include <string_view>

namespace freshet::watershed {
namespace {

void append_number(std::string& bytes, std::uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>(number >> shift & 0xFF);
}

const Bytef* as_bytes(std::string_view text) {
    return reinterpret_cast<const Bytef*>(text.data());
}

void append_chunk(std::string& file, std::string_view type, std::string_view data) {
    append_number(file, static_cast<std::uint32_t>(data.size()));
    const std::size_t checked_from = file.size();
    file += type;
    file += data;
    const std::string_view checked = std::string_view(file).substr(checked_from);
    append_number(
        file, static_cast<std::uint32_t>(crc32(0, as_bytes(checked), static_cast<uInt>(checked.size()))));
}

/// Each row is stored as its difference to the row above (filter 2), which suits smooth pictures.
std::string filtered_rows(const Picture& picture) {
    constexpr char filter_up = 2;
    std::string rows;
    const auto width = static_cast<std::size_t>(picture.width);
    const Colour black;
    for (std::size_t at = 0; at < picture.pixels.size(); ++at) {
        if (at % width == 0) rows += filter_up;
        const Colour& above = at < width ? black : picture.pixels[at - width];
        const Colour& pixel = picture.pixels[at];
        rows += static_cast<char>(pixel.red - above.red);
        rows += static_cast<char>(pixel.green - above.green);
        rows += static_cast<char>(pixel.blue - above.blue);
    }
    return rows;
}

std::string compressed(std::string_view data) {
    uLongf size = compressBound(data.size());
    std::string out(size, '\0');
    if (compress2(reinterpret_cast<Bytef*>(out.data()), &size, as_bytes(data), data.size(),
            Z_BEST_COMPRESSION) != Z_OK) {
        throw std::runtime_error("zlib could not compress a picture");
    }
    out.resize(size);
    return out;
}

} // namespace

std::string encode_png(const Picture& picture) {
    constexpr std::string_view signature("\x89PNG\r\n\x1a\n", 8);
    constexpr std::string_view depth_8_true_colour("\x08\x02\x00\x00\x00", 5);
    std::string header;
    append_number(header, static_cast<std::uint32_t>(picture.width));
    append_number(header, static_cast<std::uint32_t>(picture.height));
    header += depth_8_true_colour;
    std::string file(signature);
    append_chunk(file, "IHDR", header);
    append_chunk(file, "IDAT", compressed(filtered_rows(picture)));
    append_chunk(file, "IEND", {});
    return file;
}

} // namespace freshet::watershed
