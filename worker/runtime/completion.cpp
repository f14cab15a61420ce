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

LogContext about(const jobs::Completion& completion) {
    return {.run_id = completion.run_id, .job_id = completion.lease.job_id};
}

} // namespace

void Completer::Waiting::conclude(Result<jobs::CompletionReply> with) {
    answer = std::move(with);
    answered.notify();
}

Completer::Completer(boost::asio::any_io_executor executor, jobs::WorkQueue& queue)
    : executor_(executor), queue_(queue), submitted_(executor), abandon_(executor) {}

awaitable<void> Completer::run() {
    auto pause = first_pause;
    while (true) {
        while (waiting_.empty() && !stopping_)
            co_await submitted_.wait();
        if (waiting_.empty()) co_return;
        auto batch = next_batch();
        const Sent sent = co_await send(std::move(batch));
        flows_ = sent == Sent::all_answered;
        if (flows_) {
            pause = first_pause;
            continue;
        }
        if (!abandoned_) co_await abandon_.wait_for(pause);
        if (abandoned_) give_up();
        pause = std::min(pause * 2, longest_pause);
    }
}

bool Completer::flows() const {
    return flows_ && waiting_.size() < most_in_a_batch;
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
    const auto mine = std::make_shared<Waiting>(std::move(completion), prep::Event(executor_));
    waiting_.push_back(mine);
    submitted_.notify();
    while (!mine->answer)
        co_await mine->answered.wait();
    co_return *mine->answer;
}

Completer::Batch Completer::next_batch() {
    Batch batch;
    while (!waiting_.empty() && batch.size() < most_in_a_batch) {
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return batch;
}

void Completer::expect_heartbeats() {
    for (const auto& one : waiting_)
        one->completion.is_plain = false;
}

// There may have been a heartbeat meanwhile.
void Completer::wait_again(std::shared_ptr<Waiting> one) {
    one->completion.is_plain = false;
    waiting_.push_back(std::move(one));
}

void Completer::give_up() {
    for (const auto& one : waiting_)
        one->conclude(Error{Errc::unavailable, "the worker ended before Redis answered"});
    waiting_.clear();
}

awaitable<Completer::Sent> Completer::send(Batch batch) {
    std::vector<jobs::Completion> completions;
    for (const auto& one : batch)
        completions.push_back(one->completion);
    auto replies = co_await queue_.complete(std::move(completions));
    if (!replies) {
        logger.warning(fmt::format("{} results wait for Redis: {}", batch.size(), replies.error().message),
            about(batch.front()->completion));
        for (const auto& one : batch)
            wait_again(one);
        co_return Sent::some_wait;
    }
    auto sent = Sent::all_answered;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if ((*replies)[i].what != jobs::CompletionReply::What::refused) {
            batch[i]->conclude(std::move((*replies)[i]));
            continue;
        }
        logger.warning("Redis refuses the result: " + (*replies)[i].refusal, about(batch[i]->completion));
        wait_again(batch[i]);
        sent = Sent::some_wait;
    }
    co_return sent;
}

} // namespace freshet::worker
