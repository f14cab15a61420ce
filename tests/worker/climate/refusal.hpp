#pragma once

#include "worker/programs/climate/text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

namespace freshet::climate {

/// The message with which `action` refuses its input; empty, and a failed check, if it does not.
template <class Action>
std::string refusal_of(Action&& action) {
    try {
        std::forward<Action>(action)();
    } catch (const BadInput& refusal) {
        return refusal.what();
    }
    BOOST_ERROR("the input was accepted");
    return {};
}

} // namespace freshet::climate
