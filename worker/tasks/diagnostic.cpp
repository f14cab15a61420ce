#include "worker/tasks/diagnostic.hpp"

#include "prep/async/event.hpp"

#include <boost/json/serialize.hpp>

#include <fmt/format.h>

namespace freshet::worker {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

constexpr double longest_sleep = 86'400;

awaitable<json::value> noop(TaskContext& context) {
    if (context.kwargs().empty()) co_return context.args();
    co_return json::object{{"args", context.args()}, {"kwargs", context.kwargs()}};
}

awaitable<json::value> sleep(TaskContext& context) {
    const auto& args = context.args();
    const double seconds = args.size() == 1 && args[0].is_number() ? args[0].to_number<double>() : -1;
    if (!(seconds >= 0 && seconds <= longest_sleep))
        throw Failure({Errc::bad_input, fmt::format("sleep: expected one number from 0 to {}, found {}",
                                            longest_sleep, json::serialize(args))});
    co_await prep::pause(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
    co_return args[0];
}

awaitable<json::value> fail(TaskContext& context) {
    const auto& args = context.args();
    if (args.empty()) throw Failure({Errc::refused, "failed as asked"});
    throw Failure(
        {Errc::refused, args[0].is_string() ? std::string(args[0].get_string()) : json::serialize(args[0])});
    co_return nullptr;
}

} // namespace

void add_diagnostic_tasks(TaskTable& tasks) {
    tasks.add("noop", {TaskDefinition::Scope::free, noop});
    tasks.add("sleep", {TaskDefinition::Scope::free, sleep, SlotKind::io});
    tasks.add("fail", {TaskDefinition::Scope::free, fail});
}

} // namespace freshet::worker
