#include "worker/wepp/answers.hpp"

#include "worker/tasks/answers.hpp"
#include "worker/wepp/lines.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace freshet::worker::wepp {
namespace {

constexpr std::string_view output_folder = "../output/";
constexpr std::size_t longest_name = 50;

Result<> check_names(std::string_view answers, std::string_view name) {
    for (const auto line : lines_of(answers))
        if (line.starts_with(output_folder) && line.size() > longest_name)
            return Error{
                Errc::bad_input, fmt::format("{}: expected file names of at most {} characters, found '{}'",
                                     name, longest_name, line)};
    return {};
}

} // namespace

std::string_view hillslope_template() {
    return "m\nYes\n1\n1\nYes\n../output/H{id}.pass.dat\n1\nNo\n../output/H{id}.loss.dat\n"
           "Yes\n../output/H{id}.wat.dat\nNo\nYes\n../output/H{id}.soil.dat\n"
           "Yes\n../output/H{id}.plot.dat\nNo\nYes\n../output/H{id}.ebe.dat\n"
           "Yes\n../output/H{id}.element.dat\nNo\nNo\nNo\n"
           "p{id}.man\np{id}.slp\np{id}.cli\np{id}.sol\n0\n{years}\n0\n";
}

std::string_view watershed_template() {
    return "M\nYes\n1\n2\n../output/pass_pw0.txt\n{hillslopes}\n{passes}No\nNo\n1\n../output/loss_pw0.txt\n"
           "Yes\n../output/chnwb.txt\nNo\nNo\nNo\nNo\nYes\n../output/ebe_pw0.txt\nNo\nNo\nNo\n"
           "pw0.str\npw0.chn\npw0.man\npw0.slp\npw0.cli\npw0.sol\n0\n{years}\n";
}

std::string pass_lines(std::size_t hillslopes) {
    std::string text;
    for (std::size_t id = 1; id <= hillslopes; ++id)
        text += fmt::format("M\nY\n../output/H{}.pass.dat\n", id);
    return text;
}

Result<std::string> fill_template(
    std::string_view text, const std::map<std::string, std::string>& values, std::string_view name) {
    auto filled = fill_answers(text, values, name);
    if (!filled) return filled;
    if (auto ok = check_names(*filled, name); !ok) return ok.error();
    return filled;
}

std::vector<std::string> files_in_output(std::string_view answers) {
    std::vector<std::string> files;
    for (const auto line : lines_of(answers)) {
        const auto words = words_of(line);
        if (words.empty() || !words.front().starts_with(output_folder)) continue;
        std::string file(words.front().substr(output_folder.size()));
        if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(std::move(file));
    }
    return files;
}

} // namespace freshet::worker::wepp
