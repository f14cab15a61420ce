#pragma once

#include <limits>

namespace freshet::climate {

/// Mean, standard deviation and coefficient of skew.
struct Moments {
    double mean = 0;
    double sd = 0;
    double skew = 0;

    friend bool operator==(const Moments&, const Moments&) = default;
};

struct Bounds {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
};

/// The Pearson III deviate (mean about 0, sd about 1) of a standard normal deviate z by the Wilson-Hilferty
/// cube, k = 2/g {[(z - g/6) g/6 + 1]^3 - 1} (Nicks, Lane and Gander 1995, WEPP technical documentation,
/// ch. 2.1.2). As in CLIGEN g is held within -4.5 .. 4.5; |g| < 0.001 is the normal distribution.
double pearson_deviate(double z, double skew);

/// A (skewed) normal variable held within bounds: clamp(location + scale * k(z), low, high).
///
/// Clamping moves the mean towards the inside and lowers the standard deviation: a daily rain of mean 3 mm,
/// sd 5 mm and skew 2 cut off at 0.3 mm would average some tenths of a millimetre too much. So location and
/// scale are not the wanted mean and sd, but those that give them after clamping, found numerically by a fine
/// quadrature over z. A mean outside the bounds gives the nearer bound; a standard deviation that the bounds
/// rule out is approached by at most twice the wanted scale.
class ClampedSkewed {
public:
    ClampedSkewed() = default;
    ClampedSkewed(Moments wanted, Bounds bounds);

    /// The value for a standard normal deviate; grows with z.
    double at(double z) const;

private:
    double scale_ = 0;
    double location_ = 0;
    double skew_ = 0;
    Bounds bounds_;
};

} // namespace freshet::climate
