#pragma once

#include "worker/programs/climate/par.hpp"

#include <string>
#include <vector>

namespace freshet::climate {

/// A .par as the USDA writes it, of a cold place that does not exist.
std::vector<std::string> prairie_par();
Station prairie_station();

/// A place with two storms a month at most, nights that vary more than days, and often calm.
Station desert_station();

/// The station that is shipped, fitted to four years at Seattle.
Station seattle_station();

/// The lines as one text.
std::string joined(const std::vector<std::string>& lines);

} // namespace freshet::climate
