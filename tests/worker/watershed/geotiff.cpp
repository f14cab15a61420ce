#include "worker/programs/watershed/geotiff.hpp"

#include "tests/rules/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <tiffio.h>

#include <array>
#include <cmath>
#include <memory>
#include <vector>

namespace freshet::watershed::tests {
namespace {

constexpr std::uint16_t pixel_is_area = 1;
constexpr std::uint16_t pixel_is_point = 2;
constexpr std::uint16_t projected = 1;
constexpr std::uint16_t geographic = 2;

struct Written {
    std::uint16_t format = SAMPLEFORMAT_IEEEFP;
    int compression = COMPRESSION_NONE;
    std::uint32_t tile = 0; ///< side of square tiles; 0 for strips
    std::uint16_t bands = 1;
    std::uint16_t model = projected;
    std::uint16_t raster = pixel_is_area;
    std::uint16_t linear_unit = 9001;
    double cell_width = 30;
    double cell_height = 30;
    const char* nodata = "-9999";
    bool placed = true;
};

constexpr std::uint32_t width = 21;
constexpr std::uint32_t height = 18;

double value_at(std::uint32_t row, std::uint32_t col) {
    return row == 2 && col == 3 ? -9999 : 100.0 * row + col;
}

void add_geo_tags(TIFF* tiff) {
    static constexpr TIFFFieldInfo fields[] = {
        {33550, -1, -1, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, const_cast<char*>("ModelPixelScale")},
        {33922, -1, -1, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, const_cast<char*>("ModelTiepoint")},
        {34735, -1, -1, TIFF_SHORT, FIELD_CUSTOM, 1, 1, const_cast<char*>("GeoKeyDirectory")},
        {42113, -1, -1, TIFF_ASCII, FIELD_CUSTOM, 1, 0, const_cast<char*>("GDALNoData")}};
    TIFFMergeFieldInfo(tiff, fields, 4);
}

template <class Sample>
void write_samples(TIFF* tiff, const Written& how) {
    const auto fill = [&](std::vector<Sample>& block, std::uint32_t row, std::uint32_t left,
                          std::uint32_t count) {
        for (std::uint32_t col = left; col < left + count; ++col) {
            for (std::uint16_t band = 0; band < how.bands; ++band) {
                block.push_back(static_cast<Sample>(static_cast<std::int64_t>(value_at(row, col))));
            }
        }
    };
    if (how.tile == 0) {
        for (std::uint32_t row = 0; row < height; ++row) {
            std::vector<Sample> line;
            fill(line, row, 0, width);
            TIFFWriteScanline(tiff, line.data(), row, 0);
        }
        return;
    }
    for (std::uint32_t top = 0; top < height; top += how.tile) {
        for (std::uint32_t left = 0; left < width; left += how.tile) {
            std::vector<Sample> block;
            for (std::uint32_t row = top; row < top + how.tile; ++row)
                fill(block, row, left, how.tile);
            TIFFWriteTile(tiff, block.data(), left, top, 0, 0);
        }
    }
}

template <class Sample>
void write_geotiff(const std::filesystem::path& path, const Written& how) {
    const std::unique_ptr<TIFF, decltype(&TIFFClose)> tiff(TIFFOpen(path.c_str(), "w"), TIFFClose);
    BOOST_REQUIRE(tiff);
    add_geo_tags(tiff.get());
    TIFFSetField(tiff.get(), TIFFTAG_IMAGEWIDTH, width);
    TIFFSetField(tiff.get(), TIFFTAG_IMAGELENGTH, height);
    TIFFSetField(tiff.get(), TIFFTAG_SAMPLESPERPIXEL, how.bands);
    TIFFSetField(tiff.get(), TIFFTAG_BITSPERSAMPLE, static_cast<int>(8 * sizeof(Sample)));
    TIFFSetField(tiff.get(), TIFFTAG_SAMPLEFORMAT, how.format);
    TIFFSetField(tiff.get(), TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff.get(), TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    TIFFSetField(tiff.get(), TIFFTAG_COMPRESSION, how.compression);
    if (how.tile > 0) {
        TIFFSetField(tiff.get(), TIFFTAG_TILEWIDTH, how.tile);
        TIFFSetField(tiff.get(), TIFFTAG_TILELENGTH, how.tile);
    } else {
        TIFFSetField(tiff.get(), TIFFTAG_ROWSPERSTRIP, 5);
    }
    const std::array<double, 3> scale = {how.cell_width, how.cell_height, 0};
    const std::array<double, 6> tie = {0, 0, 0, 500'000, 4'000'000, 0};
    const std::array<std::uint16_t, 16> keys = {
        1, 1, 0, 3, 1024, 0, 1, how.model, 1025, 0, 1, how.raster, 3076, 0, 1, how.linear_unit};
    if (how.placed) {
        TIFFSetField(tiff.get(), 33550, 3, scale.data());
        TIFFSetField(tiff.get(), 33922, 6, tie.data());
    }
    TIFFSetField(tiff.get(), 34735, 16, keys.data());
    TIFFSetField(tiff.get(), 42113, how.nodata);
    write_samples<Sample>(tiff.get(), how);
}

template <class Sample>
Result<Elevations> round_trip(const Written& how) {
    const rules::TemporaryFolder folder;
    write_geotiff<Sample>(folder.path() / "dem.tif", how);
    return read_geotiff(folder.path() / "dem.tif");
}

template <class Sample>
void check_read(const Written& how) {
    const Elevations dem = round_trip<Sample>(how).value();
    BOOST_CHECK(dem.grid() == (Grid{18, 21, 500'000, 4'000'000 - 18 * 30, 30}));
    for (std::uint32_t row = 0; row < height; ++row) {
        for (std::uint32_t col = 0; col < width; ++col) {
            const float found = dem.at(static_cast<int>(row), static_cast<int>(col));
            if (row == 2 && col == 3) {
                BOOST_CHECK(std::isnan(found));
            } else {
                BOOST_REQUIRE_EQUAL(found, value_at(row, col));
            }
        }
    }
}

void check_refused(const Written& how, const std::string& reason) {
    const auto read = round_trip<float>(how);
    BOOST_REQUIRE_MESSAGE(read.has_error(), "expected: " << reason);
    BOOST_CHECK(read.error().code == Errc::bad_input);
    BOOST_CHECK_MESSAGE(read.error().message.find(reason) != std::string::npos, read.error().message);
}

} // namespace

BOOST_AUTO_TEST_SUITE(geotiff)

BOOST_AUTO_TEST_CASE(floats_and_integers_are_read_from_strips_and_tiles) {
    for (const std::uint32_t tile : {0U, 16U}) {
        for (const int compression : {COMPRESSION_NONE, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_LZW}) {
            check_read<float>({.compression = compression, .tile = tile});
            check_read<double>({.compression = compression, .tile = tile});
            check_read<std::int16_t>({.format = SAMPLEFORMAT_INT, .compression = compression, .tile = tile});
            check_read<std::int32_t>({.format = SAMPLEFORMAT_INT, .compression = compression, .tile = tile});
        }
    }
}

BOOST_AUTO_TEST_CASE(unsigned_integers_are_read) {
    // -9999 wraps to 55537, which is what such a file then names.
    check_read<std::uint16_t>({.format = SAMPLEFORMAT_UINT, .nodata = "55537"});
}

BOOST_AUTO_TEST_CASE(pixels_that_are_points_lie_half_a_cell_to_the_north_west) {
    const Elevations dem = round_trip<float>({.raster = pixel_is_point}).value();
    BOOST_CHECK_EQUAL(dem.grid().x(dem.grid().cell(0, 0)), 500'000);
    BOOST_CHECK_EQUAL(dem.grid().y(dem.grid().cell(0, 0)), 4'000'000);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_with_its_reason) {
    check_refused({.model = geographic}, "degrees");
    check_refused({.linear_unit = 9003}, "expected metres (linear unit 9001), found unit 9003");
    check_refused({.cell_height = 31}, "expected square cells, found 30 by 31");
    check_refused({.bands = 3}, "found 3 bands");
    check_refused({.placed = false}, "ModelTiepoint");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_cut_short_is_refused) {
    const rules::TemporaryFolder folder;
    write_geotiff<float>(folder.path() / "dem.tif", {});
    const std::uintmax_t whole = std::filesystem::file_size(folder.path() / "dem.tif");
    for (const std::uintmax_t length : {whole - 40, whole / 2, std::uintmax_t(9), std::uintmax_t(2)}) {
        std::filesystem::resize_file(folder.path() / "dem.tif", length);
        BOOST_CHECK_MESSAGE(
            read_geotiff(folder.path() / "dem.tif").has_error(), "cut to " << length << " bytes");
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
