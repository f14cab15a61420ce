#pragma once

#include "worker/programs/channel/simulation.hpp"

#include <string>

namespace freshet::channel {

/// The day-by-day files, in the columns of WEPP's files of the same names. Each forms the text of the days
/// added since the last clear(), the heading before the first.

/// ebe_pw0.txt: a line for each day on which more than 0.005 m3 pass the outlet. The year is the simulation's
/// (1, 2, ...). Phosphorus is not simulated: 0.
class EventReport {
public:
    explicit EventReport(const Inputs& inputs);
    void add(const Day& day);
    const std::string& text() const noexcept { return text_; }
    void clear() { text_.clear(); }

private:
    const Inputs& inputs_;
    std::string text_;
};

/// chnwb.txt: a line a channel and day: precipitation, outflow Q and inflow UpStrmQ as depths over the
/// channel's own area. The columns of soil water, evaporation and snow are not simulated: 0.
class WaterReport {
public:
    explicit WaterReport(const Inputs& inputs);
    void add(const Day& day);
    const std::string& text() const noexcept { return text_; }
    void clear() { text_.clear(); }

private:
    const Inputs& inputs_;
    std::string text_;
};

/// pass_pw0.txt: the pass files of all hillslopes in one.
class MasterPassReport {
public:
    explicit MasterPassReport(const Inputs& inputs);
    void add(const Day& day);
    const std::string& text() const noexcept { return text_; }
    void clear() { text_.clear(); }

private:
    std::string text_;
};

} // namespace freshet::channel
