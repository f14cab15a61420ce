#pragma once

#include "jobs/client/producer.hpp"
#include "prep/redis/connection.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace freshet::worker::wepp {

/// How far the hillslopes are.
struct Progress {
    std::string failed{}; ///< job with which the tree has failed: start nothing more; '' none
    std::size_t done = 0;
    std::size_t total = 0;
    std::string oldest{};          ///< hillslope that has been running longest; '' none
    std::int64_t oldest_since = 0; ///< unix seconds
    bool tell = false;             ///< it is this caller's turn to tell the watchers

    /// {"done", "total", "oldest", "oldest_since"}; the last two null when nothing runs.
    boost::json::object to_json() const;
};

/// The jobs below one run_wepp job, its root.
///
/// The root and the plan job enqueue others under ids made from the root's, so a second execution after a
/// crash finds them taken and goes on. All are members of the root's tree (jobs::NewJob::tree): when one
/// fails for good, the others that have not started are canceled in the same step, so nothing is stranded.
///
/// The join (run_wepp_hillslopes) must wait for chunk jobs that nobody knows when it is enqueued. It is
/// enqueued waiting for the plan job; the plan job enqueues the chunks, then makes the join wait for them too
/// (extend_join.lua), then ends. Until then the plan job itself holds the join back, so it cannot start
/// early, wherever the plan job is interrupted.
///
/// All calls are safe to repeat, and they repeat themselves while Redis is away: hours of work must not fail
/// for that. Cancellation ends the wait.
///
/// Thread, executor and other errors as prep::redis::Connection, which must outlive this and is connected to
/// the queue's database.
class Tree {
public:
    Tree(prep::redis::Connection& jobs, std::string root) : jobs_(jobs), root_(std::move(root)) {}

    const std::string& root() const noexcept { return root_; }
    std::string id_of(std::string_view function) const { return root_ + "-" + std::string(function); }

    /// How long the records of the root and of its members stay: the root's from its end and again from each
    /// change of its meta, so that a tree can be followed to its end however long it takes.
    static constexpr std::chrono::seconds kept = std::chrono::hours(7 * 24);

    /// Enqueues members: ids that are taken stay as they are.
    boost::asio::awaitable<Result<>> enqueue(std::vector<jobs::NewJob> members);

    /// See above; conflict if the join does not wait any more.
    boost::asio::awaitable<Result<>> extend_join(std::string join, std::vector<std::string> chunks);

    /// A job's meta, or none.
    boost::asio::awaitable<Result<boost::json::object>> meta(std::string job_id);
    /// Changes a job's meta, in the serializer that it is written in. `edit` is called again if somebody else
    /// has changed it meanwhile. not_found if the job is gone.
    boost::asio::awaitable<Result<>> edit_meta(
        std::string job_id, std::function<void(boost::json::object& meta)> edit);

    /// Notes that a hillslope ended (0 none) and the next one starts (0 none).
    boost::asio::awaitable<Result<Progress>> note(int ended, int started, std::size_t total);
    /// Puts it into the root's meta as `progress`, unless a later state is there. A root that is gone is no
    /// error.
    boost::asio::awaitable<Result<>> show(Progress progress);

private:
    struct MetaText {
        std::string text;
        jobs::Serializer serializer = jobs::Serializer::json;
        boost::json::object meta;
    };
    boost::asio::awaitable<Result<prep::redis::Reply>> run(
        const prep::redis::Script& script, std::vector<std::string> arguments);
    boost::asio::awaitable<Result<MetaText>> read_meta(std::string job_id);

    prep::redis::Connection& jobs_;
    std::string root_;
};

} // namespace freshet::worker::wepp
