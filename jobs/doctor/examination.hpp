#pragma once

#include "jobs/doctor/doctor.hpp"

#include <boost/asio/awaitable.hpp>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::jobs {

/// One walk through all that the queue's database holds. Keys are told by their names; what may be in trouble
/// by its place is suspected, and the troubles' scripts say of each batch what is.
class Examination {
public:
    explicit Examination(prep::redis::Connection& redis) : redis_(redis) {}

    boost::asio::awaitable<Result<>> run();
    std::vector<Finding> take_findings() { return std::move(findings_); }

private:
    boost::asio::awaitable<Result<>> walk_known_queues();
    boost::asio::awaitable<Result<>> walk_keys();
    boost::asio::awaitable<Result<>> walk_list(std::string key);
    boost::asio::awaitable<Result<>> walk_members(std::string key, std::string scan);
    /// Keeps of the suspects those that are in trouble.
    boost::asio::awaitable<Result<>> look();

    void note_key(std::string key);
    void note_job(const std::string& id);
    void note_listed(const std::string& list, const std::string& id);
    void note_member(const std::string& key, const std::string& member);
    void suspect(Trouble trouble, std::vector<std::string> subject);

    prep::redis::Connection& redis_;
    std::vector<Finding> suspects_, findings_;
    std::set<std::string> known_lists_, lists_, queues_, registries_, sets_;
    std::set<std::string, std::less<>> listed_; ///< ids on the lists walked so far
};

} // namespace freshet::jobs
