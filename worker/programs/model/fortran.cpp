#include "worker/programs/model/fortran.hpp"

#include <fmt/format.h>

#include <cmath>

namespace freshet::model {

namespace {

constexpr double smallest = 1e-90;

/// Sign, then the five digits of a mantissa below one, then the exponent that goes with it.
std::string mantissa_and_exponent(double value, const char* point) {
    if (std::abs(value) < smallest) value = 0;
    const auto scientific = fmt::format("{:.4e}", std::abs(value)); // d.dddde+XX
    const int exponent = value == 0 ? 0 : std::stoi(scientific.substr(7)) + 1;
    return fmt::format("{}{}{}{}E{}{:02}", value < 0 ? "-" : "", point, scientific[0],
        scientific.substr(2, 4), exponent < 0 ? '-' : '+', std::abs(exponent));
}

} // namespace

std::string e11(double value) {
    return mantissa_and_exponent(value, value < 0 ? "." : "0.");
}

std::string e10(double value) {
    return mantissa_and_exponent(value, ".");
}

} // namespace freshet::model
