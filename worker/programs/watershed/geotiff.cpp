#include "worker/programs/watershed/geotiff.hpp"

#include <fmt/format.h>
#include <tiffio.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace freshet::watershed {
namespace {

enum GeoTag : std::uint32_t {
    model_pixel_scale = 33550,
    model_tiepoint = 33922,
    model_transformation = 34264,
    geo_key_directory = 34735,
    gdal_nodata = 42113,
};

enum GeoKey : std::uint16_t { model_type = 1024, raster_type = 1025, projected_linear_units = 3076 };
constexpr std::uint16_t model_type_geographic = 2;
constexpr std::uint16_t raster_pixel_is_point = 2;
constexpr std::uint16_t linear_metre = 9001;
constexpr std::uint16_t user_defined = 32767;

struct Close {
    void operator()(TIFF* tiff) const noexcept { TIFFClose(tiff); }
};
using Tiff = std::unique_ptr<TIFF, Close>;

int keep_error(TIFF*, void* message, const char* module, const char* format, va_list arguments) {
    char text[512];
    std::vsnprintf(text, sizeof text, format, arguments);
    *static_cast<std::string*>(message) = fmt::format("{}: {}", module, text);
    return 1;
}

int ignore_warning(TIFF*, void*, const char*, const char*, va_list) {
    return 1;
}

Tiff open_tiff(const std::filesystem::path& path, std::string& error) {
    TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
    TIFFOpenOptionsSetErrorHandlerExtR(options, keep_error, &error);
    TIFFOpenOptionsSetWarningHandlerExtR(options, ignore_warning, nullptr);
    Tiff tiff(TIFFOpenExt(path.c_str(), "r", options));
    TIFFOpenOptionsFree(options);
    return tiff;
}

template <class T>
std::span<const T> tag_values(TIFF* tiff, GeoTag tag) {
    std::uint32_t count = 0;
    const T* values = nullptr;
    if (!TIFFGetField(tiff, tag, &count, &values)) return {};
    return {values, count};
}

std::uint16_t tag_number(TIFF* tiff, std::uint32_t tag) {
    std::uint16_t number = 0;
    TIFFGetFieldDefaulted(tiff, tag, &number);
    return number;
}

/// Value of a key that is stored in the directory itself, as all those are that matter here.
std::optional<std::uint16_t> geo_key(std::span<const std::uint16_t> directory, GeoKey key) {
    for (std::size_t at = 4; at + 4 <= directory.size(); at += 4) {
        if (directory[at] == key && directory[at + 1] == 0) return directory[at + 3];
    }
    return std::nullopt;
}

using Widen = float (*)(const unsigned char*);

template <class Sample>
float widen(const unsigned char* bytes) {
    Sample sample;
    std::memcpy(&sample, bytes, sizeof sample);
    return static_cast<float>(sample);
}

Widen widen_for(std::uint16_t format, std::uint16_t bits) {
    switch (format * 100 + bits) {
    case SAMPLEFORMAT_UINT * 100 + 8:
        return widen<std::uint8_t>;
    case SAMPLEFORMAT_UINT * 100 + 16:
        return widen<std::uint16_t>;
    case SAMPLEFORMAT_UINT * 100 + 32:
        return widen<std::uint32_t>;
    case SAMPLEFORMAT_INT * 100 + 8:
        return widen<std::int8_t>;
    case SAMPLEFORMAT_INT * 100 + 16:
        return widen<std::int16_t>;
    case SAMPLEFORMAT_INT * 100 + 32:
        return widen<std::int32_t>;
    case SAMPLEFORMAT_IEEEFP * 100 + 32:
        return widen<float>;
    case SAMPLEFORMAT_IEEEFP * 100 + 64:
        return widen<double>;
    default:
        return nullptr;
    }
}

class Reader {
public:
    explicit Reader(const std::filesystem::path& path) : path_(path), tiff_(open_tiff(path, message_)) {}

    Result<Elevations> read() {
        if (!tiff_) return bad(fmt::format("not a readable TIFF file: {}", message_));
        if (auto read = read_grid(); !read) return read.error();
        if (auto read = read_sample_type(); !read) return read.error();
        Elevations elevations(grid_, nodata_);
        const bool whole = TIFFIsTiled(tiff_.get()) ? read_tiles(elevations) : read_strips(elevations);
        if (!whole) return bad(fmt::format("could not be read to its end: {}", message_));
        return elevations;
    }

private:
    Result<> read_grid() {
        constexpr double most_cells = 2147483648.0;
        std::uint32_t width = 0;
        std::uint32_t height = 0;
        TIFFGetField(tiff_.get(), TIFFTAG_IMAGEWIDTH, &width);
        TIFFGetField(tiff_.get(), TIFFTAG_IMAGELENGTH, &height);
        if (width == 0 || height == 0) return bad("expected an image, found none");
        if (double(width) * height > most_cells) return bad("more than 2^31 cells: cut the grid");
        if (auto metres = check_units(); !metres) return metres;
        if (!tag_values<double>(tiff_.get(), model_transformation).empty()) {
            return bad("tag 34264 (ModelTransformation) is not supported: store the grid north up with a "
                       "pixel scale");
        }
        const auto scale = tag_values<double>(tiff_.get(), model_pixel_scale);
        const auto tie = tag_values<double>(tiff_.get(), model_tiepoint);
        if (scale.size() < 2 || tie.size() != 6) {
            return bad("expected one ModelTiepoint (tag 33922) and a ModelPixelScale (tag 33550)");
        }
        if (!(scale[0] > 0) || std::abs(scale[0] - scale[1]) > 1e-6 * scale[0]) {
            return bad(
                fmt::format("expected square cells, found {} by {}: resample the grid", scale[0], scale[1]));
        }
        const double shift = pixel_is_point() ? 0.5 : 0.0;
        grid_ = {static_cast<int>(height), static_cast<int>(width), tie[3] - (tie[0] + shift) * scale[0],
            tie[4] + (tie[1] + shift - height) * scale[0], scale[0]};
        return {};
    }

    bool pixel_is_point() const {
        return geo_key(tag_values<std::uint16_t>(tiff_.get(), geo_key_directory), raster_type) ==
               raster_pixel_is_point;
    }

    Result<> check_units() const {
        const auto keys = tag_values<std::uint16_t>(tiff_.get(), geo_key_directory);
        if (geo_key(keys, model_type) == model_type_geographic) {
            return bad("expected projected coordinates in metres, found geographic ones (degrees): project "
                       "the grid");
        }
        const auto units = geo_key(keys, projected_linear_units);
        if (units && *units != linear_metre && *units != user_defined) {
            return bad(fmt::format("expected metres (linear unit {}), found unit {}", linear_metre, *units));
        }
        return {};
    }

    Result<> read_sample_type() {
        const auto samples = tag_number(tiff_.get(), TIFFTAG_SAMPLESPERPIXEL);
        const auto format = tag_number(tiff_.get(), TIFFTAG_SAMPLEFORMAT);
        const auto bits = tag_number(tiff_.get(), TIFFTAG_BITSPERSAMPLE);
        widen_ = widen_for(format, bits);
        bytes_ = bits / 8U;
        if (samples != 1 || !widen_) {
            return bad(fmt::format(
                "expected one band of integers (8, 16, 32 bits) or floats (32, 64 bits), found {} "
                "bands of {} bits, sample format {}",
                samples, bits, format));
        }
        const auto text = tag_values<char>(tiff_.get(), gdal_nodata);
        if (!text.empty())
            marker_ = static_cast<float>(std::strtod(std::string(text.begin(), text.end()).c_str(), nullptr));
        return {};
    }

    void take_row(
        Elevations& elevations, int row, int first_col, int count, const unsigned char* bytes) const {
        for (int col = first_col; col < first_col + count; ++col, bytes += bytes_) {
            const float value = widen_(bytes);
            elevations.at(row, col) = value == marker_ || std::isinf(value) ? nodata_ : value;
        }
    }

    bool read_strips(Elevations& elevations) const {
        std::vector<unsigned char> line(static_cast<std::size_t>(TIFFScanlineSize(tiff_.get())));
        if (line.size() < static_cast<std::size_t>(grid_.cols) * bytes_) return false;
        for (int row = 0; row < grid_.rows; ++row) {
            if (TIFFReadScanline(tiff_.get(), line.data(), static_cast<std::uint32_t>(row)) != 1)
                return false;
            take_row(elevations, row, 0, grid_.cols, line.data());
        }
        return true;
    }

    bool read_tiles(Elevations& elevations) const {
        std::uint32_t width = 0;
        std::uint32_t height = 0;
        TIFFGetField(tiff_.get(), TIFFTAG_TILEWIDTH, &width);
        TIFFGetField(tiff_.get(), TIFFTAG_TILELENGTH, &height);
        std::vector<unsigned char> tile(static_cast<std::size_t>(TIFFTileSize(tiff_.get())));
        const std::size_t row_bytes = static_cast<std::size_t>(width) * bytes_;
        if (width == 0 || height == 0 || tile.size() < row_bytes * height) return false;
        for (int top = 0; top < grid_.rows; top += static_cast<int>(height)) {
            for (int left = 0; left < grid_.cols; left += static_cast<int>(width)) {
                if (TIFFReadTile(tiff_.get(), tile.data(), static_cast<std::uint32_t>(left),
                        static_cast<std::uint32_t>(top), 0, 0) < 0) {
                    return false;
                }
                const int rows = std::min(static_cast<int>(height), grid_.rows - top);
                const int cols = std::min(static_cast<int>(width), grid_.cols - left);
                for (int row = 0; row < rows; ++row) {
                    take_row(elevations, top + row, left, cols,
                        tile.data() + static_cast<std::size_t>(row) * row_bytes);
                }
            }
        }
        return true;
    }

    Error bad(std::string_view what) const {
        return {Errc::bad_input, fmt::format("{}: {}", path_.string(), what)};
    }

    static constexpr float nodata_ = std::numeric_limits<float>::quiet_NaN();
    const std::filesystem::path& path_;
    std::string message_;
    Tiff tiff_;
    Grid grid_;
    Widen widen_ = nullptr;
    std::size_t bytes_ = 0;
    float marker_ =
        nodata_; ///< the value that stands for no data; NaN, which equals nothing, if there is none
};

} // namespace

Result<Elevations> read_geotiff(const std::filesystem::path& path) {
    return Reader(path).read();
}

} // namespace freshet::watershed
