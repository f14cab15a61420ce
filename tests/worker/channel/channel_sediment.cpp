#include "worker/programs/channel/channel_sediment.hpp"

#include "tests/worker/channel/reach.hpp"
#include "worker/programs/model/sediment_continuity.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

namespace freshet::channel {

namespace {

namespace tolerance = boost::test_tools;

const auto bed = model::particles_of(0.4, 0.2, 0.02);

model::PerClass load(double total) {
    model::PerClass mass{};
    for (std::size_t k = 0; k < model::particle_classes; ++k)
        mass[k] = total * bed.fraction[k];
    return mass;
}

SedimentInflow flood(double head_kg, double sides_kg) {
    return {.head_share = 0.6,
        .outflow_m3 = 4000,
        .peak_m3s = 0.8,
        .head_kg = load(head_kg),
        .sides_kg = load(sides_kg)};
}

} // namespace

BOOST_AUTO_TEST_SUITE(channel_sediment)

BOOST_AUTO_TEST_CASE(every_events_sediment_is_accounted_for_to_rounding) {
    for (const auto shape : {Shape::triangular, Shape::rectangular})
        for (const double slope : {1e-4, 0.01, 0.2})
            for (const double head : {0.0, 10.0, 1e7})
                for (const double sides : {0.0, 3.0, 1e6}) {
                    const auto out = route_sediment(test::reach(shape, slope), bed, flood(head, sides));
                    const double delivered = model::sum(out.delivered_kg);
                    const double gap = head + sides + out.detached_kg - out.deposited_kg - delivered;
                    BOOST_TEST_CONTEXT("slope " << slope << " head " << head << " sides " << sides) {
                        BOOST_TEST(std::abs(gap) <= 1e-11 * (head + sides + out.detached_kg) + 1e-12);
                        for (const double mass : out.delivered_kg)
                            BOOST_TEST(mass >= 0);
                    }
                }
}

BOOST_AUTO_TEST_CASE(a_bed_of_rock_gives_nothing) {
    auto reach = test::reach(Shape::triangular, 0.05);
    reach.properties.erodibility = 0;
    BOOST_TEST(route_sediment(reach, bed, flood(0, 0)).detached_kg == 0);
    reach = test::reach(Shape::triangular, 0.05);
    reach.properties.critical_shear = 1e4;
    BOOST_TEST(route_sediment(reach, bed, flood(0, 0)).detached_kg == 0);
}

BOOST_AUTO_TEST_CASE(a_steep_channel_erodes_and_a_flat_one_collects) {
    BOOST_TEST(route_sediment(test::reach(Shape::triangular, 0.1), bed, flood(0, 0)).detached_kg > 0);
    const auto flat = route_sediment(test::reach(Shape::triangular, 1e-4), bed, flood(1e6, 0));
    BOOST_TEST(flat.detached_kg == 0);
    BOOST_TEST(flat.deposited_kg > 0);
    const double delivered = model::sum(flat.delivered_kg);
    BOOST_TEST(flat.delivered_kg[0] / delivered > bed.fraction[0]);
}

BOOST_AUTO_TEST_CASE(clear_water_on_a_hardly_erodible_bed_detaches_at_its_capacity) {
    auto reach = test::reach(Shape::rectangular, 0.05);
    reach.properties.erodibility = 1e-10;
    auto inflow = flood(0, 0);
    inflow.head_share = 1;
    const auto flow = uniform_flow(reach, 0.8);
    const double shear = 9810 * flow.hydraulic_radius_m() * 0.05 * std::pow(0.03 / 0.05, 0.9);
    const double expected = 1e-10 * (shear - 5) * 2 * 500 * 4000 / 0.8;
    BOOST_TEST(route_sediment(reach, bed, inflow).detached_kg == expected, tolerance::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(delivery_grows_with_slope) {
    double last = 0;
    for (const double slope : {0.01, 0.03, 0.1, 0.3}) {
        const double delivered =
            model::sum(route_sediment(test::reach(Shape::triangular, slope), bed, flood(10, 5)).delivered_kg);
        BOOST_TEST(delivered > last);
        last = delivered;
    }
}

BOOST_AUTO_TEST_CASE(sediment_without_water_stays) {
    SedimentInflow dry{.head_kg = load(7)};
    const auto out = route_sediment(test::reach(Shape::triangular, 0.1), bed, dry);
    BOOST_TEST(out.deposited_kg == 7, tolerance::tolerance(1e-12));
    BOOST_TEST(model::sum(out.delivered_kg) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::channel
