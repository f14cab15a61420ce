#pragma once

#include "rules/error.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::worker::wepp {

/// The built-in template of a hillslope's answers on standard input. Placeholders: {id}, {years}.
std::string_view hillslope_template();

/// The built-in template of the watershed's answers. Placeholders: {years}; {hillslopes}, their number;
/// {passes}, three lines for each hillslope: M, Y, the name of its pass file.
std::string_view watershed_template();

/// What {passes} stands for.
std::string pass_lines(std::size_t hillslopes);

/// As fill_answers(); bad_input also names a line over 50 characters that starts with a path of ours: WEPP
/// cuts file names there without a word. `name` is for messages.
Result<std::string> fill_template(
    std::string_view text, const std::map<std::string, std::string>& values, std::string_view name);

/// The files in the folder output that the answers name, in their order: `../output/H1.loss.dat` gives
/// H1.loss.dat. Each once.
std::vector<std::string> files_in_output(std::string_view answers);

} // namespace freshet::worker::wepp
