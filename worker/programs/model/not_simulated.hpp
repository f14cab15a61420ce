#pragma once

#include "worker/programs/model/answers.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace freshet::model {

/// A file that WEPP writes and this model does not simulate. Runs that were made for WEPP ask for such files,
/// and what starts the program expects every file that it has asked for.
struct NotSimulated {
    std::string output;
    std::string path;
};

/// Takes the answers about an output: after Yes its file is added to `files`.
void ask_for(Answers& answers, std::string_view output, std::vector<NotSimulated>& files);

/// Writes each file with one line that says that it holds nothing, and says so on standard output. Throws
/// Failure as OutputFile does.
void write_not_simulated(const std::vector<NotSimulated>& files);

} // namespace freshet::model
