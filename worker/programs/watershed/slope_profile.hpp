#pragma once

#include <span>
#include <string>
#include <vector>

namespace freshet::watershed {

struct ProfilePoint {
    double distance = 0; ///< from the top (0) to the bottom (1)
    double slope = 0;    ///< metres of descent for each metre
};

struct SlopeProfile {
    double length = 0; ///< metres
    std::vector<ProfilePoint> points;

    /// Descent from top to bottom over length, with slopes straight between the points, as WEPP reads them.
    double mean_slope() const noexcept;
};

/// Collects the slopes of flow paths by their distance from the bottom and averages them into one profile: at
/// each distance the mean over all paths, weighted (Cochrane and Flanagan 2003, Transactions of the ASAE 46).
/// What lies farther from the bottom than `length` does not count.
class ProfileBuilder {
public:
    /// About one bin a cell, at most 18, so that the profile has the 20 points that all WEPP versions take.
    ProfileBuilder(double length, double cell_size);

    /// A stretch of a path between two distances from the bottom, metres.
    void add(double from, double to, double slope, double weight);

    /// A point at each bin's middle and one at each end; bins that nothing fell into take the slope below
    /// them.
    SlopeProfile build() const;

private:
    struct Bin {
        double weighted_slope = 0;
        double weight = 0;
    };
    double length_;
    double bin_length_;
    std::vector<Bin> bins_; ///< from the bottom up
};

/// One overland flow element or one channel of a slope file.
struct SlopeElement {
    double aspect = 0; ///< degrees clockwise from north
    double width = 0;  ///< metres
    SlopeProfile profile;
};

/// The text of a WEPP slope file, version 97.5: for each element aspect and width, then the number of points,
/// the length and the pairs `distance, slope`. Slopes are written as at least 0.001, as WEPP needs some
/// everywhere.
std::string slope_file(std::span<const SlopeElement> elements);

} // namespace freshet::watershed
