#include "worker/programs/model/sediment_continuity.hpp"

#include <cmath>
#include <numeric>

namespace freshet::model {

namespace {

/// Solution of dG/dx = source - rate G after x.
double relaxed(double load, double source, double rate, double x) {
    if (rate * x < 1e-12) return load + (source - rate * load) * x;
    const double balance = source / rate;
    return balance + (load - balance) * std::exp(-rate * x);
}

/// Where that solution reaches `target` (which lies between the load and the balance source / rate).
double distance_to(double target, double load, double source, double rate) {
    if (rate <= 0) return (target - load) / source;
    const double balance = source / rate;
    return std::log((load - balance) / (target - balance)) / rate;
}

/// Below capacity: up to the end, or to where the load reaches the capacity. Returns what is left of the
/// reach.
double detach(Exchange& exchange, const Reach& reach) {
    const double load = exchange.load_out;
    const double source = reach.lateral + reach.detachment;
    const double rate = reach.detachment / reach.capacity; // 0 when the capacity is infinite
    double run = reach.length_m;
    double end = relaxed(load, source, rate, run);
    if (end > reach.capacity) {
        run = std::fmin(run, distance_to(reach.capacity, load, source, rate));
        end = reach.capacity;
    }
    exchange.detached = std::fmax(0.0, end - load - reach.lateral * run);
    exchange.load_out = end;
    return reach.length_m - run;
}

/// At or above capacity: lateral supply keeps the load there, and what is above settles.
void deposit(Exchange& exchange, const Reach& reach, double run) {
    const double load = exchange.load_out;
    const double source = reach.lateral + reach.settling * reach.capacity;
    exchange.load_out = relaxed(load, source, reach.settling, run);
    exchange.deposited = std::fmax(0.0, load + reach.lateral * run - exchange.load_out);
}

} // namespace

Exchange route_reach(double load_in, const Reach& reach) {
    Exchange exchange{.load_out = load_in};
    const double left = load_in < reach.capacity ? detach(exchange, reach) : reach.length_m;
    if (left > 0) deposit(exchange, reach, left);
    return exchange;
}

double sum(const PerClass& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

PerClass settle_by_class(const PerClass& in, const Particles& particles, double total_out) {
    const double total_in = sum(in);
    if (total_in <= 0 || total_out <= 0) return {};
    PerClass velocity{};
    for (std::size_t k = 0; k < particle_classes; ++k)
        velocity[k] = fall_velocity(particles.diameter_m[k], particles.specific_gravity[k]);
    const auto left = [&](double l) {
        PerClass out{};
        for (std::size_t k = 0; k < particle_classes; ++k)
            out[k] = in[k] * std::exp(-l * velocity[k]);
        return out;
    };
    double low = 0;
    double high = 0;
    if (total_out < total_in) {
        high = 1;
        while (sum(left(high)) > total_out && high < 1e12)
            high *= 4;
        for (int i = 0; i < 100; ++i) {
            const double middle = 0.5 * (low + high);
            (sum(left(middle)) > total_out ? low : high) = middle;
        }
    }
    auto out = left(0.5 * (low + high));
    if (const double total = sum(out); total > 0)
        for (double& mass : out)
            mass *= total_out / total;
    return out;
}

} // namespace freshet::model
