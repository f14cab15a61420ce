#include "worker/programs/climate/command_line.hpp"
#include "worker/programs/climate/plot.hpp"
#include "worker/programs/climate/text.hpp"

#include <fmt/format.h>

#include <iostream>

namespace {

using namespace freshet::climate;

constexpr int exit_failure = 2;

void ask_before_overwriting(const std::filesystem::path& out) {
    if (!std::filesystem::exists(out)) return;
    std::cout << fmt::format("{} exists. Overwrite? (y/n) ", out.string()) << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    if (!answer.starts_with('y') && !answer.starts_with('Y'))
        throw BadInput(fmt::format("{}: exists; give -F to overwrite it", out.string()));
}

void run(const HelpCommand&) {
    std::cout << help_text;
}

void run(const GenerateCommand& command) {
    const auto station = read_par(command.par);
    if (!command.overwrite) ask_before_overwriting(command.out);
    struct Simulate {
        const Station& station;
        const SimulationOptions& options;

        CliFile operator()(const Years& years) const { return simulate_years(station, years, options); }
        CliFile operator()(const DesignStorm& storm) const { return simulate_storm(station, storm, options); }
        CliFile operator()(const std::filesystem::path& prn) const {
            return simulate_observed(station, read_prn(prn), options);
        }
    };
    write_file(command.out, format_cli(std::visit(Simulate{station, command.options}, command.what)));
    std::cerr << "STOP Normal program termination\n";
}

void run(const FitCommand& command) {
    write_file(command.out, format_par(fit_station(read_daily_csv(command.csv), command.site)));
}

void run(const PlotCommand& command) {
    const auto file = read_cli(command.cli);
    std::optional<MonthlyWeather> station;
    if (command.station) station = monthly_weather(read_par(*command.station));
    write_file(command.out, plot_svg(file, station));
}

} // namespace

int main(int argc, char** argv) {
    try {
        const auto command = parse_command_line({argv + 1, argv + argc});
        std::visit([](const auto& chosen) { run(chosen); }, command);
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "freshet-climate: " << problem.what() << '\n';
        return exit_failure;
    }
}
