#include "worker/runtime/periodic.hpp"

#include "jobs/queue/ids.hpp"
#include "prep/async/event.hpp"
#include "prep/logging.hpp"

#include <boost/json/parse.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace freshet::worker {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using std::chrono::sys_seconds;

const Logger logger("periodic");

constexpr std::chrono::seconds between_looks{1};
constexpr std::size_t fields_of_cron = 5;

sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string take_words(std::istream& in, std::size_t count) {
    std::string words, word;
    for (std::size_t i = 0; i < count && in >> word; ++i)
        words += fmt::format("{}{}", words.empty() ? "" : " ", word);
    return words;
}

Result<PeriodicJob> parse_line(const std::string& line) {
    std::istringstream in(line);
    std::string when = take_words(in, 1);
    const std::size_t more = when == "every" ? 1 : fields_of_cron - 1;
    when = fmt::format("{} {}", when, take_words(in, more));
    auto timetable = jobs::Timetable::parse(when);
    if (!timetable) return timetable.error();

    PeriodicJob periodic{line, std::move(*timetable), {}};
    if (!(in >> periodic.job.queue >> periodic.job.call.function))
        return Error{Errc::bad_input, "expected a queue and a function after the times"};
    if (auto ok = jobs::check_queue_name(periodic.job.queue); !ok) return ok.error();

    std::string arguments;
    std::getline(in >> std::ws, arguments);
    if (arguments.empty()) return periodic;
    json::error_code error;
    auto list = json::parse(arguments, error);
    if (error || !list.is_array())
        return Error{
            Errc::bad_input, fmt::format("arguments: expected a JSON list, found \"{}\"", arguments)};
    periodic.job.call.args = std::move(list.get_array());
    return periodic;
}

} // namespace

Result<std::vector<PeriodicJob>> read_periodic_jobs(const std::filesystem::path& file) {
    const auto unreadable = [&] {
        return Error{Errc::bad_input, fmt::format("--periodic {}: {}", file.string(), std::strerror(errno))};
    };
    std::ifstream in(file);
    if (!in) return unreadable();
    std::vector<PeriodicJob> all;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        const auto first = line.find_first_not_of(" \t\r");
        if (first == std::string::npos || line[first] == '#') continue;
        auto periodic = parse_line(line);
        if (!periodic)
            return Error{Errc::bad_input,
                fmt::format("{} line {}: {}", file.string(), number, periodic.error().message)};
        all.push_back(std::move(*periodic));
    }
    if (in.bad()) return unreadable();
    return all;
}

PeriodicPlan::PeriodicPlan(std::vector<PeriodicJob> jobs, sys_seconds start) : jobs_(std::move(jobs)) {
    for (const PeriodicJob& job : jobs_)
        next_.push_back(job.timetable.next_after(start));
}

std::vector<PeriodicPlan::Due> PeriodicPlan::take_due(sys_seconds now) {
    std::vector<Due> due;
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
        if (next_[i] > now) continue;
        sys_seconds last = next_[i];
        while ((next_[i] = jobs_[i].timetable.next_after(last)) <= now)
            last = next_[i];
        due.push_back({&jobs_[i], last});
    }
    return due;
}

Periodic::Periodic(prep::redis::Connection& queue_db, std::vector<PeriodicJob> jobs)
    : redis_(queue_db), producer_(queue_db), plan_(std::move(jobs), now()) {}

awaitable<void> Periodic::run() {
    if (plan_.empty()) co_return;
    while (true) {
        co_await prep::pause(between_looks);
        if (!redis_.connected()) continue; // what is due meanwhile is made up for, once
        const auto all = plan_.take_due(now());
        for (const auto& due : all)
            co_await enqueue(due);
    }
}

// What cannot be told for sure is repeated until it can: Redis takes it once.
awaitable<void> Periodic::enqueue(PeriodicPlan::Due due) {
    while (true) {
        auto job = due.job->job;
        auto name = due.job->name;
        const auto receipt = co_await producer_.enqueue_periodic(std::move(job), std::move(name), due.time);
        if (receipt && *receipt)
            co_return logger.info("enqueued: " + due.job->name, {.run_id = {}, .job_id = (*receipt)->job_id});
        if (receipt) co_return logger.debug("enqueued by another worker: " + due.job->name);
        logger.warning(fmt::format("{}: not enqueued yet: {}", due.job->name, receipt.error().message));
        if (receipt.error().code == Errc::bad_input) co_return;
        co_await prep::pause(between_looks);
    }
}

} // namespace freshet::worker
