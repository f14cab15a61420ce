#pragma once

#include "worker/programs/model/management_file.hpp"
#include "worker/programs/model/soil_file.hpp"

namespace freshet::hillslope {

/// By what the erodibilities of a soil file, which are those of a freshly tilled surface without roots, are
/// multiplied.
struct ErodibilityFactors {
    double interrill = 1;      ///< on Ki
    double rill = 1;           ///< on Kr
    double critical_shear = 1; ///< on tau_c
};

/// How the surface settles after tillage and what roots and buried residue hold.
///
/// With t days since tillage, e = exp(-0.02 t) and c the ratio of the consolidated value to the file's:
///     Ki  (c + (1 - c) e) exp(-0.56 (live + dead))
///     Kr  (c + (1 - c) e) exp(-3.5 live - 2.2 dead - 0.4 residue)
///     tau_c  c - (c - 1) e, times the roughness' 1 + 8 (rr - 0.006)
/// Consolidated, with fractions of sand, silt, organic matter and rock and the field capacity fc (m3/m3):
///     Ki  1000 (3042 - 3166 sand - 8816 om - 2477 fc), 1e4 to 2e6 kg s/m4; ratio 0.1 to 1
///     Kr  0.00035 - 0.0014 fc + 0.00068 silt + 0.0049 rock, 1e-5 to 0.004 s/m; ratio 0.05 to 1
///     tau_c  8.37 - 11.8 fc - 4.9 sand, 0.3 to 7 Pa; ratio 1 to 4
/// Factors of Ki and Kr are at least 0.03, that of tau_c at most 2. Roots live and dead and
/// buried residue in kg/m2, rr in m.
/// Source: Alberts et al. (1995), WEPP chapter 7, for cropland, with the consolidation of WEPP 2010.
class Erodibility {
public:
    Erodibility(const model::Soil& soil, const model::Cover& cover);

    /// `days`: since the beginning of the run, in which nobody tills.
    ErodibilityFactors after(int days) const;

private:
    double days_at_start_;
    double interrill_ratio_;
    double rill_ratio_;
    double shear_ratio_;
    double interrill_roots_;
    double rill_roots_;
    double roughness_;
};

} // namespace freshet::hillslope
