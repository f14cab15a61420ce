#include "jobs/doctor/doctor.hpp"

#include "jobs/doctor/examination.hpp"
#include "jobs/doctor/treatment.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <tuple>

namespace freshet::jobs {

using boost::asio::awaitable;

Doctor::Doctor(prep::redis::Connection& redis, DoctorOptions options) : redis_(redis), options_(options) {}

awaitable<Result<std::vector<Finding>>> Doctor::examine() {
    Examination examination(redis_);
    if (auto done = co_await examination.run(); !done) co_return done.error();
    auto findings = examination.take_findings();
    if (findings.empty()) co_return findings;

    boost::asio::steady_timer settled(redis_.executor(), options_.settle);
    co_await settled.async_wait(boost::asio::use_awaitable);
    auto found = co_await treat(redis_, Treatment::look, findings);
    if (!found) co_return found.error();
    for (std::size_t i = 0; i < findings.size(); ++i)
        findings[i].found = std::move((*found)[i]);
    std::erase_if(findings, [](const Finding& finding) { return finding.found.empty(); });

    const auto key = [](const Finding& finding) {
        return std::tie(finding.trouble, finding.subject);
    };
    std::ranges::sort(findings, {}, key);
    const auto repeated = std::ranges::unique(findings, {}, key);
    findings.erase(repeated.begin(), repeated.end());
    co_return findings;
}

awaitable<Result<std::vector<bool>>> Doctor::fix(std::vector<Finding> findings) {
    const auto found = co_await treat(redis_, Treatment::fix, findings);
    if (!found) co_return found.error();
    std::vector<bool> fixed;
    for (const auto& what : *found)
        fixed.push_back(!what.empty());
    co_return fixed;
}

} // namespace freshet::jobs
