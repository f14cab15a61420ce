#pragma once

#include "jobs/queue/call.hpp"

#include <boost/json/value_from.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace freshet::jobs {

/// A keyword argument for make_call().
struct Keyword {
    std::string name;
    boost::json::value value;
};

/// kw("years", 30); the value is anything that boost::json::value_from() takes.
template <class Value>
Keyword kw(std::string name, Value&& value) {
    return {std::move(name), boost::json::value_from(std::forward<Value>(value))};
}

/// A call with C++ values as arguments: numbers, texts, optionals, containers, structs that Boost.JSON can
/// describe, and keyword arguments anywhere among them.
///     make_call("wepppy.rq.build_climate_rq", run_id, 30, 2.5, kw("mode", "daily"))
template <class... Argument>
Call make_call(std::string function, Argument&&... arguments) {
    Call call;
    call.function = std::move(function);
    const auto add = [&call]<class One>(One&& one) {
        if constexpr (std::is_same_v<std::remove_cvref_t<One>, Keyword>)
            call.kwargs.insert_or_assign(one.name, std::forward<One>(one).value);
        else
            call.args.push_back(boost::json::value_from(std::forward<One>(one)));
    };
    (add(std::forward<Argument>(arguments)), ...);
    return call;
}

} // namespace freshet::jobs
