#include "prep/store/status_messages.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

namespace freshet::prep::status {
namespace {

std::string about(
    std::string_view job_id, const char* word, std::string_view function, std::string_view run_id) {
    return fmt::format("rq:{} {} {}({})", job_id, word, function, run_id);
}

} // namespace

std::string channel(std::string_view run_id, std::string_view panel) {
    return fmt::format("{}:{}", run_id, panel);
}

std::string started(std::string_view job_id, std::string_view function, std::string_view run_id) {
    return about(job_id, "STARTED", function, run_id);
}

std::string completed(std::string_view job_id, std::string_view function, std::string_view run_id) {
    return about(job_id, "COMPLETED", function, run_id);
}

std::string exception(std::string_view job_id, std::string_view function, std::string_view run_id) {
    return about(job_id, "EXCEPTION", function, run_id);
}

std::string note(std::string_view job_id, std::string_view text) {
    return fmt::format("rq:{} STATUS {}", job_id, text);
}

std::string trigger(std::string_view job_id, std::string_view panel, std::string_view event) {
    return fmt::format("rq:{} TRIGGER   {} {}", job_id, panel, event);
}

std::string life_cycle(std::string_view job_id, std::string_view status) {
    return boost::json::serialize(boost::json::object{{"job", job_id}, {"status", status}});
}

} // namespace freshet::prep::status
