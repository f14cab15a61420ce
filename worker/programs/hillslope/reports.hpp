#pragma once

#include "worker/programs/hillslope/simulation.hpp"
#include "worker/programs/model/output_file.hpp"
#include "worker/programs/model/pass_file.hpp"

#include <array>
#include <string>

namespace freshet::hillslope {

/// The day-by-day files, in the columns of WEPP's files of the same names.

/// H<id>.ebe.dat: three heading lines, then a line for each day with precipitation or runoff.
class EventReport : public model::DailyText {
public:
    explicit EventReport(const Inputs& inputs);
    void add(const Day& day);

private:
    double length_m_;
    model::Particles particles_;
};

/// H<id>.wat.dat: a line a day; two columns more than WEPP's, deep percolation and snow water in mm, close
/// the balance.
class WaterReport : public model::DailyText {
public:
    WaterReport();
    void add(const Day& day);
};

/// H<id>.soil.dat: the properties of the surface that day.
class SoilReport : public model::DailyText {
public:
    explicit SoilReport(const Inputs& inputs);
    void add(const Day& day);

private:
    double roughness_mm_;
};

/// H<id>.element.dat: a line a day.
class ElementReport : public model::DailyText {
public:
    explicit ElementReport(const Inputs& inputs);
    void add(const Day& day);

private:
    const Inputs& inputs_;
    ErodibleSlope slope_;
};

/// H<id>.pass.dat: what the channel program reads.
class PassReport : public model::DailyText {
public:
    PassReport(const Inputs& inputs, const std::string& climate_name);
    void add(const Day& day);

private:
    double area_m2_;
    double width_m_;
};

/// Enrichment of the delivered sediment in specific surface over the detached soil; 0 without sediment.
double enrichment_ratio(const model::Particles& particles, const model::PerClass& delivered);

} // namespace freshet::hillslope
