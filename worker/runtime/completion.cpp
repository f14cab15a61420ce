#include "worker/runtime/completion.hpp"

#include "prep/logging.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace freshet::worker {
namespace {

using boost::asio::awaitable;

const Logger logger("completion");

constexpr std::size_t most_in_a_batch = 64;
constexpr std::chrono::milliseconds first_pause{20};
constexpr std::chrono::milliseconds longest_pause{1'000};

} // namespace

Completer::Completer(boost::asio::any_io_executor executor, jobs::WorkQueue& queue)
    : queue_(queue),
      batch_limit_(most_in_a_batch),
      submitted_(executor),
      answered_(executor),
      abandon_(executor) {}

awaitable<void> Completer::run() {
    auto pause = first_pause;
    while (true) {
        while (waiting_.empty() && !stopping_)
            co_await submitted_.wait();
        if (waiting_.empty()) co_return;
        Batch batch = next_batch();
        const auto error = co_await send(batch);
        if (!error) {
            batch_limit_ = most_in_a_batch;
            pause = first_pause;
            answered_.notify();
            continue;
        }
        put_back(std::move(batch), *error);
        if (!abandoned_) co_await abandon_.wait_for(pause);
        if (abandoned_) give_up();
        pause = std::min(pause * 2, longest_pause);
    }
}

void Completer::stop() {
    stopping_ = true;
    submitted_.notify();
}

void Completer::abandon() {
    abandoned_ = true;
    abandon_.notify();
}

awaitable<Result<jobs::CompletionReply>> Completer::submit(jobs::Completion completion) {
    const auto mine = std::make_shared<Waiting>();
    mine->completion = std::move(completion);
    waiting_.push_back(mine);
    submitted_.notify();
    while (!mine->answer)
        co_await answered_.wait();
    co_return *mine->answer;
}

Completer::Batch Completer::next_batch() {
    Batch batch;
    while (!waiting_.empty() && batch.size() < batch_limit_) {
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return batch;
}

void Completer::put_back(Batch batch, const Error& error) {
    const bool refused = error.code == Errc::refused;
    if (refused && batch.size() == 1) { // the others must not wait behind the one that Redis will not take
        waiting_.push_back(batch.front());
        return;
    }
    batch_limit_ = refused ? 1 : most_in_a_batch;
    waiting_.insert(waiting_.begin(), batch.begin(), batch.end());
}

void Completer::give_up() {
    for (const auto& one : waiting_)
        one->answer = Error{Errc::unavailable, "the worker ended before Redis answered"};
    waiting_.clear();
    answered_.notify();
}

awaitable<std::optional<Error>> Completer::send(const Batch& batch) {
    std::vector<jobs::Completion> completions;
    for (const auto& one : batch)
        completions.push_back(one->completion);
    auto replies = co_await queue_.complete(std::move(completions));
    if (!replies) {
        const auto& first = batch.front()->completion;
        logger.warning(fmt::format("{} results wait for Redis: {}", batch.size(), replies.error().message),
            {.run_id = first.run_id, .job_id = first.lease.job_id});
        co_return replies.error();
    }
    for (std::size_t i = 0; i < batch.size(); ++i)
        batch[i]->answer = (*replies)[i];
    co_return std::nullopt;
}

} // namespace freshet::worker
