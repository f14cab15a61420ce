#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace freshet::watershed {

struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
};

/// A true colour picture, row by row from the top.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<Colour> pixels;
};

/// The bytes of a PNG file (8 bits a channel, compressed with zlib).
std::string encode_png(const Picture& picture);

} // namespace freshet::watershed
