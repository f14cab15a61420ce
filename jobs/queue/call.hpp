#pragma once

#include "jobs/queue/serializer.hpp"
#include "rules/error.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace freshet::jobs {

/// What a job calls: RQ's `(function name, instance, args, kwargs)`; the instance is always none.
struct Call {
    std::string function{}; ///< dotted, e.g. "freshet.build_climate_rq"
    boost::json::array args{};
    boost::json::object kwargs{};
    Serializer serializer = Serializer::json; ///< how it is, or was, written

    /// The last dotted part of the function: "build_climate_rq".
    std::string_view name() const;
    /// That without a trailing "_rq": "build_climate".
    std::string_view task() const;
    /// `build_climate_rq('r1', years=100)`: RQ's description.
    std::string description() const;
};

/// The job hash's `data`, compressed.
std::string encode_call(const Call& call);

/// Reads `data`, compressed or not, JSON or pickle. bad_input says what is wrong with it: see parse_value(),
/// not the four-element form, an instance, more than 16 MiB inflated.
Result<Call> decode_call(std::string_view data);

} // namespace freshet::jobs
