#pragma once

namespace freshet::hillslope {

/// Snow on the ground, as depth of water. Precipitation falls as snow on days with a mean temperature of 0 C
/// or less; melt is 2.74 mm a day for each degree above 0 C.
/// Source: NRCS National Engineering Handbook part 630, chapter 11 (degree-day method and its usual
/// coefficient).
class SnowPack {
public:
    static bool falls_as_snow(double mean_temperature_c) { return mean_temperature_c <= 0; }

    void add(double depth_mm) { water_mm_ += depth_mm; }
    /// Returns the day's melt in mm.
    double melt(double mean_temperature_c);
    /// Returns what sublimates, at most `potential_mm`.
    double sublimate(double potential_mm);

    double water_mm() const noexcept { return water_mm_; }
    /// At a density of 250 kg/m3.
    double depth_mm() const noexcept { return water_mm_ / 0.25; }

private:
    double water_mm_ = 0;
};

/// Continuous frozen ground index: CFGI = 0.97 CFGI - T exp(-0.4 k D), D snow depth in cm, k = 0.5 in frost
/// and 0.08 in thaw; the ground counts as frozen above 83 degree-days.
/// Source: Molnau & Bissell (1983), Proc. 51st Western Snow Conference, 109-119.
class GroundFrost {
public:
    void add_day(double mean_temperature_c, double snow_depth_mm);
    bool frozen() const noexcept { return index_ > 83; }

private:
    double index_ = 0;
};

} // namespace freshet::hillslope
