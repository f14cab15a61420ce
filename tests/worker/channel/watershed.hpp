#pragma once

#include <fmt/format.h>

#include <string>

namespace freshet::channel::test {

/// The answers of a watershed run pw0 over hillslopes H1, H2, ... that asks for every file.
inline std::string watershed_answers(int hillslopes, int years) {
    std::string text = fmt::format("M\nYes\n1\n2\n../output/pass_pw0.txt\n{}\n", hillslopes);
    for (int i = 1; i <= hillslopes; ++i)
        text += fmt::format("M\nY\n../output/H{}.pass.dat\n", i);
    text += "\nYes # impoundments\nNo # initial "
            "conditions\n1\n../output/loss_pw0.txt\nYes\n../output/chnwb.txt\nNo # crop\n"
            "No # soil output\nNo # plot\nNo # graphics\nYes\n../output/ebe_pw0.txt\nNo # summary\nNo # "
            "winter\nNo # yield\n"
            "No # impoundment output\npw0.str\npw0.chn\npw0.imp\npw0.man\npw0.slp\npw0.cli\npw0.sol\n0\n";
    return text + fmt::format("{}\n", years);
}

} // namespace freshet::channel::test
