#pragma once

#include "rules/error.hpp"
#include "worker/wepp/watershed_tables.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker::wepp {

/// Sums over a hillslope's whole run, mm, from its daily water balance (H<id>.wat.dat).
struct WaterSums {
    double precipitation_mm = 0;
    double runoff_mm = 0;
    double evapotranspiration_mm = 0;       ///< ep + es + er
    std::optional<double> percolation_mm{}; ///< dp; not all programs write it
};
/// Columns are found by the names in the line that starts with `ofe` (in any case); lines before it are
/// passed over. Of several elements the last day's lines each count with an equal share. bad_input names the
/// line.
Result<WaterSums> sum_water(std::string_view text, std::string_view file);

/// Sums over a hillslope's whole run from its pass file (H<id>.pass.dat).
struct PassSums {
    double runoff_m3 = 0;
    double subsurface_m3 = 0;
    double detached_kg = 0;
    double deposited_kg = 0;
    double sediment_kg = 0; ///< what leaves the hillslope: concentrations times runoff
};
Result<PassSums> sum_pass(std::string_view text, std::string_view file);

/// A hillslope's result; all sums are of the whole run.
struct HillslopeSummary {
    Hillslope hillslope;
    WaterSums water;
    PassSums pass;
};

/// wepp/output/hillslopes.csv: a line for each hillslope, averages a year.
std::string hillslopes_table(const std::vector<HillslopeSummary>& summaries, int years);

/// What the watershed's loss report says of the outlet, averages a year; nothing where it says nothing.
struct OutletSummary {
    std::optional<double> discharge_m3{};
    std::optional<double> hillslope_loss_t{};
    std::optional<double> channel_loss_t{};
    std::optional<double> sediment_t{};
    std::optional<double> delivery_ratio{};
};
OutletSummary outlet_of(std::string_view loss_report);

/// The water balance (mm a year over the hillslopes' area) and the loss summary of wepp/output/summary.json.
boost::json::object water_balance(
    const std::vector<HillslopeSummary>& summaries, const OutletSummary& outlet, int years);
boost::json::object loss_summary(
    const std::vector<HillslopeSummary>& summaries, const OutletSummary& outlet, int years);

} // namespace freshet::worker::wepp
