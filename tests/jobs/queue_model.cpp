#include "tests/jobs/queue_model.hpp"

#include "jobs/queue/keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace freshet::tests {

using jobs::Canceled;
using jobs::Completion;
using jobs::Deleted;
using jobs::LeaseState;
using jobs::NewJob;
using jobs::Receipt;
using jobs::Requeued;
using jobs::Stopped;
using Place = jobs::Operations::Place;
using Ids = QueueModel::Ids;

bool QueueModel::Job::ended() const {
    return status == "finished" || status == "failed" || status == "stopped" || status == "canceled";
}

QueueModel::Job* QueueModel::find(const std::string& id) {
    const auto found = jobs.find(id);
    return found != jobs.end() && found->second.present ? &found->second : nullptr;
}

Ids QueueModel::with_status(std::initializer_list<std::string_view> statuses) const {
    Ids ids;
    for (const auto& [id, job] : jobs)
        if (job.present && std::ranges::find(statuses, job.status) != statuses.end()) ids.push_back(id);
    return ids;
}

Receipt::What QueueModel::enqueue(const NewJob& wanted, std::set<std::string>& looked_at) {
    if (find(wanted.id)) return Receipt::What::id_taken;
    if (wanted.admission == NewJob::Admission::single && receipts_.contains(wanted.run_id)) {
        const Job* earlier = find(receipts_[wanted.run_id]);
        if (earlier &&
            (earlier->status == "queued" || earlier->status == "started" || earlier->status == "scheduled"))
            return Receipt::What::already_running;
    }
    if (!wanted.run_id.empty()) receipts_[wanted.run_id] = wanted.id;

    const bool allows_failures = wanted.on_failed_dependency == NewJob::OnFailure::run;
    const bool met = std::ranges::all_of(
        wanted.depends_on, [&](const auto& parent) { return is_met(parent, allows_failures); });
    Job& job = jobs[wanted.id];
    job.queue = wanted.queue;
    job.front = wanted.place == NewJob::Place::front;
    job.allows_failures = allows_failures;
    job.later = wanted.due.has_value();
    job.retries_left = wanted.retries;
    if (wanted.queue_ttl) job.queue_ttl = wanted.queue_ttl->count();
    if (wanted.result_ttl) job.result_ttl = wanted.result_ttl->count();
    if (wanted.failure_ttl) job.failure_ttl = wanted.failure_ttl->count();
    job.run = wanted.run_id;
    job.tree = wanted.tree;
    if (!wanted.tree.empty()) trees[wanted.tree].insert(wanted.id);

    if (!met) {
        job.status = "deferred";
        job.dependencies.insert(wanted.depends_on.begin(), wanted.depends_on.end());
        dependencies_[wanted.id] = job.dependencies;
        for (const auto& parent : job.dependencies)
            dependents_[parent].insert(wanted.id);
        return Receipt::What::deferred;
    }
    if (job.later) {
        job.status = "scheduled";
        return Receipt::What::scheduled;
    }
    if (!hand_over(wanted.id, job, looked_at)) push(wanted.id, job, job.front ? Place::front : Place::back);
    return Receipt::What::queued;
}

bool QueueModel::hand_over(const std::string& id, Job& job, std::set<std::string>& looked_at) {
    if (!looked_at.insert(job.queue).second) return false;
    const bool stands = offer && offer->taken_up_by.empty() && offer->queues.contains(job.queue);
    if (!stands || is_preceded(job.queue) || suspended || paused.contains(job.queue)) return false;
    offer->taken_up_by = id;
    job.status = "queued";
    return start(id, offer->execution);
}

bool QueueModel::is_preceded(const std::string& queue) const {
    const auto holds_any = [](const auto& by_queue, const std::string& name) {
        const auto found = by_queue.find(name);
        return found != by_queue.end() && !found->second.empty();
    };
    for (const std::string name : {"high", "default"}) {
        const bool waits = holds_any(lists, name) || holds_any(intermediate, name);
        if (waits && offer->queues.contains(name)) return true;
        if (name == queue) break;
    }
    return false;
}

std::set<std::string> QueueModel::offered(Places places, std::size_t started) const {
    if (suspended || started >= places.slots - places.ahead) return {};
    std::set<std::string> queues{"high", "default"};
    for (const auto& queue : paused)
        queues.erase(queue);
    return queues;
}

bool QueueModel::is_met(const std::string& dependency, bool allow_failures) const {
    const auto found = jobs.find(dependency);
    if (found == jobs.end() || !found->second.present || found->second.status == "finished") return true;
    return allow_failures && (found->second.status == "failed" || found->second.status == "stopped");
}

void QueueModel::push(const std::string& id, Job& job, Place place) {
    job.status = "queued";
    if (job.queue_ttl > 0) keep(id, job.queue_ttl);
    auto& list = lists[job.queue];
    if (place == Place::front)
        list.push_front(id);
    else
        list.push_back(id);
}

void QueueModel::take_to_intermediate(const std::string& queue) {
    intermediate[queue].push_back(lists[queue].front());
    lists[queue].pop_front();
}

void QueueModel::return_taken(const std::string& queue, const Ids& ids) {
    for (auto id = ids.rbegin(); id != ids.rend(); ++id)
        if (std::erase(intermediate[queue], *id) > 0 && find(*id)) lists[queue].push_front(*id);
}

Ids QueueModel::claim(Places places, const std::vector<jobs::TakenId>& taken, const Ids& executions) {
    std::size_t slots = suspended ? 0 : places.slots;
    Ids started;
    // False if it must wait on its list: one that has cost a worker, for a slot that is free, and all behind
    // it.
    const auto try_to_start = [&](const std::string& id) {
        const Job* job = find(id);
        if (job && job->status == "queued" && job->reaped > 0) slots = places.slots - places.ahead;
        if (started.size() >= slots) return false;
        const std::string execution = started.size() < executions.size() ? executions[started.size()] : "";
        if (start(id, execution)) started.push_back(id);
        return true;
    };
    std::vector<jobs::TakenId> without_slot;
    for (const auto& one : taken) {
        if (std::erase(intermediate[one.queue], one.job_id) == 0) continue;
        const bool may_start = started.size() < slots && !paused.contains(one.queue);
        if (!may_start || !try_to_start(one.job_id)) without_slot.push_back(one);
    }
    for (auto one = without_slot.rbegin(); one != without_slot.rend(); ++one)
        lists[one->queue].push_front(one->job_id);
    for (const std::string queue : {"high", "default"}) {
        auto& list = lists[queue];
        while (started.size() < slots && !paused.contains(queue) && !list.empty()) {
            const auto id = list.front();
            if (try_to_start(id)) list.pop_front();
        }
    }
    return started;
}

bool QueueModel::start(const std::string& id, const std::string& execution) {
    Job* job = find(id);
    if (!job || job->status != "queued") return false;
    leases.erase(job->execution);
    job->status = "started";
    job->execution = execution;
    keep(id, -1);
    leases[execution] = {id, job->queue};
    return true;
}

LeaseState QueueModel::beat(const std::string& execution) const {
    const auto lease = leases.find(execution);
    if (lease == leases.end()) return LeaseState::lost;
    const auto job = jobs.find(lease->second.job_id);
    if (job == jobs.end() || !job->second.present) return LeaseState::held;
    const bool stop = job->second.status == "canceled" || job->second.stop == execution;
    return stop ? LeaseState::stop_asked : LeaseState::held;
}

bool QueueModel::complete(const Completion& completion) {
    const auto lease = leases.find(completion.lease.execution);
    if (lease == leases.end()) return false;
    const std::string id = lease->second.job_id;
    leases.erase(lease);
    Job* job = find(id);
    if (!job || job->execution != completion.lease.execution) return true;

    const bool finished = completion.outcome == Completion::Outcome::finished;
    if (job->status == "canceled") {
        job->results += finished ? '1' : '2';
        keep(id, job->failure_ttl);
        return true;
    }
    leave_place(id, *job);
    if (finished && completion.keep_for.count() == 0) {
        job->status = "finished";
        release_dependents(id);
        forget(id);
    } else if (finished) {
        job->results += '1';
        job->status = "finished";
        release_dependents(id);
        keep(id, completion.keep_for.count());
    } else if (completion.outcome == Completion::Outcome::failed && completion.retry_in) {
        job->results += '2';
        --job->retries_left;
        if (completion.retry_in->count() > 0)
            job->status = "scheduled";
        else
            push(id, *job, Place::back);
    } else {
        fail(id, *job, completion.outcome == Completion::Outcome::failed ? "failed" : "stopped");
    }
    return true;
}

void QueueModel::fail(const std::string& id, Job& job, std::string status) {
    job.status = std::move(status);
    job.results += '2';
    job.reaped = 0;
    abandon_tree(job);
    release_dependents(id);
    keep(id, job.failure_ttl);
}

void QueueModel::abandon_tree(const Job& failed) {
    if (failed.tree.empty()) return;
    for (const auto& member : trees[failed.tree]) {
        Job* job = find(member);
        if (!job || (job->status != "queued" && job->status != "deferred" && job->status != "scheduled"))
            continue;
        leave_place(member, *job);
        job->status = "canceled";
        keep(member, job->failure_ttl);
    }
}

void QueueModel::release_dependents(const std::string& id) {
    const auto waiting = dependents_[id];
    std::size_t released = 0;
    for (const auto& child : waiting) {
        Job* job = find(child);
        if (!job || job->status != "deferred") {
            drop_dependent(id, child);
            continue;
        }
        const bool ready = std::ranges::all_of(
            job->dependencies, [&](const auto& parent) { return is_met(parent, job->allows_failures); });
        if (!ready) continue;
        if (++released > 1) order_is_open = true;
        for (const auto& parent : job->dependencies)
            drop_dependent(parent, child);
        if (job->later)
            job->status = "scheduled";
        else
            push(child, *job, job->front ? Place::front : Place::back);
    }
}

void QueueModel::drop_dependent(const std::string& parent, const std::string& child) {
    auto& waiting = dependents_[parent];
    waiting.erase(child);
    if (waiting.empty()) expiring_.erase(jobs::keys::dependents(parent));
}

bool QueueModel::give_back(const std::string& execution) {
    const auto lease = leases.find(execution);
    if (lease == leases.end()) return false;
    const std::string id = lease->second.job_id;
    leases.erase(lease);
    Job* job = find(id);
    if (!job || job->execution != execution) return true;
    if (job->status == "canceled") keep(id, job->failure_ttl);
    if (job->status != "started") return true;
    if (job->stop == execution) {
        fail(id, *job, "stopped");
        return true;
    }
    job->status = "queued";
    lists[job->queue].push_front(id);
    return true;
}

void QueueModel::reap(const std::string& execution, int most_reaped) {
    const auto lease = leases.find(execution);
    if (lease == leases.end()) return;
    const std::string id = lease->second.job_id;
    leases.erase(lease);
    Job* job = find(id);
    if (!job || job->execution != execution) return;
    if (job->status == "canceled") keep(id, job->failure_ttl);
    if (job->status != "started") return;
    ++job->reaped;
    if (job->stop == execution) return fail(id, *job, "stopped");
    if (job->reaped > most_reaped) return fail(id, *job, "failed");
    job->status = "queued";
    lists[job->queue].push_front(id);
}

void QueueModel::leave_place(const std::string& id, Job& job) {
    std::erase(lists[job.queue], id);
    std::erase(intermediate[job.queue], id);
    if (job.status == "deferred")
        for (const auto& parent : job.dependencies)
            drop_dependent(parent, id);
}

Canceled QueueModel::cancel(const std::string& id) {
    Job* job = find(id);
    if (!job) return Canceled::gone;
    if (job->ended()) return Canceled::ended;
    const bool running = job->status == "started";
    if (running) job->stop = job->execution;
    leave_place(id, *job);
    job->status = "canceled";
    if (running) return Canceled::stopping;
    keep(id, job->failure_ttl);
    return Canceled::canceled;
}

std::set<std::string> QueueModel::cancel_tree(const std::string& root) {
    std::set<std::string> seen{root};
    for (std::deque<std::string> next{root}; !next.empty(); next.pop_front()) {
        cancel(next.front());
        for (const auto& child : dependents_[next.front()])
            if (seen.insert(child).second) next.push_back(child);
    }
    return seen;
}

Stopped QueueModel::stop(const std::string& id) {
    Job* job = find(id);
    if (!job) return Stopped::gone;
    if (job->status != "started") return Stopped::idle;
    job->stop = job->execution;
    return Stopped::asked;
}

Requeued QueueModel::requeue(const std::string& id, Place place) {
    Job* job = find(id);
    if (!job) return Requeued::gone;
    if (job->status != "failed" && job->status != "stopped") return Requeued::absent;
    job->reaped = 0;
    keep(id, -1);
    push(id, *job, place);
    return Requeued::queued;
}

Deleted QueueModel::remove(const std::string& id) {
    Job* job = find(id);
    if (!job) {
        forget_keys(id);
        return Deleted::gone;
    }
    if (!dependents_[id].empty()) return Deleted::awaited;
    leave_place(id, *job);
    leases.erase(job->execution);
    forget(id);
    return Deleted::deleted;
}

void QueueModel::move_due(const std::string& id) {
    Job& job = jobs.at(id);
    push(id, job, job.front ? Place::front : Place::back);
}

void QueueModel::clean_as_rq(const std::string& id) {
    Job& job = jobs.at(id);
    leases.at(job.execution).in_wip = false;
    if (job.status != "started") return;
    if (job.retries_left > 0) {
        --job.retries_left;
        job.status = "queued";
        lists[job.queue].push_back(id);
    } else {
        job.status = "failed";
    }
}

void QueueModel::expire(const std::string& id) {
    Job& job = jobs.at(id);
    job.present = false;
    if (expiring_.erase(jobs::keys::results(id)) > 0) job.results.clear();
    if (expiring_.erase(jobs::keys::dependents(id)) > 0) dependents_.erase(id);
    if (expiring_.erase(jobs::keys::dependencies(id)) > 0) dependencies_.erase(id);
    expiring_.erase(jobs::keys::job(id));
}

void QueueModel::clean_registries() {
    std::erase_if(
        jobs, [](const auto& entry) { return !entry.second.present && entry.second.status != "queued"; });
}

void QueueModel::forget(const std::string& id) {
    forget_keys(id);
    jobs.erase(id);
}

void QueueModel::forget_keys(const std::string& id) {
    for (const auto& key : existing_keys(id))
        expiring_.erase(key);
    dependents_.erase(id);
    dependencies_.erase(id);
    if (const auto job = jobs.find(id); job != jobs.end()) job->second.results.clear();
}

Ids QueueModel::existing_keys(const std::string& id) const {
    const auto job = jobs.find(id);
    const auto holds = [&](const auto& sets) {
        const auto found = sets.find(id);
        return found != sets.end() && !found->second.empty();
    };
    Ids keys;
    if (job != jobs.end() && job->second.present) keys.push_back(jobs::keys::job(id));
    if (job != jobs.end() && !job->second.results.empty()) keys.push_back(jobs::keys::results(id));
    if (holds(dependents_)) keys.push_back(jobs::keys::dependents(id));
    if (holds(dependencies_)) keys.push_back(jobs::keys::dependencies(id));
    return keys;
}

void QueueModel::keep(const std::string& id, std::int64_t ttl) {
    for (const auto& key : existing_keys(id)) {
        if (ttl < 0)
            expiring_.erase(key);
        else
            expiring_.insert(key);
    }
}

std::string QueueModel::text() const {
    std::set<std::string> lines;
    const auto line = [&](const std::string& key, const auto& content) {
        if (content.empty()) return;
        lines.insert(
            fmt::format("{}{} {}", key, expiring_.contains(key) ? " expires" : "", fmt::join(content, ",")));
    };
    std::map<std::string, std::set<std::string>> registries;
    for (const auto& [id, job] : jobs) {
        if (job.status != "queued" && job.status != "started")
            registries[jobs::keys::registry(job.status == "stopped" ? "failed" : job.status, job.queue)]
                .insert(id);
        line(jobs::keys::results(id),
            job.results.empty() ? std::set<std::string>() : std::set<std::string>{job.results});
        if (!job.present) continue;
        line(jobs::keys::job(id), std::set<std::string>{fmt::format("{} retries={} execution={}", job.status,
                                      job.retries_left, job.execution)});
    }
    for (const auto& [execution, lease] : leases) {
        registries[std::string(jobs::keys::leases)].insert(lease.job_id + ":" + execution);
        if (lease.in_wip) registries[jobs::keys::registry("wip", lease.queue)].insert(lease.job_id);
    }
    for (const auto& [key, ids] : registries)
        line(key, ids);
    for (const auto& [queue, ids] : lists)
        line(jobs::keys::queue(queue), ids);
    for (const auto& [queue, ids] : intermediate)
        line(jobs::keys::intermediate(queue), ids);
    for (const auto& [id, ids] : dependents_)
        line(jobs::keys::dependents(id), ids);
    for (const auto& [id, ids] : dependencies_)
        line(jobs::keys::dependencies(id), ids);
    return fmt::format("{}", fmt::join(lines, "\n"));
}

} // namespace freshet::tests
