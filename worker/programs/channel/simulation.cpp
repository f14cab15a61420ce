#include "worker/programs/channel/simulation.hpp"

#include "worker/programs/channel/routing.hpp"
#include "worker/programs/model/line_reader.hpp"
#include "worker/programs/model/sediment_continuity.hpp"
#include "worker/programs/model/slope_file.hpp"
#include "worker/programs/model/soil_file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace freshet::channel {

namespace {

constexpr double least_slope = 1e-4;

template <class T>
std::vector<T> expect_count(std::vector<T> elements, std::size_t count, const std::string& file) {
    if (elements.size() != count)
        throw Failure(
            {Errc::bad_input, fmt::format("{}: expected {} channels as in the structure file, found {}", file,
                                  count, elements.size())});
    return elements;
}

std::vector<model::PassFile> read_hillslopes(const RunFiles& files) {
    std::vector<model::PassFile> hillslopes;
    for (const auto& name : files.hillslope_passes) {
        hillslopes.push_back(model::read_pass_file(name).value());
        const auto& pass = hillslopes.back();
        if (pass.years < files.years)
            throw Failure({Errc::bad_input,
                fmt::format("{}: expected {} years, found {}", name, files.years, pass.years)});
        if (pass.first_year != hillslopes.front().first_year)
            throw Failure({Errc::bad_input,
                fmt::format("{}: expected the first year {} of {}, found {}", name,
                    hillslopes.front().first_year, files.hillslope_passes.front(), pass.first_year)});
    }
    return hillslopes;
}

void read_reaches(const RunFiles& files, Inputs& inputs) {
    const auto count = inputs.network.channels.size();
    const auto properties = read_channels(files.channels, count).value();
    const auto slopes = expect_count(
        model::read_slopes(files.slope, model::SlopeLayout::channels).value(), count, files.slope);
    const auto soils = expect_count(model::read_soils(files.soils).value(), count, files.soils);
    for (std::size_t i = 0; i < count; ++i) {
        inputs.reaches.push_back({.properties = properties[i],
            .length_m = slopes[i].length_m,
            .width_m = slopes[i].width_m,
            .slope = std::max(least_slope, slopes[i].mean_slope())});
        const auto& top = soils[i].layers.front();
        inputs.beds.push_back(model::particles_of(top.sand, top.clay, top.organic_matter));
    }
}

void check_impoundments(const std::string& file) {
    if (file.empty()) return;
    model::LineReader lines(file);
    lines.fields("the version of the impoundment file").number("version");
    lines.fields("number of impoundments").integer("number of impoundments", 0, 0);
}

std::vector<double> contributing_areas(const Inputs& inputs) {
    std::vector<double> areas;
    for (const auto& node : inputs.network.channels) {
        double area = 0;
        for (const auto i : node.side_hillslopes)
            area += inputs.hillslopes[i].area_m2;
        for (const auto i : node.head_hillslopes)
            area += inputs.hillslopes[i].area_m2;
        for (const auto i : node.upstream)
            area += areas[i];
        areas.push_back(area);
    }
    return areas;
}

void check_calendar(const RunFiles& files, const Inputs& inputs) {
    const int first = inputs.hillslopes.front().first_year;
    if (inputs.climate.first_year == first) return;
    throw Failure({Errc::bad_input, fmt::format("{}: expected the first year {} of the pass files, found {}",
                                        files.climate, first, inputs.climate.first_year)});
}

void add(model::PerClass& sum, const model::PerClass& mass) {
    for (std::size_t k = 0; k < model::particle_classes; ++k)
        sum[k] += mass[k];
}

model::PerClass sediment_of(const model::PassEvent& event) {
    auto mass = event.concentration;
    for (double& value : mass)
        value *= event.runoff_m3;
    return mass;
}

/// What enters a channel at one place.
struct Inflow {
    Hydrograph water;
    model::PerClass sediment_kg{};
    double subsurface_m3 = 0;

    void add_hillslope(const model::PassEvent* event) {
        if (event == nullptr) return;
        water.add_event(event->runoff_m3, event->peak_m3s);
        water.add_uniform(event->subsurface_m3 + event->drainage_m3);
        subsurface_m3 += event->subsurface_m3 + event->drainage_m3;
        add(sediment_kg, sediment_of(*event));
    }
};

ChannelDay route_channel(const Reach& reach, const model::Particles& bed, const Inflow& head,
    const Inflow& sides, Hydrograph& outflow) {
    ChannelDay day;
    const double head_m3 = head.water.volume_m3();
    day.inflow_m3 = head_m3 + sides.water.volume_m3();
    day.subsurface_m3 = head.subsurface_m3 + sides.subsurface_m3;
    day.sediment_in_kg = model::sum(head.sediment_kg) + model::sum(sides.sediment_kg);
    if (day.inflow_m3 <= 0) return day;
    outflow = route(reach, head.water, sides.water);
    day.outflow_m3 = outflow.volume_m3();
    day.peak_m3s = outflow.peak_m3s();
    day.peak_time_s = outflow.peak_time_s();
    const auto sediment = route_sediment(reach, bed,
        {.head_share = head_m3 / day.inflow_m3,
            .outflow_m3 = day.outflow_m3,
            .peak_m3s = day.peak_m3s,
            .head_kg = head.sediment_kg,
            .sides_kg = sides.sediment_kg});
    day.detached_kg = sediment.detached_kg;
    day.deposited_kg = sediment.deposited_kg;
    day.delivered_kg = sediment.delivered_kg;
    return day;
}

void route_day(const Inputs& inputs, Day& day) {
    std::vector<Hydrograph> outflows(inputs.reaches.size());
    for (std::size_t i = 0; i < inputs.reaches.size(); ++i) {
        const auto& node = inputs.network.channels[i];
        Inflow head;
        Inflow sides;
        for (const auto h : node.head_hillslopes)
            head.add_hillslope(day.hillslopes[h]);
        for (const auto h : node.side_hillslopes)
            sides.add_hillslope(day.hillslopes[h]);
        for (const auto c : node.upstream) {
            head.water.add(outflows[c]);
            head.subsurface_m3 += day.channels[c].subsurface_m3;
            add(head.sediment_kg, day.channels[c].delivered_kg);
        }
        day.channels[i] = route_channel(inputs.reaches[i], inputs.beds[i], head, sides, outflows[i]);
    }
}

/// Hands out the events of one hillslope day by day.
class EventQueue {
public:
    explicit EventQueue(const std::vector<model::PassEvent>& events) : events_(events) {}

    const model::PassEvent* on(int year, int day) {
        if (next_ == events_.size() || events_[next_].year != year || events_[next_].day != day)
            return nullptr;
        return &events_[next_++];
    }

    /// An event on a day that the climate file does not have must not be lost without a word.
    void check_used_up(std::size_t hillslope, int last_year) const {
        if (next_ == events_.size() || events_[next_].year > last_year) return;
        throw Failure({Errc::bad_input,
            fmt::format("pass file of hillslope {}: day {} of year {} is not in the climate file", hillslope,
                events_[next_].day, events_[next_].year)});
    }

private:
    const std::vector<model::PassEvent>& events_;
    std::size_t next_ = 0;
};

} // namespace

Result<Inputs> read_inputs(const RunFiles& files) {
    return model::as_result([&] {
        Inputs inputs;
        inputs.years = files.years;
        inputs.network = read_network(files.structure, files.hillslope_passes.size()).value();
        read_reaches(files, inputs);
        check_impoundments(files.impoundments);
        model::LineReader management(files.management);
        inputs.hillslopes = read_hillslopes(files);
        inputs.contributing_area_m2 = contributing_areas(inputs);
        inputs.climate = model::read_climate(files.climate, files.years).value();
        check_calendar(files, inputs);
        return inputs;
    });
}

bool Day::wet() const {
    return std::any_of(
        hillslopes.begin(), hillslopes.end(), [](const auto* event) { return event != nullptr; });
}

void simulate(const Inputs& inputs, const std::function<void(const Day&)>& observe) {
    std::vector<EventQueue> queues;
    for (const auto& hillslope : inputs.hillslopes)
        queues.emplace_back(hillslope.events);
    for (const auto& weather : inputs.climate.days) {
        Day day{weather, {}, std::vector<ChannelDay>(inputs.reaches.size())};
        const int day_of_year = model::day_of_year(weather.date);
        for (auto& queue : queues)
            day.hillslopes.push_back(queue.on(weather.date.year, day_of_year));
        if (day.wet()) route_day(inputs, day);
        observe(day);
    }
    const int last_year = inputs.climate.days.back().date.year;
    for (std::size_t i = 0; i < queues.size(); ++i)
        queues[i].check_used_up(i + 1, last_year);
}

} // namespace freshet::channel
