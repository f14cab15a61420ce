#include "jobs/queue/death.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace freshet::jobs {
namespace {

namespace json = boost::json;

constexpr std::size_t most_lines = 10;
constexpr std::size_t most_bytes_of_a_line = 200;
constexpr std::size_t most_bytes_of_a_cause = 500;

std::string text_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

Death to_death(const json::object& object) {
    Death death;
    death.at = text_at(object, "at");
    death.execution = text_at(object, "execution");
    death.worker = text_at(object, "worker");
    death.cause = text_at(object, "cause");
    death.by = text_at(object, "by");
    if (const auto* peak = object.if_contains("peak_memory_kib"); peak && peak->is_int64())
        death.peak_memory_kib = static_cast<std::uint64_t>(std::max<std::int64_t>(0, peak->get_int64()));
    if (const auto* log = object.if_contains("log"); log && log->is_array())
        for (const auto& line : log->get_array())
            if (line.is_string()) death.log.emplace_back(line.get_string());
    return death;
}

} // namespace

std::string Death::host() const {
    const auto slot = worker.rfind('.');
    const auto process = slot == std::string::npos || slot == 0 ? slot : worker.rfind('.', slot - 1);
    return worker.substr(0, process);
}

std::string Death::describe() const {
    std::string text = fmt::format("{} execution {} on {} ({}): {}", at, execution, host(), worker, cause);
    if (!by.empty()) text += fmt::format(", as {} asked", by);
    for (const std::string& line : log)
        text += fmt::format("\n    {}", line);
    return text;
}

std::string to_json(const Death& death) {
    json::object object{{"at", death.at}, {"execution", death.execution}, {"worker", death.worker},
        {"cause", death.cause.substr(0, most_bytes_of_a_cause)}};
    if (death.peak_memory_kib > 0) object["peak_memory_kib"] = death.peak_memory_kib;
    if (!death.log.empty()) {
        auto& log = object["log"].emplace_array();
        for (std::size_t i = death.log.size() - std::min(death.log.size(), most_lines); i < death.log.size();
             ++i)
            log.emplace_back(death.log[i].substr(0, most_bytes_of_a_line));
    }
    return json::serialize(object);
}

std::vector<Death> to_deaths(std::string_view field) {
    std::vector<Death> deaths;
    while (!field.empty()) {
        const auto line = field.substr(0, field.find('\n'));
        field.remove_prefix(std::min(line.size() + 1, field.size()));
        json::error_code error;
        const auto value = json::parse(line, error);
        if (!error && value.is_object()) deaths.push_back(to_death(value.get_object()));
    }
    return deaths;
}

} // namespace freshet::jobs
