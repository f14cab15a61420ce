#pragma once

#include "worker/programs/channel/simulation.hpp"
#include "worker/programs/model/output_file.hpp"

#include <string>

namespace freshet::channel {

/// The day-by-day files, in the columns of WEPP's files of the same names.

/// ebe_pw0.txt: a line for each day on which more than 0.005 m3 pass the outlet. The year is the simulation's
/// (1, 2, ...). Phosphorus is not simulated: 0.
class EventReport : public model::DailyText {
public:
    explicit EventReport(const Inputs& inputs);
    void add(const Day& day);

private:
    const Inputs& inputs_;
};

/// chnwb.txt: a line a channel and day: precipitation, outflow Q and inflow UpStrmQ as depths over the
/// channel's own area. The columns of soil water, evaporation and snow are not simulated: 0.
class WaterReport : public model::DailyText {
public:
    explicit WaterReport(const Inputs& inputs);
    void add(const Day& day);

private:
    const Inputs& inputs_;
};

/// pass_pw0.txt: the pass files of all hillslopes in one.
class MasterPassReport : public model::DailyText {
public:
    explicit MasterPassReport(const Inputs& inputs);
    void add(const Day& day);
};

} // namespace freshet::channel
