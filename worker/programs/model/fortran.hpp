#pragma once

#include <string>

namespace freshet::model {

/// `value` as Fortran's E11.5 writes it: 0.25200E+05. Magnitudes below 1e-90 are written as zero.
std::string e11(double value);
/// `value` as Fortran's E10.5 writes it: .25200E+05.
std::string e10(double value);

} // namespace freshet::model
