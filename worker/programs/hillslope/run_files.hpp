#pragma once

#include "rules/error.hpp"
#include "worker/programs/model/not_simulated.hpp"

#include <istream>
#include <string>
#include <vector>

namespace freshet::hillslope {

/// The answers of a continuous hillslope run. File names are relative to the current folder; an empty name is
/// an output that was not asked for.
struct RunFiles {
    std::string pass;
    std::string loss;
    std::string water_balance;
    std::string soil;
    std::string plot;
    std::string events;
    std::string elements;

    std::string management;
    std::string slope;
    std::string climate;
    std::string soils;
    int years = 0;

    std::vector<model::NotSimulated> not_simulated;
};

/// Reads the answers in WEPP's order.
/// Errors: bad_input that names the answer's line and the prompt, when the answers end early, when one is
/// malformed, and when one asks for what this model does not do (English units, single storms, watershed
/// runs, initial condition files, irrigation).
Result<RunFiles> read_run_files(std::istream& answers);

} // namespace freshet::hillslope
