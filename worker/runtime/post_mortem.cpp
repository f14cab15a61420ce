#include "worker/runtime/post_mortem.hpp"

#include "jobs/queue/time_text.hpp"
#include "worker/process/success.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <random>

namespace freshet::worker {
namespace {

std::string why_stopped(const Execution& execution) {
    switch (execution.stop_reason()) {
    case StopReason::time_limit:
        return fmt::format(
            "the job ran into its time limit of {} s and was stopped", execution.job().time_limit->count());
    case StopReason::by_operator:
        return "Job stopped by user, work-horse terminated.";
    case StopReason::killed:
        return "the execution was killed by an operator's kill-horse";
    case StopReason::none:
    case StopReason::lease_lost:
    case StopReason::shutdown:
        break;
    }
    return {};
}

// The log is told beside it.
std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

} // namespace

bool is_worth_a_retry(Errc code) {
    return code != Errc::bad_input && code != Errc::not_found;
}

std::optional<std::chrono::seconds> retry_after(const Execution& execution, const Error& error) {
    static thread_local std::minstd_rand random(std::random_device{}());
    const double jitter = std::uniform_real_distribution(0.5, 1.0)(random);
    if (!is_worth_a_retry(error.code)) return std::nullopt;
    return jobs::retry_delay(execution.job().retries, {}, jitter);
}

jobs::Completion::Outcome outcome_of(const Execution& execution, const std::optional<Error>& error) {
    using Outcome = jobs::Completion::Outcome;
    if (!error) return Outcome::finished;
    return execution.stop_reason() == StopReason::by_operator ? Outcome::stopped : Outcome::failed;
}

std::optional<Error> error_of_stop(const Execution& execution) {
    std::string why = why_stopped(execution);
    if (why.empty()) return std::nullopt;
    if (const auto& child = execution.failed_child())
        why += fmt::format("; {}{}", child->describe(), quote_last_lines(child->last_lines));
    const bool timed_out = execution.stop_reason() == StopReason::time_limit;
    return Error{timed_out ? Errc::timed_out : Errc::canceled, std::move(why)};
}

jobs::Death death_of(const Execution& execution, const Error& error) {
    jobs::Death death;
    death.at = jobs::to_rq_text(jobs::now());
    death.execution = execution.lease().execution;
    death.worker = execution.lease().worker;
    death.cause = first_line(error.message);
    if (const auto& child = execution.failed_child()) {
        death.peak_memory_kib = child->peak_memory_kib;
        death.log = child->last_lines;
    } else {
        rusage worker{};
        getrusage(RUSAGE_SELF, &worker);
        death.peak_memory_kib = static_cast<std::uint64_t>(worker.ru_maxrss);
    }
    return death;
}

std::string error_text(const Execution& execution, const Error& error) {
    const jobs::Lease& lease = execution.lease();
    return fmt::format("{}\nexecution {} of worker {}", error.message, lease.execution, lease.worker);
}

} // namespace freshet::worker
