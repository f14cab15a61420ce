#include "jobs/doctor/treatment.hpp"

#include "jobs/queue/time_text.hpp"

#include <algorithm>
#include <map>

namespace freshet::jobs {

using boost::asio::awaitable;
using Indices = std::vector<std::size_t>;

namespace {

// Long enough to be cheap, short enough not to hold Redis up for other clients.
constexpr std::size_t subjects_a_script = 200;

} // namespace

awaitable<Result<std::vector<std::string>>> treat(
    prep::redis::Connection& redis, Treatment treatment, const std::vector<Finding>& findings) {
    std::map<Trouble, Indices> by_trouble;
    for (std::size_t i = 0; i < findings.size(); ++i)
        by_trouble[findings[i].trouble].push_back(i);

    std::vector<std::string> found(findings.size());
    for (const auto& [trouble, indices] : by_trouble) {
        for (std::size_t first = 0; first < indices.size(); first += subjects_a_script) {
            const std::size_t count = std::min(subjects_a_script, indices.size() - first);
            std::vector<std::string> arguments{
                treatment == Treatment::fix ? "fix" : "look", to_rq_text(now())};
            for (std::size_t i = first; i < first + count; ++i) {
                const auto& subject = findings[indices[i]].subject;
                arguments.insert(arguments.end(), subject.begin(), subject.end());
            }
            const auto reply = co_await redis.run_script(describe(trouble).script, {}, std::move(arguments));
            if (!reply) co_return reply.error();
            for (std::size_t i = 0; i < count; ++i)
                found[indices[first + i]] = (*reply)[i].text();
        }
    }
    co_return found;
}

} // namespace freshet::jobs
