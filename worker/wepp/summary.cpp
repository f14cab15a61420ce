#include "worker/wepp/summary.hpp"

#include "worker/wepp/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>

namespace freshet::worker::wepp {
namespace {

namespace json = boost::json;

// Numbers of an EVENT record after the day, in the order of the file.
enum Field : std::size_t {
    runoff_m3 = 4,
    subsurface_m3 = 6,
    detached_kg = 10,
    deposited_kg = 11,
    first_concentration = 12,
    behind_concentrations = 17,
    all_of_event = 22,
};
constexpr std::size_t subsurface_m3_of_subevent = 1;

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
        [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return result;
}

/// The columns of a water file that matter here.
class WaterColumns {
public:
    explicit WaterColumns(std::vector<std::string_view> names) : names_(std::move(names)) {}

    std::optional<std::size_t> find(std::string_view name) const {
        for (std::size_t i = 0; i < names_.size(); ++i)
            if (lower(names_[i]) == name) return i;
        return std::nullopt;
    }

private:
    std::vector<std::string_view> names_;
};

void add_record(
    const std::vector<std::string_view>& words, const std::vector<double>& values, PassSums& sums) {
    if (words.front() == "SUBEVENT") {
        sums.subsurface_m3 += values[subsurface_m3_of_subevent];
        return;
    }
    sums.runoff_m3 += values[runoff_m3];
    sums.subsurface_m3 += values[subsurface_m3];
    sums.detached_kg += values[detached_kg];
    sums.deposited_kg += values[deposited_kg];
    for (std::size_t i = first_concentration; i < behind_concentrations; ++i)
        sums.sediment_kg += values[i] * values[runoff_m3];
}

double total(const std::vector<HillslopeSummary>& summaries,
    const std::function<double(const HillslopeSummary&)>& value) {
    double sum = 0;
    for (const auto& summary : summaries)
        sum += value(summary);
    return sum;
}

double area_of(const std::vector<HillslopeSummary>& summaries) {
    return total(summaries, [](const auto& one) { return one.hillslope.area_m2; });
}

double to_thousandths(double value) {
    return std::round(value * 1000) / 1000;
}

json::value or_null(const std::optional<double>& value) {
    return value ? json::value(to_thousandths(*value)) : json::value();
}

std::string_view name_of(Side side) {
    return side == Side::left ? "left" : side == Side::right ? "right" : "top";
}

} // namespace

Result<WaterSums> sum_water(std::string_view text, std::string_view file) {
    const auto lines = lines_of(text);
    std::size_t at = 0;
    while (at < lines.size() && !lower(trimmed(lines[at])).starts_with("ofe"))
        ++at;
    if (at == lines.size()) return unexpected(file, at, "a line with the names of the columns", "");
    const auto names = words_of(lines[at]);
    const WaterColumns columns(names);
    const auto percolation = columns.find("dp");
    std::vector<std::size_t> needed;
    for (const auto* name : {"precip", "runoff", "ep", "es", "er"}) {
        const auto column = columns.find(name);
        if (!column) return unexpected(file, at + 1, fmt::format("a column '{}'", name), lines[at]);
        needed.push_back(*column);
    }

    WaterSums sums;
    if (percolation) sums.percolation_mm = 0;
    int elements = 1;
    for (++at; at < lines.size(); ++at) {
        const auto words = words_of(lines[at]);
        if (words.empty()) continue;
        const auto element = to_integer(words.front());
        if (!element) continue; // units and rules under the names
        elements = std::max(elements, *element);
        std::vector<double> values;
        for (const auto word : words)
            values.push_back(to_number(word).value_or(0));
        if (words.size() < names.size() || !to_number(words[needed[0]]))
            return unexpected(file, at + 1, fmt::format("{} numbers", names.size()), lines[at]);
        sums.precipitation_mm += values[needed[0]];
        sums.runoff_mm += values[needed[1]];
        sums.evapotranspiration_mm += values[needed[2]] + values[needed[3]] + values[needed[4]];
        if (percolation) *sums.percolation_mm += values[*percolation];
    }
    for (double* sum : {&sums.precipitation_mm, &sums.runoff_mm, &sums.evapotranspiration_mm})
        *sum /= elements;
    if (percolation) *sums.percolation_mm /= elements;
    return sums;
}

Result<PassSums> sum_pass(std::string_view text, std::string_view file) {
    const auto lines = lines_of(text);
    PassSums sums;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const auto words = words_of(lines[at]);
        if (words.empty() || (words.front() != "EVENT" && words.front() != "SUBEVENT")) continue;
        const std::size_t wanted = words.front() == "EVENT" ? all_of_event : subsurface_m3_of_subevent + 1;
        std::vector<double> values;
        std::size_t word = 3, line = at;
        auto of_line = words;
        while (values.size() < wanted) {
            if (word == of_line.size()) {
                if (++line == lines.size()) return unexpected(file, line, "the rest of an EVENT record", "");
                of_line = words_of(lines[line]);
                word = 0;
                continue;
            }
            const auto value = to_number(of_line[word++]);
            if (!value) return unexpected(file, line + 1, "numbers of an EVENT record", lines[line]);
            values.push_back(*value);
        }
        add_record(words, values, sums);
        at = line;
    }
    return sums;
}

std::string hillslopes_table(const std::vector<HillslopeSummary>& summaries, int years) {
    std::string text =
        "wepp_id,topaz_id,channel_id,side,area_m2,precipitation_mm,runoff_mm,evapotranspiration_mm,"
        "percolation_mm,subsurface_m3,detached_kg,deposited_kg,sediment_kg,sediment_t_ha\n";
    for (const auto& [hillslope, water, pass] : summaries)
        text += fmt::format("{},{},{},{},{:.3f},{:.2f},{:.2f},{:.2f},{},{:.3f},{:.3f},{:.3f},{:.3f},{:.4f}\n",
            hillslope.wepp_id, hillslope.topaz_id, hillslope.channel_id, name_of(hillslope.side),
            hillslope.area_m2, water.precipitation_mm / years, water.runoff_mm / years,
            water.evapotranspiration_mm / years,
            water.percolation_mm ? fmt::format("{:.2f}", *water.percolation_mm / years) : "",
            pass.subsurface_m3 / years, pass.detached_kg / years, pass.deposited_kg / years,
            pass.sediment_kg / years, pass.sediment_kg / years / 1000 / (hillslope.area_m2 / 10'000));
    return text;
}

OutletSummary outlet_of(std::string_view loss_report) {
    OutletSummary outlet;
    const std::map<std::string_view, std::optional<double> OutletSummary::*> labels{
        {"Avg. Ann. water discharge from outlet", &OutletSummary::discharge_m3},
        {"Avg. Ann. total hillslope soil loss", &OutletSummary::hillslope_loss_t},
        {"Avg. Ann. total channel soil loss", &OutletSummary::channel_loss_t},
        {"Avg. Ann. sediment discharge from outlet", &OutletSummary::sediment_t},
        {"Sediment Delivery Ratio for Watershed", &OutletSummary::delivery_ratio},
    };
    for (const auto line : lines_of(loss_report)) { // the average of all years comes last
        const auto equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        const auto label = labels.find(trimmed(line.substr(0, equals)));
        const auto words = words_of(line.substr(equals + 1));
        if (label != labels.end() && !words.empty()) outlet.*label->second = to_number(words.front());
    }
    return outlet;
}

json::object water_balance(
    const std::vector<HillslopeSummary>& summaries, const OutletSummary& outlet, int years) {
    const double area = area_of(summaries);
    const auto mean = [&](const std::function<double(const WaterSums&)>& value) {
        const auto volume = [&](const HillslopeSummary& one) {
            return one.hillslope.area_m2 * value(one.water);
        };
        return to_thousandths(total(summaries, volume) / area / years);
    };
    json::object balance{{"precipitation_mm", mean([](const auto& water) { return water.precipitation_mm; })},
        {"runoff_mm", mean([](const auto& water) { return water.runoff_mm; })},
        {"evapotranspiration_mm", mean([](const auto& water) { return water.evapotranspiration_mm; })},
        {"percolation_mm", nullptr}, {"outlet_discharge_m3", or_null(outlet.discharge_m3)},
        {"outlet_discharge_mm", nullptr}};
    const bool all_percolate = std::all_of(summaries.begin(), summaries.end(),
        [](const auto& one) { return one.water.percolation_mm.has_value(); });
    if (all_percolate)
        balance["percolation_mm"] = mean([](const auto& water) { return *water.percolation_mm; });
    if (outlet.discharge_m3)
        balance["outlet_discharge_mm"] = to_thousandths(*outlet.discharge_m3 / area * 1000);
    return balance;
}

json::object loss_summary(
    const std::vector<HillslopeSummary>& summaries, const OutletSummary& outlet, int years) {
    const auto tonnes = [&](double PassSums::*mass) {
        return to_thousandths(
            total(summaries, [&](const auto& one) { return one.pass.*mass; }) / 1000 / years);
    };
    return {{"hillslopes_detached_t", tonnes(&PassSums::detached_kg)},
        {"hillslopes_deposited_t", tonnes(&PassSums::deposited_kg)},
        {"hillslopes_sediment_t", tonnes(&PassSums::sediment_kg)},
        {"hillslopes_loss_t", or_null(outlet.hillslope_loss_t)},
        {"channels_loss_t", or_null(outlet.channel_loss_t)},
        {"outlet_sediment_t", or_null(outlet.sediment_t)},
        {"sediment_delivery_ratio", or_null(outlet.delivery_ratio)}};
}

} // namespace freshet::worker::wepp
