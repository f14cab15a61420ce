#include "worker/runtime/slots.hpp"

#include <algorithm>
#include <utility>

namespace freshet::worker {
namespace {

constexpr std::chrono::milliseconds longest_wait{2}; // that is planned, in a line
constexpr std::size_t most_in_lines = 128;
constexpr std::chrono::milliseconds long_task{20}; // all that are longer count as this long
constexpr int memory = 16;                         // tasks that the mean goes back over

} // namespace

Slots::Slots(std::vector<std::string> names, Lines lines)
    : names_(std::move(names)), lines_(lines), usual_(long_task) {
    for (const std::string& name : names_)
        slots_.emplace(name, Slot{});
}

void Slots::Wanted::keep_first(std::size_t most) {
    if (slots.size() <= most) return;
    ahead -= std::min(ahead, slots.size() - most);
    slots.resize(most);
}

std::size_t Slots::length_of_lines() const {
    if (lines_ == Lines::none || usual_ > longest_wait) return 0;
    const auto each = longest_wait / std::max(usual_, Clock::duration(1));
    return std::min(most_in_lines, names_.size() * static_cast<std::size_t>(each));
}

Slots::Wanted Slots::wanted(Clock::time_point now) const {
    Wanted wanted;
    const std::size_t length = length_of_lines();
    const bool all_taken = taken_ == names_.size();
    if (all_taken && in_lines_ > length / 2) return wanted;
    for (const std::string& name : names_)
        if (!slots_.at(name).taken) wanted.slots.push_back(name);
    if (in_lines_ > length) return wanted;
    claim_ahead(wanted, length - in_lines_, now);
    return wanted;
}

// Evenly, but not behind a task that turns out to be long.
void Slots::claim_ahead(Wanted& wanted, std::size_t room, Clock::time_point now) const {
    std::vector<std::string> open;
    for (const std::string& name : names_) {
        const Slot& slot = slots_.at(name);
        if (!slot.taken || now - *slot.taken < longest_wait) open.push_back(name);
    }
    if (open.empty()) return;
    for (; wanted.ahead < room; ++wanted.ahead)
        wanted.slots.push_back(open[wanted.ahead % open.size()]);
}

Slots::Entered Slots::enter(Executions::iterator execution, Clock::time_point now) {
    Slot& slot = slots_.at(execution->lease().worker);
    if (!slot.taken) {
        slot.taken = now;
        ++taken_;
        return Entered::slot;
    }
    slot.line.push_back({execution, now});
    ++in_lines_;
    return Entered::line;
}

std::optional<Executions::iterator> Slots::leave(const std::string& name, Clock::time_point now) {
    Slot& slot = slots_.at(name);
    learn(now - *slot.taken);
    slot.taken.reset();
    if (slot.line.empty()) {
        --taken_;
        return std::nullopt;
    }
    const auto next = slot.line.front().execution;
    slot.line.pop_front();
    --in_lines_;
    slot.taken = now;
    return next;
}

std::vector<Executions::iterator> Slots::take_from_lines(Clock::time_point time) {
    std::vector<Executions::iterator> late;
    for (auto& [name, slot] : slots_) {
        for (; !slot.line.empty() && slot.line.front().since < time; slot.line.pop_front())
            late.push_back(slot.line.front().execution);
    }
    in_lines_ -= late.size();
    if (!late.empty()) usual_ = long_task;
    return late;
}

void Slots::learn(Clock::duration time) {
    usual_ += (std::min<Clock::duration>(time, long_task) - usual_) / memory;
}

} // namespace freshet::worker
