#include "worker/programs/model/not_simulated.hpp"

#include "worker/programs/model/output_file.hpp"

#include <fmt/format.h>

namespace freshet::model {

void ask_for(Answers& answers, std::string_view output, std::vector<NotSimulated>& files) {
    auto path = answers.output_file(output);
    if (!path.empty()) files.push_back({std::string(output), std::move(path)});
}

void write_not_simulated(const std::vector<NotSimulated>& files) {
    for (const auto& [output, path] : files) {
        const auto text = fmt::format("{} output is not simulated by Freshet's built-in model\n", output);
        write_file(path, text);
        fmt::print(" {}: {}", path, text);
    }
}

} // namespace freshet::model
