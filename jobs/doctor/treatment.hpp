#pragma once

#include "jobs/doctor/doctor.hpp"

namespace freshet::jobs {

enum class Treatment { look, fix };

/// Runs the troubles' scripts on the subjects of `findings`: what is wrong with each, in order; '' if nothing
/// is (any more). With Treatment::fix what is wrong is repaired by the same step.
boost::asio::awaitable<Result<std::vector<std::string>>> treat(
    prep::redis::Connection& redis, Treatment treatment, const std::vector<Finding>& findings);

} // namespace freshet::jobs
