#include "prep/logging.hpp"

#include "prep/run_log_level.hpp"

#include <boost/log/attributes/constant.hpp>
#include <boost/log/core.hpp>
#include <boost/log/expressions.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/log/sinks/text_ostream_backend.hpp>
#include <boost/log/sources/record_ostream.hpp>
#include <boost/log/sources/severity_channel_logger.hpp>
#include <boost/log/utility/manipulators/add_value.hpp>
#include <boost/shared_ptr.hpp>

#include <array>
#include <ctime>
#include <iostream>

namespace freshet {
namespace {

namespace logging = boost::log;

BOOST_LOG_ATTRIBUTE_KEYWORD(severity_attribute, "Severity", Severity)
BOOST_LOG_ATTRIBUTE_KEYWORD(channel_attribute, "Channel", std::string)
BOOST_LOG_ATTRIBUTE_KEYWORD(run_attribute, "RunId", std::string)
BOOST_LOG_ATTRIBUTE_KEYWORD(job_attribute, "JobId", std::string)
BOOST_LOG_ATTRIBUTE_KEYWORD(trace_attribute, "TraceId", std::string)

constexpr std::array names{"debug", "info", "warning", "error", "critical"};

void write_time(logging::formatting_ostream& out) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    std::tm utc{};
    gmtime_r(&now.tv_sec, &utc);
    char text[32];
    const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    out.write(text, static_cast<std::streamsize>(length));
    std::snprintf(text, sizeof text, ".%03dZ", static_cast<int>(now.tv_nsec / 1'000'000));
    out << text;
}

void format_line(const logging::record_view& record, logging::formatting_ostream& out) {
    write_time(out);
    if (const auto severity = record[severity_attribute]) out << ' ' << to_string(*severity);
    if (const auto channel = record[channel_attribute]) out << ' ' << *channel;
    if (const auto run = record[run_attribute]) out << " run=" << *run;
    if (const auto job = record[job_attribute]) out << " job=" << *job;
    if (const auto trace = record[trace_attribute]) out << " trace=" << *trace;
    out << ' ' << record[logging::expressions::smessage];
}

} // namespace

std::optional<Severity> severity_from(std::string_view word) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (word == names[i]) return static_cast<Severity>(i);
    return std::nullopt;
}

const char* to_string(Severity severity) noexcept {
    return names[static_cast<std::size_t>(severity)];
}

void log(Severity severity, std::string_view channel, const LogContext& about,
    std::string_view message) noexcept try {
    namespace attributes = logging::attributes;
    const auto core = logging::core::get();
    if (!core->get_logging_enabled()) return;
    logging::attribute_set set;
    set["Severity"] = attributes::constant<Severity>(severity);
    set["Channel"] = attributes::constant<std::string>(std::string(channel));
    if (!about.run_id.empty()) set["RunId"] = attributes::constant<std::string>(std::string(about.run_id));
    if (!about.job_id.empty()) set["JobId"] = attributes::constant<std::string>(std::string(about.job_id));
    if (!about.trace_id.empty())
        set["TraceId"] = attributes::constant<std::string>(std::string(about.trace_id));
    auto record = core->open_record(set);
    if (!record) return;
    logging::record_ostream stream(record);
    stream << message;
    stream.flush();
    core->push_record(std::move(record));
} catch (...) {
    // A log line that cannot be written must not end the job that wanted to write it.
}

void log_to_stderr(Severity threshold) {
    using Sink = logging::sinks::synchronous_sink<logging::sinks::text_ostream_backend>;
    auto sink = boost::make_shared<Sink>();
    sink->locked_backend()->add_stream(boost::shared_ptr<std::ostream>(&std::clog, [](std::ostream*) {}));
    sink->locked_backend()->auto_flush(true);
    sink->set_formatter(&format_line);
    sink->set_filter([threshold](const logging::attribute_value_set& values) {
        const auto severity = values[severity_attribute];
        const auto run = values[run_attribute];
        const auto level = run ? run_log_level(*run) : std::nullopt;
        return severity && *severity >= level.value_or(threshold);
    });
    logging::core::get()->add_sink(sink);
}

} // namespace freshet
