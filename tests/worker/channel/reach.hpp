#pragma once

#include "worker/programs/channel/channel_flow.hpp"

namespace freshet::channel::test {

/// 500 m of channel with Manning's n of 0.05 (0.03 bare), 2 m wide or with banks of 1 in 3, on an erodible
/// bed.
inline Reach reach(Shape shape, double slope) {
    return {.properties = {.name = "trial",
                .shape = shape,
                .side_slope = 3,
                .bare_manning = 0.03,
                .total_manning = 0.05,
                .erodibility = 1e-4,
                .critical_shear = 5},
        .length_m = 500,
        .width_m = 2,
        .slope = slope};
}

} // namespace freshet::channel::test
