#include "worker/programs/hillslope/infiltration.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace freshet::hillslope {

namespace {

/// Cumulative infiltration at which rain of this intensity begins to pond.
double ponding_depth_mm(double rain_mmh, const GreenAmpt& soil) {
    if (rain_mmh <= soil.conductivity_mmh) return std::numeric_limits<double>::infinity();
    return soil.conductivity_mmh * soil.suction_deficit_mm / (rain_mmh - soil.conductivity_mmh);
}

class Surface {
public:
    explicit Surface(const GreenAmpt& soil) : soil_(soil) {}

    void rain_on(const RainStep& step) {
        if (step.duration_h <= 0) return;
        const double rate = step.depth_mm / step.duration_h;
        const double before_ponding = std::max(0.0, ponding_depth_mm(rate, soil_) - infiltrated_);
        if (before_ponding >= step.depth_mm) {
            add(step, step.depth_mm);
            return;
        }
        const RainStep dry{before_ponding / rate, before_ponding, step.source};
        if (before_ponding > 0) add(dry, dry.depth_mm);
        const RainStep ponded{step.duration_h - dry.duration_h, step.depth_mm - dry.depth_mm, step.source};
        const double capacity = ponded_infiltration_mm(infiltrated_, ponded.duration_h, soil_) - infiltrated_;
        add(ponded, std::min(ponded.depth_mm, capacity));
    }

    std::vector<ExcessStep> take() { return std::move(steps_); }

private:
    void add(const RainStep& step, double wanted) {
        const double entered = std::clamp(soil_.storage_mm - infiltrated_, 0.0, wanted);
        infiltrated_ += entered;
        steps_.push_back({step.duration_h, step.depth_mm, entered, step.depth_mm - entered, step.source});
    }

    const GreenAmpt& soil_;
    double infiltrated_ = 0;
    std::vector<ExcessStep> steps_;
};

} // namespace

double ponding_time_h(double rain_mmh, const GreenAmpt& soil) {
    return ponding_depth_mm(rain_mmh, soil) / rain_mmh;
}

double ponded_infiltration_mm(double start_mm, double hours, const GreenAmpt& soil) {
    const double gain = soil.conductivity_mmh * hours;
    const double n = soil.suction_deficit_mm;
    if (n <= 0 || gain <= 0) return start_mm + gain;
    // The left side is convex and grows, and Philip's two-term sum lies above the root: Newton descends to
    // it.
    double f = start_mm + gain + std::sqrt(2 * n * gain);
    for (int i = 0; i < 50; ++i) {
        const double error = f - start_mm - n * std::log1p((f - start_mm) / (n + start_mm)) - gain;
        const double step = error * (n + f) / f;
        f -= step;
        if (std::abs(step) <= 1e-13 * f) break;
    }
    return std::max(f, start_mm);
}

std::vector<ExcessStep> infiltrate(const std::vector<RainStep>& rain, const GreenAmpt& soil) {
    Surface surface(soil);
    for (const auto& step : rain)
        surface.rain_on(step);
    return surface.take();
}

double total_infiltrated_mm(const std::vector<ExcessStep>& steps) {
    double total = 0;
    for (const auto& step : steps)
        total += step.infiltrated_mm;
    return total;
}

double total_excess_mm(const std::vector<ExcessStep>& steps) {
    double total = 0;
    for (const auto& step : steps)
        total += step.excess_mm;
    return total;
}

void retain(std::vector<ExcessStep>& steps, double depth_mm) {
    for (auto& step : steps) {
        const double kept = std::min(depth_mm, step.excess_mm);
        step.excess_mm -= kept;
        step.infiltrated_mm += kept;
        depth_mm -= kept;
    }
}

} // namespace freshet::hillslope
