#include "prep/store/status_messenger.hpp"

#include "prep/store/status_messages.hpp"

namespace freshet::prep {

using boost::asio::awaitable;

awaitable<void> StatusMessenger::started(std::string panel, std::string function) {
    auto text = status::started(job_id_, function, run_id_);
    co_await publish(std::move(panel), std::move(text));
}

awaitable<void> StatusMessenger::completed(std::string panel, std::string function) {
    auto text = status::completed(job_id_, function, run_id_);
    co_await publish(std::move(panel), std::move(text));
}

awaitable<void> StatusMessenger::exception(std::string panel, std::string function) {
    auto text = status::exception(job_id_, function, run_id_);
    co_await publish(std::move(panel), std::move(text));
}

awaitable<void> StatusMessenger::note(std::string panel, std::string text) {
    auto message = status::note(job_id_, text);
    co_await publish(std::move(panel), std::move(message));
}

awaitable<void> StatusMessenger::trigger(std::string panel, std::string event) {
    auto text = status::trigger(job_id_, panel, event);
    co_await publish(std::move(panel), std::move(text));
}

awaitable<void> StatusMessenger::line(std::string panel, std::string text) {
    co_await publish(std::move(panel), std::move(text));
}

awaitable<void> StatusMessenger::life_cycle(std::string status) {
    auto text = status::life_cycle(job_id_, status);
    co_await publish("rq", std::move(text));
}

awaitable<void> StatusMessenger::publish(std::string panel, std::string text) {
    redis::Command command("PUBLISH", status::channel(run_id_, panel), text);
    const auto sent = co_await redis_.call(std::move(command));
    if (!sent)
        log(Severity::debug, "status", {.run_id = run_id_, .job_id = job_id_},
            "not told '" + text + "': " + sent.error().message);
}

awaitable<Severity> log_level_of(redis::Connection& levels, std::string run_id) {
    redis::Command command("GET", "loglevel:" + run_id);
    const auto reply = co_await levels.call(std::move(command));
    if (!reply) co_return Severity::info;
    co_return severity_from(reply->text()).value_or(Severity::info);
}

} // namespace freshet::prep
