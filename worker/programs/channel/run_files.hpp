#pragma once

#include "rules/error.hpp"
#include "worker/programs/model/not_simulated.hpp"

#include <istream>
#include <string>
#include <vector>

namespace freshet::channel {

/// The answers of a watershed run. File names are relative to the current folder; an empty name is an output
/// that was not asked for.
struct RunFiles {
    std::string master_pass;
    std::vector<std::string> hillslope_passes;
    std::string loss;
    std::string water_balance;
    std::string events;

    std::string structure;
    std::string channels;
    std::string impoundments; ///< empty when there are none
    std::string management;
    std::string slope;
    std::string climate;
    std::string soils;
    int years = 0;

    std::vector<model::NotSimulated> not_simulated;
};

/// Reads the answers in WEPP's order; the README lists them.
/// Errors: bad_input that names the answer's line and the prompt, when the answers end early, when one is
/// malformed, and when one asks for what this model does not do.
Result<RunFiles> read_run_files(std::istream& answers);

} // namespace freshet::channel
