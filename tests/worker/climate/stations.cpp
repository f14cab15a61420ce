#include "tests/worker/climate/stations.hpp"

#include "worker/programs/climate/text.hpp"

namespace freshet::climate {

std::vector<std::string> prairie_par() {
    std::vector<std::string> lines{
        " PRAIRIE 3 NE ND                         321234 0",
        " LATT=  48.25 LONG= -99.90 YEARS= 57. TYPE= 3",
        " ELEVATION = 1510. TP5 =  .92 TP6= 2.95",
        " MEAN P    .06   .07   .11   .19   .25   .31   .32   .29   .24   .18   .09   .06",
        " S DEV P   .07   .09   .14   .26   .33   .41   .45   .42   .34   .24   .12   .08",
        " SKEW  P  2.31  3.02  2.74  2.66  2.92  3.17  3.41  4.71  2.83  2.29  2.60  2.45",
        " P(W/W)    .38   .37   .39   .42   .44   .45   .38   .36   .38   .40   .39   .40",
        " P(W/D)    .18   .17   .17   .18   .23   .29   .26   .23   .19   .14   .15   .17",
        " TMAX AV 12.31 19.08 31.90 51.44 66.75 75.30 81.62 80.95 69.87 54.12 32.66 18.40",
        " TMIN AV -8.45 -1.73 13.02 28.90 40.66 51.37 55.82 53.04 42.71 30.60 14.45   .08",
        " SD TMAX 16.02 15.40 13.72 13.11 12.08  9.35  8.01  8.84 11.62 12.30 13.95 14.88",
        " SD TMIN 17.31 16.55 14.20  9.43  9.02  7.64  6.71  7.55  8.93  8.90 12.47 15.76",
        " SOL.RAD  132.  217.  329.  429.  502.  553.  562.  476.  348.  228.  135.  101.",
        " SD SOL   31.2  46.0  66.3  99.5 106.0 104.1  91.0  88.5  82.0  57.0  36.6  26.9",
        " MX .5 P   .09   .10   .17   .45   .85  1.33  1.52  1.29   .80   .41   .14   .09",
        " DEW PT  -2.10  4.35 17.20 29.10 38.70 50.15 54.90 52.20 42.00 31.45 17.80  5.05",
        "Time Pk   .590  .702  .750  .795  .820  .838  .862  .885  .900  .929  .957 1.000",
    };
    for (const auto direction : wind_direction_names) {
        auto label = std::string("% ").append(direction);
        label.resize(8, ' ');
        lines.push_back(label + "  6.05  6.00  6.10  6.00  6.05  6.00  5.95  5.90  6.00  6.05  6.00  6.05");
        lines.push_back("MEAN      5.10  5.02  5.33  5.61  5.48  4.97  4.40  4.42  4.86  5.08  5.11  5.03");
        lines.push_back("STD DEV   2.40  2.35  2.44  2.51  2.42  2.20  1.98   .97  2.16  2.30  2.38  2.36");
        lines.push_back("SKEW       .61   .58   .49  -.12   .47   .52   .63   .66   .60   .55   .57   .59");
    }
    lines.insert(
        lines.end(), {
                         "CALM      3.20  4.00  2.40  4.00  3.20  4.00  4.80  5.60  4.00  3.20  4.00  3.20",
                         " ",
                         "INTERPOLATED DATA (station & weighting factor)",
                         " ",
                         "---Wind Stations---",
                         "SOMEWHERE     ND    1.000  NOWHERE       MN     .000  ELSEWHERE     SD     .000",
                         "---Solar Radiation and Max .5 P Stations---",
                         " ND SOMEWHERE LAKE  .789   ND NOWHERE ARB     .211                            ",
                         "---Dewpoint Stations---",
                         "ND SOMEWHERE AIR TE 1.000  SD NOWHERE MUNI     .000  MN ELSEWHERE AP    .000 ",
                         "---Time Peak Stations---",
                         "ND SOMEWHERE LAKE   .783  ND NOWHERE ARB      .217",
                     });
    return lines;
}

Station prairie_station() {
    return parse_par(prairie_par(), "prairie.par");
}

Station desert_station() {
    Station station{.name = "DESERT",
        .id = "990001 0",
        .latitude = -23.5,
        .longitude = 15,
        .years = 30,
        .storm_type = 2,
        .elevation = 1300};
    station.precipitation_mean.fill(0.21);
    station.precipitation_sd.fill(0.33);
    station.precipitation_skew.fill(3.1);
    station.wet_after_wet.fill(0.24);
    station.wet_after_dry.fill(0.03);
    station.tmax_mean = {93, 92, 90, 85, 78, 73, 72, 77, 83, 87, 90, 93};
    station.tmin_mean = {63, 63, 61, 56, 49, 44, 42, 45, 50, 55, 58, 61};
    station.tmax_sd.fill(5.5);
    station.tmin_sd.fill(6.5);
    station.radiation_mean = {640, 600, 550, 480, 420, 380, 400, 470, 550, 610, 650, 660};
    station.radiation_sd.fill(50);
    station.half_hour_intensity.fill(0.6);
    station.dew_point.fill(40);
    station.time_to_peak = {.5, .6, .7, .75, .8, .85, .9, .92, .94, .96, .98, 1};
    for (auto& sector : station.wind) {
        sector.percent.fill(60.0 / wind_directions);
        sector.mean.fill(3.5);
        sector.sd.fill(1.9);
        sector.skew.fill(0.9);
    }
    station.calm.fill(40);
    return station;
}

Station seattle_station() {
    return read_par(FRESHET_SOURCE_DIR "/worker/samples/seattle.par");
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines)
        text += line + '\n';
    return text;
}

} // namespace freshet::climate
