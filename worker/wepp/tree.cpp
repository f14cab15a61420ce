#include "worker/wepp/tree.hpp"

#include "jobs/queue/call.hpp"
#include "jobs/queue/keys.hpp"
#include "jobs/queue/serializer.hpp"
#include "prep/async/event.hpp"
#include "worker/wepp/scripts/extend_join.lua.hpp"
#include "worker/wepp/scripts/note_progress.lua.hpp"
#include "worker/wepp/scripts/swap_meta.lua.hpp"

#include <fmt/format.h>

namespace freshet::worker::wepp {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using prep::redis::Command;
using prep::redis::Script;

constexpr std::chrono::milliseconds between_tellings{1'000};
constexpr std::chrono::milliseconds before_next_try{500};

const Script& extend_join_script() {
    static const Script script("extend_join", extend_join_lua);
    return script;
}
const Script& note_progress_script() {
    static const Script script("note_progress", note_progress_lua);
    return script;
}
const Script& read_meta_script() {
    static const Script script(
        "read_meta", "return redis.call('HMGET', 'rq:job:' .. ARGV[1], 'meta', 'data')");
    return script;
}
const Script& swap_meta_script() {
    static const Script script("swap_meta", swap_meta_lua);
    return script;
}

bool passes(const Error& error) {
    return error.code == Errc::unavailable || error.code == Errc::unknown_fate;
}

std::string id_or_none(int hillslope) {
    return hillslope > 0 ? std::to_string(hillslope) : "";
}

bool is_later(const json::object& meta, const Progress& than) {
    const auto* shown = meta.if_contains("progress");
    if (!shown || !shown->is_object()) return false;
    const auto* done = shown->get_object().if_contains("done");
    return done && done->is_number() && done->to_number<double>() > static_cast<double>(than.done);
}

} // namespace

json::object Progress::to_json() const {
    json::object shown{{"done", done}, {"total", total}, {"oldest", nullptr}, {"oldest_since", nullptr}};
    if (!oldest.empty()) {
        shown["oldest"] = std::stoi(oldest);
        shown["oldest_since"] = oldest_since;
    }
    return shown;
}

awaitable<Result<prep::redis::Reply>> Tree::run(const Script& script, std::vector<std::string> arguments) {
    while (true) {
        auto reply = co_await jobs_.run_script(script, {}, arguments);
        if (reply || !passes(reply.error())) co_return reply;
        co_await prep::pause(before_next_try);
    }
}

awaitable<Result<>> Tree::enqueue(std::vector<jobs::NewJob> members) {
    const std::string tree = jobs::keys::tree(root_);
    std::vector<std::string> join_tree{"SADD", tree};
    for (jobs::NewJob& member : members) {
        member.tree = root_;
        member.result_ttl = kept;
        join_tree.push_back(member.id);
    }
    while (true) {
        std::vector<Command> commands;
        commands.emplace_back(join_tree);
        commands.emplace_back("EXPIRE", tree, kept.count());
        const auto joined = co_await jobs_.call_all(std::move(commands));
        if (joined) {
            const auto receipts = co_await jobs::Producer(jobs_).enqueue_all(members);
            if (receipts) co_return Result<>();
            if (!passes(receipts.error())) co_return receipts.error();
        } else if (!passes(joined.error())) {
            co_return joined.error();
        }
        co_await prep::pause(before_next_try);
    }
}

awaitable<Result<>> Tree::extend_join(std::string join, std::vector<std::string> chunks) {
    auto arguments = std::move(chunks);
    arguments.insert(arguments.begin(), join);
    const auto reply = co_await run(extend_join_script(), std::move(arguments));
    if (!reply) co_return reply.error();
    if (reply->text() != "extended")
        co_return Error{Errc::conflict,
            fmt::format("job {}: expected it to be deferred, found it '{}'", join, reply->text())};
    co_return Result<>();
}

awaitable<Result<Tree::MetaText>> Tree::read_meta(std::string job_id) {
    std::vector<std::string> arguments{job_id};
    const auto reply = co_await run(read_meta_script(), std::move(arguments));
    if (!reply) co_return reply.error();
    const auto text = (*reply)[0].text(), data = (*reply)[1].text();
    if (data.empty()) co_return Error{Errc::not_found, fmt::format("there is no job '{}'", job_id)};
    MetaText found{std::string(text), {}, {}};
    if (text.empty()) {
        const auto call = jobs::decode_call(data);
        if (call) found.serializer = call->serializer;
        co_return found;
    }
    auto parsed = jobs::parse_value(text);
    if (!parsed) co_return parsed.error();
    found.serializer = parsed->serializer;
    if (parsed->value.is_object()) found.meta = std::move(parsed->value.get_object());
    co_return found;
}

awaitable<Result<json::object>> Tree::meta(std::string job_id) {
    auto found = co_await read_meta(std::move(job_id));
    if (!found) co_return found.error();
    co_return std::move(found->meta);
}

awaitable<Result<>> Tree::edit_meta(std::string job_id, std::function<void(json::object&)> edit) {
    while (true) {
        auto found = co_await read_meta(job_id);
        if (!found) co_return found.error();
        edit(found->meta);
        std::vector<std::string> arguments{job_id, found->text,
            jobs::serialize_value(found->meta, found->serializer), std::to_string(kept.count())};
        const auto reply = co_await run(swap_meta_script(), std::move(arguments));
        if (!reply) co_return reply.error();
        if (reply->integer() == 1) co_return Result<>();
        if (reply->integer() < 0)
            co_return Error{Errc::not_found, fmt::format("there is no job '{}'", job_id)};
    }
}

awaitable<Result<Progress>> Tree::note(int ended, int started, std::size_t total) {
    std::vector<std::string> arguments{root_, std::to_string(total), std::to_string(between_tellings.count()),
        std::to_string(kept.count()), id_or_none(ended), id_or_none(started)};
    const auto reply = co_await run(note_progress_script(), std::move(arguments));
    if (!reply) co_return reply.error();
    co_return Progress{.failed = std::string((*reply)[0].text()),
        .done = static_cast<std::size_t>((*reply)[1].integer()),
        .total = total,
        .oldest = std::string((*reply)[2].text()),
        .oldest_since = (*reply)[3].integer(),
        .tell = (*reply)[4].integer() == 1};
}

awaitable<Result<>> Tree::show(Progress progress) {
    const auto edit = [&](json::object& meta) {
        if (!is_later(meta, progress)) meta["progress"] = progress.to_json();
    };
    auto shown = co_await edit_meta(root_, edit);
    if (!shown && shown.error().code == Errc::not_found) co_return Result<>();
    co_return shown;
}

} // namespace freshet::worker::wepp
