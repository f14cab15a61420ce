#pragma once

#include "jobs/queue/job_record.hpp"

#include <boost/json/object.hpp>

#include <iosfwd>
#include <string>

namespace freshet::jobs::cli {

/// RQ's text, or "-".
std::string shown(const std::optional<Moment>& moment);

/// The fields that every job has, one a line.
void print_job(const JobRecord& job, std::ostream& out);
/// The same; fields without value are null.
boost::json::object to_json(const JobRecord& job);

} // namespace freshet::jobs::cli
