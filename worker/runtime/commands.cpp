#include "worker/runtime/commands.hpp"

#include <boost/json/parse.hpp>

namespace freshet::worker {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

const Logger logger("commands");

constexpr std::string_view channel_prefix = "rq:pubsub:";
constexpr std::string_view aside_prefix = "freshet:aside:";

std::string text_at(const json::object& command, std::string_view field) {
    const auto* value = command.if_contains(field);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

} // namespace

Commands::Commands(boost::asio::any_io_executor executor, const prep::redis::Settings& settings,
    Executor& jobs, std::vector<std::string> queues, std::string sign_of_life, Actions actions)
    : subscriber_(executor, settings, "freshet-commands"),
      jobs_(jobs),
      queues_(std::move(queues)),
      sign_of_life_(std::move(sign_of_life)),
      actions_(std::move(actions)),
      connection_(executor) {}

awaitable<void> Commands::run() {
    connection_.spawn("commands connection", subscriber_.run());
    co_await heed();
    subscriber_.stop();
    co_await connection_.join();
}

void Commands::stop() {
    subscriber_.stop();
}

awaitable<void> Commands::heed() {
    std::vector<std::string> channels{sign_of_life_};
    for (const std::string& worker : jobs_.slots())
        channels.push_back(std::string(channel_prefix) + worker);
    for (const std::string& queue : queues_)
        channels.push_back(std::string(aside_prefix) + queue);
    const auto subscribed = co_await subscriber_.subscribe(std::move(channels));
    if (!subscribed) logger.warning("no commands are heard: " + subscribed.error().message);
    while (true) {
        const auto message = co_await subscriber_.next();
        if (message && message->channel.starts_with(aside_prefix))
            actions_.look_again();
        else if (message)
            obey(message->channel.substr(channel_prefix.size()), message->payload);
        else if (message.error().code == Errc::canceled)
            co_return;
        else
            logger.warning(message.error().message);
    }
}

void Commands::obey(const std::string& worker, const std::string& text) {
    json::error_code error;
    const auto value = json::parse(text, error);
    if (error || !value.is_object()) return logger.warning("not a command: " + text.substr(0, 200));
    const auto& command = value.get_object();
    const std::string name = text_at(command, "command");
    logger.info("command " + text.substr(0, 200));
    if (name == "shutdown") return actions_.shutdown();
    if (name == "stop-job")
        return jobs_.stop({.worker = worker, .job_id = text_at(command, "job_id")}, StopReason::by_operator);
    if (name == "stop-execution")
        return jobs_.stop(
            {.worker = worker, .execution = text_at(command, "execution_id")}, StopReason::by_operator);
    if (name == "kill-horse") return jobs_.stop({.worker = worker}, StopReason::killed);
    logger.warning("unknown command '" + name + "'");
}

} // namespace freshet::worker
