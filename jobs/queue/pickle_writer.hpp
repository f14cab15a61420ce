#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace freshet::jobs {

/// A pickle of protocol 4, which Python 3.4 and later read: null is None, an array a list, an object a
/// dictionary.
std::string write_pickle(const boost::json::value& value);

/// RQ's job data: the tuple (function, None, tuple of args, dictionary of kwargs).
std::string write_call_pickle(
    std::string_view function, const boost::json::array& args, const boost::json::object& kwargs);

} // namespace freshet::jobs
