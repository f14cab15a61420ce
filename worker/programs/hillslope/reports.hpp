#pragma once

#include "worker/programs/hillslope/simulation.hpp"
#include "worker/programs/model/pass_file.hpp"

#include <array>
#include <string>

namespace freshet::hillslope {

/// The day-by-day files, in the columns of WEPP's files of the same names. Each forms the text of the days
/// added since the last clear(), the heading before the first.

/// H<id>.ebe.dat: three heading lines, then a line for each day with precipitation or runoff.
class EventReport {
public:
    explicit EventReport(const Inputs& inputs);
    void add(const Day& day);
    const std::string& text() const noexcept { return text_; }
    void clear() { text_.clear(); }

private:
    double length_m_;
    model::Particles particles_;
    std::string text_;
};

/// H<id>.wat.dat: a line a day; two columns more than WEPP's, deep percolation and snow water in mm, close
/// the balance.
class WaterReport {
public:
    WaterReport();
    void add(const Day& day);
    const std::string& text() const noexcept { return text_; }
    void clear() { text_.clear(); }

private:
    std::string text_;
};

/// H<id>.soil.dat: the properties of the surface that day.
class SoilReport {
public:
    explicit SoilReport(const Inputs& inputs);
    void add(const Day& day);
    const std::string& text() const noexcept { return text_; }
    void clear() { text_.clear(); }

private:
    double roughness_mm_;
    std::string text_;
};

/// H<id>.element.dat: a line a day.
class ElementReport {
public:
    explicit ElementReport(const Inputs& inputs);
    void add(const Day& day);
    const std::string& text() const noexcept { return text_; }
    void clear() { text_.clear(); }

private:
    const Inputs& inputs_;
    ErodibleSlope slope_;
    std::string text_;
};

/// H<id>.pass.dat: what the channel program reads.
class PassReport {
public:
    PassReport(const Inputs& inputs, const std::string& climate_name);
    void add(const Day& day);
    const std::string& text() const noexcept { return text_; }
    void clear() { text_.clear(); }

private:
    double area_m2_;
    double width_m_;
    std::string text_;
};

/// Enrichment of the delivered sediment in specific surface over the detached soil; 0 without sediment.
double enrichment_ratio(const model::Particles& particles, const model::PerClass& delivered);

} // namespace freshet::hillslope
