// Cells a second of the watershed program's parts on rough, fractal ground, beside GRASS r.watershed on the
// same ground in the same call. One line a figure; never fails by time.
//
//   load_watershed [SIDE...]   side of the square grids in cells; default 316 1000 3162 (10^5 to 10^7 cells)
//
// Each side is measured three times, in turns with the peer, and the best of each is printed. GRASS is left
// out where it is not installed (Debian: grass-core).

#include "tests/rules/temporary_folder.hpp"
#include "tests/worker/watershed/terrain.hpp"
#include "worker/programs/watershed/abstraction.hpp"
#include "worker/programs/watershed/arc_ascii.hpp"
#include "worker/programs/watershed/steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

namespace freshet::watershed {
namespace {

constexpr int rounds = 3;
constexpr double cell_size = 10;
constexpr ChannelOptions options{.critical_source_area = 50, .min_length = 200};

/// Processor time that this process has used.
double seconds_now() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double smooth_noise(double x, double y, int octave) {
    const double left = std::floor(x);
    const double top = std::floor(y);
    const auto ease = [](double t) {
        return t * t * (3 - 2 * t);
    };
    const double u = ease(x - left);
    const double v = ease(y - top);
    const auto corner = [&](int dx, int dy) {
        return noise(static_cast<int>(top) + dy, static_cast<int>(left) + dx, static_cast<unsigned>(octave));
    };
    return (corner(0, 0) * (1 - u) + corner(1, 0) * u) * (1 - v) +
           (corner(0, 1) * (1 - u) + corner(1, 1) * u) * v;
}

/// Hills of 600 m on a tilted plain, rough at every scale down to the cell.
Elevations fractal_ground(int side) {
    Elevations ground({side, side, 0, 0, cell_size}, std::numeric_limits<float>::quiet_NaN());
    for (int row = 0; row < side; ++row) {
        for (int col = 0; col < side; ++col) {
            double height = 0.05 * (side - row);
            double amplitude = 300;
            double wave = 512;
            for (int octave = 0; octave < 9; ++octave, amplitude /= 2, wave /= 2) {
                height += amplitude * smooth_noise(col / wave, row / wave, octave);
            }
            ground.at(row, col) = static_cast<float>(std::round(height * 100) / 100);
        }
    }
    return ground;
}

void print_rate(std::string_view what, int side, double seconds) {
    const double cells = double(side) * side;
    fmt::print("watershed {} cells={:.0f} seconds={:.3f} cells_per_second={:.0f}\n", what, cells, seconds,
        cells / seconds);
    std::fflush(stdout);
}

/// Best times of the parts, seconds.
struct Parts {
    double conditioning = 1e9;
    double directions = 1e9;
    double accumulation = 1e9;
    double channels = 1e9;
    double abstraction = 1e9;
    double all = 1e9;
};

Cell largest_outlet(const Orders& orders, const Accumulation& accumulation) {
    Cell outlet = 0;
    for_each_cell(orders.grid(), [&](Cell cell) {
        if (orders[cell] > 0 && accumulation[cell] > accumulation[outlet]) outlet = cell;
    });
    return outlet;
}

void measure_parts(const Elevations& ground, Conditioning conditioning, Parts& best) {
    Elevations elevations = ground;
    double last = seconds_now();
    const double start = last;
    const auto lap = [&last](double& time) {
        const double now = seconds_now();
        time = std::min(time, now - last);
        last = now;
    };
    remove_depressions(elevations, conditioning);
    lap(best.conditioning);
    Directions directions = flow_directions(elevations);
    lap(best.directions);
    Accumulation accumulation = flow_accumulation(directions);
    lap(best.accumulation);
    Orders orders = channel_orders(directions, accumulation, options);
    const Cell outlet = largest_outlet(orders, accumulation);
    lap(best.channels);
    const Terrain terrain{
        std::move(elevations), std::move(directions), std::move(accumulation), std::move(orders)};
    abstract_watershed(terrain, outlet);
    lap(best.abstraction);
    best.all = std::min(best.all, last - start);
}

double measure_step(const std::filesystem::path& folder) {
    const double start = seconds_now();
    const auto done =
        run_step(ChannelsStep{.dem = folder / "dem.asc", .out = folder / "out", .channels = options});
    if (!done) throw std::runtime_error(done.error().message);
    return seconds_now() - start;
}

/// Processor seconds of r.watershed itself (single flow direction, in memory), without the import of the
/// grid; -1 if it failed.
double measure_grass(const std::filesystem::path& folder) {
    const double threshold = options.critical_source_area * 10'000 / (cell_size * cell_size);
    std::ofstream(folder / "grass.sh")
        << "set -e\n"
        << "r.in.gdal -o input=dem.asc output=dem --quiet\n"
        << "g.region raster=dem\n"
        << "TIMEFORMAT='%U %S'\n"
        << "{ time r.watershed -s elevation=dem threshold=" << threshold
        << " accumulation=acc drainage=dir stream=streams basin=basins --quiet "
        << "2>grass.err; } 2>grass.time\n";
    const std::string command =
        "cd " + folder.string() + " && grass --tmp-location XY --exec bash grass.sh >grass.log 2>&1";
    if (std::system(command.c_str()) != 0) return -1;
    double user = 0;
    double system = 0;
    std::ifstream(folder / "grass.time") >> user >> system;
    return user + system;
}

void measure(int side, const std::filesystem::path& folder) {
    const bool has_grass = std::system("command -v grass >/dev/null 2>&1") == 0;
    const Elevations ground = fractal_ground(side);
    if (const auto written = write_arc(folder / "dem.asc", ground); !written) {
        throw std::runtime_error(written.error().message);
    }
    Parts filling;
    Parts breaching;
    double step = 1e9;
    double grass = 1e9;
    for (int round = 0; round < rounds; ++round) {
        measure_parts(ground, Conditioning::fill, filling);
        if (has_grass) grass = std::min(grass, measure_grass(folder));
        measure_parts(ground, Conditioning::breach, breaching);
        step = std::min(step, measure_step(folder));
    }
    print_rate("fill", side, filling.conditioning);
    print_rate("breach", side, breaching.conditioning);
    print_rate("directions", side, filling.directions);
    print_rate("accumulation", side, filling.accumulation);
    print_rate("channels", side, filling.channels);
    print_rate("abstraction", side, filling.abstraction);
    print_rate("all-in-memory", side, filling.all);
    print_rate("all-in-memory-breach", side, breaching.all);
    print_rate("channels-step-with-files", side, step);
    if (!has_grass) {
        fmt::print("watershed grass-r.watershed not installed\n");
    } else if (grass < 0) {
        fmt::print("watershed grass-r.watershed failed\n");
    } else {
        print_rate("grass-r.watershed", side, grass);
        fmt::print(
            "watershed times-grass cells={:.0f} ratio={:.2f}\n", double(side) * side, grass / filling.all);
    }
}

} // namespace
} // namespace freshet::watershed

int main(int count, char** words) {
    std::vector<int> sides;
    for (int i = 1; i < count; ++i)
        sides.push_back(std::atoi(words[i]));
    if (sides.empty()) sides = {316, 1000, 3162};
    try {
        const freshet::rules::TemporaryFolder folder;
        for (const int side : sides)
            freshet::watershed::measure(side, folder.path());
    } catch (const std::exception& failure) {
        fmt::print(stderr, "load_watershed: {}\n", failure.what());
        return 1;
    }
    return 0;
}
