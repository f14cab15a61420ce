#pragma once

#include "worker/wepp/watershed_files.hpp"
#include "worker/wepp/watershed_tables.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker::wepp {

/// Where a run keeps its WEPP files.
struct WeppFolder {
    std::filesystem::path root; ///< <run>/wepp

    explicit WeppFolder(const std::filesystem::path& run_dir) : root(run_dir / "wepp") {}
    std::filesystem::path runs() const { return root / "runs"; }
    std::filesystem::path output() const { return root / "output"; }
    std::filesystem::path manifests() const { return output() / ".manifest"; }
    std::filesystem::path manifest(int id) const;
    /// Makes what is missing. Throws Failure.
    void create() const;
};

/// What a hillslope program reads: p<id>.run .man .slp .cli .sol.
std::vector<std::string> input_names(int id);
/// What a watershed program reads: pw0.run .str .chn .man .slp .cli .sol.
std::vector<std::string> watershed_input_names();

/// First year and number of years of a .cli text: the fifth and sixth word of its fifth line.
struct Years {
    int first = 0;
    int count = 0;
    int last() const { return first + count - 1; }
};
Result<Years> years_of_cli(std::string_view text, std::string_view file);
/// The same of a file. Throws Failure.
Years years_of(const std::filesystem::path& cli);

/// What all WEPP tasks start from: the abstracted watershed and the climate that climate.nodb names (`cli`).
struct RunInputs {
    Watershed watershed;
    std::filesystem::path climate; ///< absolute
    Years years;
};
/// Blocks on the file system. Throws Failure that names the file and what is wrong or missing.
RunInputs load_inputs(const std::filesystem::path& run_dir);

/// `wepp.nodb`: which management and soil each hillslope has. Paths are relative to the run and inside it:
/// {"management": path, "soil": path, "managements": {"<topaz id>": path}, "soils": {"<topaz id>": path},
///  "channel_management": path, "channel_soil": path,
///  "channel": {"bank_slope", "bare_manning", "total_manning", "erodibility", "critical_shear"}}.
/// The channels' management and soil are the run's unless they are given. Functions block and throw Failure.
class WeppSettings {
public:
    explicit WeppSettings(const std::filesystem::path& run_dir);
    ~WeppSettings();

    std::filesystem::path management_of(int topaz_id) const;
    std::filesystem::path soil_of(int topaz_id) const;
    std::filesystem::path channel_management() const;
    std::filesystem::path channel_soil() const;
    ChannelBed channel_bed() const;

private:
    std::filesystem::path path_at(const std::vector<std::string>& pointers) const;

    struct Parts;
    std::filesystem::path run_dir_;
    std::unique_ptr<Parts> parts_;
};

} // namespace freshet::worker::wepp
