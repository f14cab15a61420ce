#include "worker/programs/climate/command_line.hpp"

namespace freshet::climate {

const std::string_view help_text =
    R"(freshet-climate: daily weather for WEPP from a station's monthly statistics, driven like CLIGEN 5.3

usage: freshet-climate -i<station.par> -o<out.cli> -t5 -b<first year> -y<years> [flags]
       freshet-climate -i<station.par> -o<out.cli> -t6 -O<daily.prn> [flags]
       freshet-climate -i<station.par> -o<out.cli> -t4 --date=<m/d/y> --amount=<mm> --duration=<h>
                       --time-to-peak=<0..1> --peak-ratio=<ratio> [flags]
       freshet-climate fit <daily.csv> -o <station.par> [facts]
       freshet-climate plot <file.cli> -o <plot.svg> [--station <station.par>]

Simulation (no space between a flag and its value):
  -i<file>      the station's statistics (.par)
  -o<file>      the weather to write (.cli); if the file is there, asks Overwrite? unless -F is given
  -t<type>      5 generated years, 6 observed days with missing values generated, 4 one design storm
  -b<year>      first year, 1..9999 (-t5)
  -y<years>     number of years, 1..1000 (-t5)
  -O<file>      observed days (-t6): lines of six 5-column integers, month day year
                precipitation(0.01 inch) tmax(F) tmin(F), 9999 for a missing value, from 1 January on
  -r<seed>      0..99999, default 0; the same seed gives the same file, byte for byte
  -I<kind>      the day's statistics from the monthly ones: 0 none (default), 1 linear, 2 Fourier,
                3 preserving the monthly means
  -F            overwrite the output
  --date=<m/d/y> --amount=<mm, 0.3 or more> --duration=<hours, up to 24> --time-to-peak=<share of the
  duration> --peak-ratio=<peak over mean intensity, 1 or more>
                the design storm (-t4), as the .cli states it; the rest of the day is generated

fit: statistics of daily observations; columns date,precipitation (mm),temp_max,temp_min (C) and perhaps
wind (m/s). What was observed and what was estimated stands in the last lines of the .par.
  --station <name>  --id <id>         title of the .par
  --latitude <deg>  --longitude <deg>  --elevation <m>
  --storm-type <1..4>                 SCS type: 1 I, 2 IA, 3 II (default), 4 III
  --radiation-coefficient <k>         Hargreaves: 0.16 inland (default), 0.19 at a coast
  --dew-point-depression <C>          below tmin: 0 in humid (default), 2 to 3 in arid climates

plot: monthly precipitation and temperatures of a .cli, beside the station's if given.

Exit code 0 with "STOP Normal program termination" on standard error, or 2 with what is wrong.
)";

} // namespace freshet::climate
